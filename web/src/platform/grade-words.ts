import { useWords } from "./words";

/** What a credit from 0 to 1 is called. */
export function useGradeWords(): (credit: number) => string {
  const t = useWords();
  return (credit) => {
    if (credit === 1) return t("Right");
    if (credit === 0) return t("Not right");
    return t("Partly right, {share}%", { share: Math.round(credit * 100) });
  };
}
