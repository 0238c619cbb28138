// What more than one feature reads; outcomes patch these.
import { QueryClient, queryOptions } from "@tanstack/react-query";
import { api, take } from "./api";
import { Problem } from "./problem";

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, cause) =>
        failures < 2 && cause instanceof Problem && (cause.offline || cause.status >= 502),
      refetchOnWindowFocus: false,
      // Without a connection say so at once; a call that waits in silence looks like a broken page.
      networkMode: "always",
      refetchOnReconnect: true,
    },
    mutations: { networkMode: "always" },
  },
});

export const welcomeQuery = queryOptions({
  queryKey: ["welcome"],
  queryFn: () => take(api.GET("/api/v1/welcome")),
  staleTime: Number.POSITIVE_INFINITY,
});

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => take(api.GET("/api/v1/me")),
  staleTime: 300_000,
});

export const progressQuery = queryOptions({
  queryKey: ["progress"],
  queryFn: () => take(api.GET("/api/v1/me/progress")),
  // The points that are waited for say so when they come; this is for a push that was lost.
  refetchInterval: (query) => (query.state.data?.waiting ? 60_000 : false),
});

export const streakQuery = queryOptions({
  queryKey: ["streak"],
  queryFn: () => take(api.GET("/api/v1/me/streak")),
});

export const nextLessonQuery = queryOptions({
  queryKey: ["next-lesson"],
  queryFn: () => take(api.GET("/api/v1/me/next-lesson")),
});

export const badgesQuery = queryOptions({
  queryKey: ["badges"],
  queryFn: () => take(api.GET("/api/v1/me/badges")),
});

/** Keys of other products; those that were revoked have their names still. */
export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: () => take(api.GET("/api/v1/admin/keys")),
});

export const classesQuery = queryOptions({
  queryKey: ["classes"],
  queryFn: () => take(api.GET("/api/v1/classes")),
});
