import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, type Schemas, take } from "./api";
import { client } from "./queries";

export const attemptKey = (attempt: string) => ["attempt", attempt] as const;

/** Open (or resume) an attempt of a lesson and go there; `replace` leaves no way back to here. */
export function useStartLesson({ replace = false } = {}) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (lesson: string) =>
      take(
        api.POST("/api/v1/lessons/{lesson_id}/attempts", {
          params: { path: { lesson_id: lesson } },
        }),
      ),
    onSuccess: (attempt: Schemas["AttemptView"]) => {
      client.setQueryData(attemptKey(attempt.attempt_id), attempt);
      return navigate({
        to: "/learn/$attempt",
        params: { attempt: attempt.attempt_id },
        replace,
      });
    },
  });
}
