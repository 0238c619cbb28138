import { useWords } from "@/platform/words";

/** What can stand in the record, in words, in the order in which it is offered. */
export function useKinds(): readonly (readonly [string, string])[] {
  const t = useWords();
  return [
    ["signed-in", t("signed in")],
    ["sign-in-refused", t("was refused at the sign-in")],
    ["signed-out", t("signed out")],
    ["second-step-refused", t("failed the second step")],
    ["access-denied", t("was denied something")],
    ["record-opened", t("opened a record")],
    ["score-claimed", t("claimed a score")],
    ["grade-corrected", t("corrected a grade")],
    ["grade-kept", t("kept a grade that was asked about")],
    ["account-added", t("added somebody")],
    ["role-changed", t("changed a role")],
    ["account-suspended", t("suspended somebody")],
    ["account-restored", t("let somebody back in")],
    ["link-issued", t("gave out a link")],
    ["link-used", t("used a link")],
    ["words-issued", t("gave out new words")],
    ["password-changed", t("changed a password")],
    ["factor-added", t("added a second step")],
    ["factor-removed", t("removed a second step")],
    ["factors-reset", t("took second steps away")],
    ["recovery-code-used", t("used a recovery code")],
    ["recovery-codes-drawn", t("drew recovery codes")],
    ["key-added", t("made a key")],
    ["key-revoked", t("revoked a key")],
    ["settings-changed", t("changed settings")],
    ["person-exported", t("exported somebody’s data")],
    ["person-erased", t("erased somebody")],
    ["unused-warned", t("warned of unused accounts")],
    ["retention-applied", t("removed what was too old")],
    ["org-frozen", t("froze the organisation")],
    ["org-thawed", t("thawed the organisation")],
  ];
}
