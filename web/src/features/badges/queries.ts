import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/platform/api";

export const badgesQuery = queryOptions({
  queryKey: ["badges"],
  queryFn: () => take(api.GET("/api/v1/me/badges")),
});
