import {
  type InfiniteData,
  infiniteQueryOptions,
  queryOptions,
  useMutation,
} from "@tanstack/react-query";
import { api, type Schemas, take } from "@/platform/api";
import { client } from "@/platform/queries";

export type Answer = Schemas["AnswerCard"];
export type NewGrade = Schemas["NewGrade"];
type KeepReason = Schemas["KeepReason"];
type Page = Schemas["AnswersPage"];

/** A learner of a class. */
export type Whose = { room: string; learner: string };

export const answersQuery = ({ room, learner }: Whose) =>
  infiniteQueryOptions({
    queryKey: ["classes", room, "answers", learner],
    queryFn: ({ pageParam }) =>
      take(
        api.GET("/api/v1/classes/{class_id}/learners/{learner_id}/answers", {
          params: {
            path: { class_id: room, learner_id: learner },
            query: pageParam === null ? {} : { before: pageParam },
          },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_before,
  });

/** The answers that learners of a class ask about. */
export const requestsQuery = (room: string) =>
  queryOptions({
    queryKey: ["grade-requests", room],
    queryFn: () =>
      take(
        api.GET("/api/v1/classes/{class_id}/grade-requests", {
          params: { path: { class_id: room } },
        }),
      ),
  });

/** Correct a grade, and show it; the same key again changes nothing. */
export async function correct(whose: Whose, answer: string, grade: NewGrade): Promise<void> {
  const card = await take(
    api.POST("/api/v1/classes/{class_id}/learners/{learner_id}/answers/{answer_id}/grade", {
      params: { path: { class_id: whose.room, learner_id: whose.learner, answer_id: answer } },
      body: grade,
    }),
  );
  show(whose, card);
  void client.invalidateQueries({ queryKey: ["classes", whose.room, "progress"] });
}

/** Show an answer as it stands now, wherever it is shown. */
function show(whose: Whose, card: Answer): void {
  client.setQueryData(answersQuery(whose).queryKey, (was) => was && withCard(was, card));
  void client.invalidateQueries({ queryKey: ["grade-requests"] });
}

/** Keep a grade that its learner asks about. */
export function useKeep({ room, learner }: Whose, answer: string) {
  return useMutation({
    mutationFn: (reason: KeepReason) =>
      take(
        api.POST("/api/v1/classes/{class_id}/learners/{learner_id}/answers/{answer_id}/keep", {
          params: { path: { class_id: room, learner_id: learner, answer_id: answer } },
          body: { reason },
        }),
      ),
    onSuccess: (card) => show({ room, learner }, card),
  });
}

export function useCorrect(whose: Whose, answer: string) {
  return useMutation({ mutationFn: (grade: NewGrade) => correct(whose, answer, grade) });
}

function withCard<T>(was: InfiniteData<Page, T>, card: Answer): InfiniteData<Page, T> {
  const put = (one: Answer) => (one.answer_id === card.answer_id ? card : one);
  return { ...was, pages: was.pages.map((page) => ({ ...page, answers: page.answers.map(put) })) };
}
