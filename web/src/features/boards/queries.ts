import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/platform/api";

export type Scope = "org" | "class";
export type Period = "week" | "all";

export const boardQuery = (scope: Scope, period: Period, classId: string | undefined) =>
  queryOptions({
    queryKey: ["board", scope, period, classId ?? ""],
    queryFn: () =>
      take(
        api.GET("/api/v1/boards/{whose}/{period}", {
          params: { path: { whose: scope, period }, query: classId ? { class_id: classId } : {} },
        }),
      ),
    refetchInterval: (query) => (query.state.data?.updating ? 3000 : 30_000),
  });
