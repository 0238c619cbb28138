import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type Problem, problemOf } from "@/platform/problem";
import { useWords } from "@/platform/words";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";
import { Card, Muted, Unseen } from "./parts";
import css from "./states.module.css";
import { tell } from "./toast";

type BoneShape = "title" | "tall" | "card";

/** The shape of what comes, shown when it takes longer than a blink. */
export function Bones({ shapes = ["title", "card", "card"] }: { shapes?: BoneShape[] }) {
  const t = useWords();
  return (
    <div className={css.bones} role="status">
      <Unseen>{t("Loading…")}</Unseen>
      {shapes.map((shape, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: bones never move
          key={index}
          className={[css.bone, shape !== "card" && css[shape]].filter(Boolean).join(" ")}
        />
      ))}
    </div>
  );
}

/** Nothing here yet, and the next step. */
export function Empty({
  icon = "sprout",
  title,
  children,
  act,
  whole,
}: {
  icon?: IconName;
  title: string;
  children: ReactNode;
  act?: ReactNode;
  /** It is the page, not a part of one. */
  whole?: boolean;
}) {
  const Heading = whole ? "h1" : "h2";
  return (
    <Card topo>
      <div className={css.note}>
        <Icon name={icon} size={40} />
        <Heading>{title}</Heading>
        <Muted>{children}</Muted>
        {act}
      </div>
    </Card>
  );
}

/** Say what happened and what to do. */
export function useFault(): (problem: Problem) => { title: string; todo: string } {
  const t = useWords();
  const refusals = useRefusals();
  return (problem) => {
    if (problem.offline)
      return {
        title: t("We cannot reach the server."),
        todo: t("Check the connection. Nothing you did is lost."),
      };
    const refusal = refusals[problem.type];
    if (refusal) return { title: refusal, todo: "" };
    if (problem.status === 403)
      return {
        title: t("This page is for somebody else."),
        todo: t("Your role does not open it. Ask an administrator of your organisation."),
      };
    if (problem.status === 404)
      return {
        title: t("There is nothing at this address."),
        todo: t("It may have moved. Go back and choose again."),
      };
    if (problem.status === 429)
      return {
        title: t("That was a lot at once."),
        todo: problem.retryAfter
          ? t("Try again in {seconds, plural, one {# second} other {# seconds}}.", {
              seconds: Math.ceil(problem.retryAfter),
            })
          : t("Wait a moment, then try again."),
      };
    if (problem.status === 503)
      return {
        title: t("This is away for a moment."),
        todo: t("Nothing is lost. Try again in a little while."),
      };
    if (problem.status >= 500)
      return {
        title: t("Something broke on our side."),
        todo: t("Try again. If it stays, give the code to whoever runs Tihi here."),
      };
    return { title: `${problem.message}.`, todo: problem.detail && `${problem.detail}.` };
  };
}

/** Tell of a failure where the page has no place for it. */
export function useTellFault(): (cause: unknown) => void {
  const fault = useFault();
  return (cause) => {
    const { title, todo } = fault(problemOf(cause));
    tell(`${title} ${todo}`.trim());
  };
}

/** The refusals that people meet, in their language; the server's own words are English. */
function useRefusals(): Readonly<Record<string, string>> {
  const t = useWords();
  return {
    "attempts/not-this-step": t("This question is not open yet. Open the lesson again."),
    "attempts/key-used": t("This question is not open yet. Open the lesson again."),
    "attempts/over": t("This go at the lesson is over. Begin a new one."),
    "attempts/empty-lesson": t("This lesson has no questions yet."),
    "items/unfit-response": t(
      "That does not fit this question. A number looks like 7.5, 3/4 or -2.",
    ),
    "grades/unfit": t("A grade lies between 0 and 1."),
    "grades/same": t("This answer is graded so already."),
    "grades/key-used": t("That was sent before. Open it again, then correct it."),
    "grades/unfit-statement": t("Say in up to 500 characters what is not right."),
    "grades/asked-before": t("You asked about this answer before. Load the page again."),
    "grades/enough-asked": t("Five of your answers wait for another look. Ask again after that."),
    "grades/nobody-to-ask": t("You are in no class yet, so no teacher would see it."),
    "grades/nothing-open": t("This was settled meanwhile. Load the page again."),
    "boards/not-your-class": t("Choose one of your own classes."),
    "classes/unknown-code": t(
      "No class lets you in by this code. Look at the board again, or ask your teacher.",
    ),
    "classes/full": t("That class is full. Ask your teacher to let you in."),
    "orgs/unfit-size": t("A class holds 1 to 2,000 learners."),
    "accounts/unfit-name": t("That name cannot be shown. Try another one."),
    "accounts/unknown-zone": t("That time zone is not known. Choose another one."),
    "accounts/name-taken": t("Somebody here already signs in with that name."),
    "members/yourself": t("Ask another administrator to change your own account."),
    "members/no-sign-in-name": t("A sign-in name has 2 to 80 characters."),
    "links/no-sign-in-name": t("This person signs in with three words. Issue new ones instead."),
    "privacy/not-confirmed": t("Type the name exactly, so that nobody is erased by mistake."),
    "privacy/yourself": t("Ask another administrator to erase your account."),
    "keys/unfit": t("A key needs a name, at least one right and 1 to 730 days."),
    "keys/too-many": t("Revoke a key that is no longer used first."),
    "factors/last": t("Add another second step before you remove the last one."),
    "factors/too-many": t("Remove a second step that you no longer use first."),
    "calendar/unfit-pause": t("A pause begins today or later and lasts at most 60 days."),
    "imports/nothing": t("Choose at least one GIFT file."),
    "imports/unreadable": t(
      "That file cannot be read. It has to be text in UTF-8, of at most 5 MB.",
    ),
  };
}

/** What happened, what to do, and a code to quote. */
export function Fault({
  cause,
  again,
  whole,
}: {
  cause: unknown;
  again?: () => void;
  /** It is the page, not a part of one. */
  whole?: boolean | undefined;
}) {
  const Heading = whole ? "h1" : "h2";
  const t = useWords();
  const fault = useFault();
  const problem = problemOf(cause);
  const { title, todo } = fault(problem);
  return (
    <Card role="alert" className={css.fault}>
      <div className={css.note}>
        <Icon name={problem.status === 403 ? "lock" : "warn"} size={36} />
        <Heading>{title}</Heading>
        {todo && <Muted>{todo}</Muted>}
        {!problem.offline && (
          <Muted>
            {t("Code to quote:")} <code>{problem.code}</code>
          </Muted>
        )}
        {again && (
          <Button look="ghost" onClick={again}>
            {t("Try again")}
          </Button>
        )}
      </div>
    </Card>
  );
}

/** Draw a query in all its states. */
export function Loaded<T>({
  query,
  bones,
  whole,
  children,
}: {
  query: UseQueryResult<T>;
  bones?: BoneShape[];
  /** It is the page, not a part of one. */
  whole?: boolean;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return <Fault cause={query.error} again={() => void query.refetch()} whole={whole} />;
  return <Bones {...(bones && { shapes: bones })} />;
}
