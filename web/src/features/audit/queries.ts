import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, take } from "@/platform/api";

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
