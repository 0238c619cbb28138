import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, take } from "@/platform/api";
import { sendAnswer } from "@/platform/send-answer";
import { attemptKey } from "@/platform/start-lesson";
import { flush } from "@/platform/unsent";

export type Attempt = Schemas["AttemptView"];
export type Answered = Schemas["Answered"];
export type Step = Schemas["StepView"];
type Item = Schemas["ItemView"];
export type Response = Schemas["GivenAnswer"]["answer"];
export type Verdict = Answered["verdict"];

/** The attempt as the server has it, after whatever is kept here has been sent. */
export const attemptQuery = (attempt: string, account: string) =>
  queryOptions({
    queryKey: attemptKey(attempt),
    queryFn: async () => {
      await flush(account, sendAnswer).catch(() => undefined);
      return take(
        api.GET("/api/v1/attempts/{attempt_id}", { params: { path: { attempt_id: attempt } } }),
      );
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

export const summaryQuery = (attempt: string) =>
  queryOptions({
    queryKey: ["summary", attempt],
    queryFn: () =>
      take(
        api.GET("/api/v1/attempts/{attempt_id}/summary", {
          params: { path: { attempt_id: attempt } },
        }),
      ),
  });

export const earnedQuery = (attempt: string) =>
  queryOptions({
    queryKey: ["ledger", "attempt", attempt],
    queryFn: () =>
      take(api.GET("/api/v1/me/ledger", { params: { query: { context: attempt, limit: 100 } } })),
  });

/** As many characters as the server reads of what is typed. */
export const LONGEST_ANSWER = 1000;

/** What every way to answer gets. */
export type AnswerProps = {
  item: Item;
  given: Response | undefined;
  told: Answered | undefined;
  locked: boolean;
  labelledBy: string;
  onAnswer: (response: Response) => void;
};
