import type { Schemas } from "./api";
import { useWords } from "./words";

export type Reason = Schemas["Reason"];
export type KeepReason = Schemas["KeepReason"];

/** Why a grade stays that its learner asked about. */
export function useKeepReasons(): Readonly<Record<KeepReason, string>> {
  const t = useWords();
  return {
    "looked-again": t("I looked again: the grade is right"),
    "part-missing": t("A part of the answer is missing"),
    "other-question": t("It answers another question"),
    "look-together": t("Let us look at it together"),
  };
}

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
