import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, take } from "@/platform/api";

export const ledgerQuery = infiniteQueryOptions({
  queryKey: ["ledger", "all"],
  queryFn: ({ pageParam }) =>
    take(
      api.GET("/api/v1/me/ledger", {
        params: { query: pageParam === null ? { limit: 50 } : { limit: 50, before: pageParam } },
      }),
    ),
  initialPageParam: null as number | null,
  getNextPageParam: (page) => page.next_before,
});
