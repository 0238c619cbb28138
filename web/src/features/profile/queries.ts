import { queryOptions, useMutation } from "@tanstack/react-query";
import { dress } from "@/design/motion";
import { api, done, type Schemas, take } from "@/platform/api";
import { client, meQuery, progressQuery, streakQuery } from "@/platform/queries";
import { speak } from "@/platform/words";

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: () => take(api.GET("/api/v1/me/sessions")),
});

/** Change the profile; it shows at once. */
export function useChangeMe() {
  return useMutation({
    mutationFn: (change: Schemas["Changes"]) => take(api.PATCH("/api/v1/me", { body: change })),
    onMutate: (change) => {
      const before = client.getQueryData(meQuery.queryKey);
      client.setQueryData(meQuery.queryKey, (was) => was && ({ ...was, ...change } as typeof was));
      return before;
    },
    onError: (_cause, _change, before) => client.setQueryData(meQuery.queryKey, before),
    onSuccess: async (me, change) => {
      client.setQueryData(meQuery.queryKey, me);
      dress(me.theme, me.calm_motion);
      if (change.locale) await speak(change.locale);
      if (change.daily_goal) await client.invalidateQueries({ queryKey: progressQuery.queryKey });
      if (change.public_rank !== undefined) await client.invalidateQueries({ queryKey: ["board"] });
    },
  });
}

export function useKeepPlace() {
  return useMutation({
    mutationFn: () => take(api.POST("/api/v1/me/passphrase")),
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}

/** Everything that is kept about you, as a file. */
export function useExportMe() {
  return useMutation({
    mutationFn: () => take(api.POST("/api/v1/me/export", { parseAs: "blob" })),
  });
}

export function useEndSession() {
  return useMutation({
    mutationFn: (session: string) =>
      done(
        api.DELETE("/api/v1/me/sessions/{session_id}", {
          params: { path: { session_id: session } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}

/** Pause the streak between two days, or end the pause. */
export function usePause() {
  return useMutation({
    mutationFn: (pause: Schemas["Pause"] | null) =>
      pause
        ? take(api.POST("/api/v1/me/streak/pause", { body: pause }))
        : take(api.DELETE("/api/v1/me/streak/pause")),
    onSuccess: (streak) => client.setQueryData(streakQuery.queryKey, streak),
  });
}

export function useJoinClass() {
  return useMutation({
    mutationFn: (code: string) => take(api.POST("/api/v1/me/classes", { body: { code } })),
    onSuccess: async (me) => {
      client.setQueryData(meQuery.queryKey, me);
      await client.invalidateQueries({ queryKey: ["next-lesson"] });
    },
  });
}
