import { useFault } from "@/design/states";
import { problemOf } from "@/platform/problem";
import { useWords } from "@/platform/words";

/** What went wrong with a second step, in words; undefined while nothing did. */
export function useStepError(cause: unknown): string | undefined {
  const t = useWords();
  const fault = useFault();
  if (!cause) return undefined;
  if (cause instanceof DOMException)
    return t("No passkey was used. Try again, or take another way.");
  const problem = problemOf(cause);
  if (problem.type === "factors/wrong-code")
    return t("That does not fit. Wait for the next code, then try again.");
  const { title, todo } = fault(problem);
  return `${title} ${todo}`;
}
