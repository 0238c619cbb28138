import type { Schemas } from "./api";
import { useWords } from "./words";

export type Reason = Schemas["Reason"];

/** Why a grade was corrected, as teachers choose it and learners read it. */
export function useReasons(): Readonly<Record<Reason, string>> {
  const t = useWords();
  return {
    "right-too": t("This answer is right too"),
    "unclear-question": t("The question was not clear"),
    mismarked: t("It was marked wrongly"),
    "shown-otherwise": t("It was shown in another way"),
    "corrected-back": t("The correction before was a mistake"),
  };
}
