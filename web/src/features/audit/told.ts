import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/platform/api";
import { classesQuery, keysQuery } from "@/platform/queries";
import { useWords } from "@/platform/words";
import { useKinds } from "./kinds";

type Entry = Schemas["Entry"];
/** What is told of an entry: what was done, to whom or what, and a word more. */
type Told = { act: string; about?: string | undefined; more?: string | undefined };

const ROOM = "/api/v1/classes/{class_id}";
const ROUTE = /^([A-Z]+) (\/\S*)/;
const ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/;

/** Tells entries in words; whatever nobody has words for stays as it was written. */
export function useTold(): (entry: Entry) => Told {
  const t = useWords();
  const kinds = new Map(useKinds());
  const nameOf = useNames();
  const opened = useOpened();
  const places = usePlaces();
  const settings = useSettings();
  const words = useSmallWords();
  return (entry) => {
    const { kind, detail } = entry;
    const [, method, path] = ROUTE.exec(detail) ?? [];
    const id = ID.exec(detail)?.[0];
    const named = id && nameOf(kind, id);
    const about = entry.subject ? (entry.subject_name ?? t("somebody who is gone")) : named;
    const act = kinds.get(kind) ?? kind;
    if (kind === "record-opened" && method && path) {
      const known = opened[`${method} ${path}`];
      const room = entry.subject ? named : undefined;
      return known ? { act: known, about, more: room } : { act, about, more: detail };
    }
    if (kind === "access-denied" && path) {
      const place = places.find(([begin]) => path.startsWith(begin))?.[1];
      return { act, about: place ?? about, more: place ? undefined : detail };
    }
    if (kind === "settings-changed") {
      const [known, what] = settings(detail);
      return known ? { act: known, about: about ?? what } : { act, about, more: detail };
    }
    const rest = id ? detail.replace(id, "").trim() : detail;
    return { act, about, more: words(rest) };
  };
}

/** Names of classes and keys, as far as there still are any. */
function useNames(): (kind: string, id: string) => string {
  const t = useWords();
  const rooms = new Map(useQuery(classesQuery).data?.map((room) => [room.class_id, room.name]));
  const keys = new Map(useQuery(keysQuery).data?.map((key) => [key.key_id, key.name]));
  return (kind, id) =>
    kind.startsWith("key-")
      ? (keys.get(id) ?? t("a key that is gone"))
      : (rooms.get(id) ?? t("a class that is gone"));
}

/** What was looked at, or done, when somebody's record was opened. */
function useOpened(): Readonly<Record<string, string>> {
  const t = useWords();
  return {
    [`GET ${ROOM}`]: t("opened a class"),
    [`GET ${ROOM}/progress`]: t("looked at how a class is going"),
    [`GET ${ROOM}/grade-requests`]: t("looked at what a class asks about grades"),
    [`GET ${ROOM}/learners/{learner_id}/answers`]: t("looked at the answers of somebody"),
    [`DELETE ${ROOM}/learners/{learner_id}`]: t("took somebody out of a class"),
    [`POST ${ROOM}/learners/{learner_id}/words`]: t("saw the new words of somebody"),
    "GET /api/v1/admin/people": t("looked through the people here"),
    "POST /api/v1/admin/people/{account_id}/export": t("saw the exported data of somebody"),
    "POST /api/v1/admin/people/{account_id}/erase": t("confirmed that somebody is erased"),
  };
}

/** Where somebody was turned away, by how an address begins. */
function usePlaces(): readonly (readonly [string, string])[] {
  const t = useWords();
  return [
    ["/api/v1/admin/people", t("People")],
    ["/api/v1/admin/audit", t("Record")],
    ["/api/v1/admin/keys", t("Keys")],
    ["/api/v1/admin/activity-types", t("Keys")],
    ["/api/v1/admin/class-size", t("People")],
    ["/api/v1/admin/dead-letters", t("Dead letters")],
    ["/api/v1/admin/health", t("Health")],
    ["/api/v1/packs", t("Packs of rules")],
    ["/api/v1/calendar", t("Rest days")],
    [`${ROOM}/learners`, t("a learner of a class")],
    ["/api/v1/classes", t("Classes")],
    ["/api/v1/grade-requests", t("Classes")],
    ["/api/v1/items", t("Items")],
    ["/api/v1/imports", t("Import")],
    ["/api/v1/courses", t("Courses")],
    ["/api/v1/lessons", t("a lesson")],
    ["/api/v1/attempts", t("somebody’s go at a lesson")],
    ["/api/v1/boards", t("Boards")],
  ];
}

/** Which setting was changed, and to what; nothing for one that has no words. */
function useSettings(): (detail: string) => readonly [string?, string?] {
  const t = useWords();
  return (detail) => {
    const on = detail.endsWith(" True");
    if (detail === "days of rest") return [t("changed the days of rest")];
    if (detail === "activity types") return [t("changed what keys may report")];
    if (detail.startsWith("class size "))
      return [t("changed how many learners a class takes"), detail.slice("class size ".length)];
    if (detail.startsWith("class code open "))
      return [on ? t("opened the code of a class") : t("closed the code of a class")];
    if (detail.startsWith("boards upward "))
      return [
        on
          ? t("let a class see only who is just above")
          : t("let a class see its whole board again"),
      ];
    return [];
  };
}

/** The word more of other entries; all else as it was written. */
function useSmallWords(): (detail: string) => string {
  const t = useWords();
  const known: Readonly<Record<string, string>> = {
    learner: t("Learner"),
    teacher: t("Teacher"),
    admin: t("Administrator"),
    right: t("Right"),
    partial: t("Partly right"),
    wrong: t("Not right"),
  };
  const whole: Readonly<Record<string, string>> = {
    totp: t("Authenticator app"),
    passkey: t("Passkey"),
    "second step": t("with the second step"),
    invite: t("to come in for the first time"),
    reset: t("to choose a new password"),
    "facts:write": t("may report what happened"),
    "facts:read": t("may read what happened"),
    "facts:write facts:read": t("may report and read what happened"),
    "facts:read facts:write": t("may report and read what happened"),
  };
  const removed: Readonly<Record<string, (n: number) => string>> = {
    sessions: (n) => t("{n, plural, one {# session} other {# sessions}}", { n }),
    links: (n) => t("{n, plural, one {# link} other {# links}}", { n }),
    "sign-ins": (n) => t("{n, plural, one {# sign-in} other {# sign-ins}}", { n }),
    record: (n) =>
      t("{n, plural, one {# entry of the record} other {# entries of the record}}", { n }),
    outcomes: (n) => t("{n, plural, one {# message} other {# messages}}", { n }),
    answers: (n) => t("{n, plural, one {# answer} other {# answers}}", { n }),
    accounts: (n) => t("{n, plural, one {# account} other {# accounts}}", { n }),
  };
  return (detail) => {
    const words = detail.split(" ");
    if (words.every((word) => word in known)) return words.map((word) => known[word]).join(" → ");
    const counted = removed[words[0] ?? ""];
    if (counted && words.length === 2) return counted(Number(words[1]));
    return whole[detail] ?? detail;
  };
}
