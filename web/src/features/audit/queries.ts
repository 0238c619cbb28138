import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/platform/api";

/** Keys, for their names; those that were revoked have theirs still. */
export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: () => take(api.GET("/api/v1/admin/keys")),
});

/** The record, newest first, one kind or all for "". */
export const auditQuery = (kind: string) =>
  infiniteQueryOptions({
    queryKey: ["audit", kind],
    queryFn: ({ pageParam }) =>
      take(
        api.GET("/api/v1/admin/audit", {
          params: { query: { kind, most: 50, ...(pageParam && { before: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_before ?? undefined,
  });
