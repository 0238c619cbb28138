import { useWords } from "@/platform/words";
import type { Role } from "./queries";

/** The roles in words. */
export function useRoles(): readonly (readonly [Role, string])[] {
  const t = useWords();
  return [
    ["learner", t("Learner")],
    ["teacher", t("Teacher")],
    ["admin", t("Administrator")],
  ];
}
