import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, type Schemas, take } from "@/platform/api";
import { client } from "@/platform/queries";

export type Answer = Schemas["AnswerCard"];

const OWN = ["own-answers"] as const;

/** Your answers in one attempt. */
export const lessonAnswersQuery = (attempt: string) =>
  queryOptions({
    queryKey: [...OWN, attempt],
    queryFn: () =>
      take(
        api.GET("/api/v1/attempts/{attempt_id}/answers", {
          params: { path: { attempt_id: attempt } },
        }),
      ),
  });

/** The answers that you asked about. */
export const ownRequestsQuery = queryOptions({
  queryKey: [...OWN, "asked"],
  queryFn: () => take(api.GET("/api/v1/me/grade-requests")),
});

/** Ask that a grade be looked at again; the same key again changes nothing. */
export function useAsk(answer: string) {
  return useMutation({
    mutationFn: (body: Schemas["NewRequest"]) =>
      take(
        api.POST("/api/v1/me/answers/{answer_id}/request", {
          params: { path: { answer_id: answer } },
          body,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: OWN }),
  });
}
