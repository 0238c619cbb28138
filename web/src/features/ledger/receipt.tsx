import { Link } from "@tanstack/react-router";
import { Icon, type IconName } from "@/design/icon";
import { Hint } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { shortMoment, shortTime } from "@/platform/dates";
import { useReasons } from "@/platform/reasons";
import { useMe } from "@/platform/session";
import { count, pick, useWords } from "@/platform/words";
import css from "./ledger-screen.module.css";

type Entry = Schemas["LedgerEntry"];

/** Facts whose entries belong to a go at a lesson. */
const LEARNED = /^(answer|lesson|grade)\./;

/** Which picture an entry has: an award, a day, a lesson, or an answer. */
function pictureOf(entry: Entry): IconName {
  if (entry.badge !== null) return "badges";
  if (entry.reason !== null) return "pen";
  if (entry.fact?.type.startsWith("day.")) return "flame";
  return entry.fact?.type.startsWith("lesson.") ? "flag" : "tick";
}

/** One entry; opened, it says how it was worked out. */
export function Receipt({ entry }: { entry: Entry }) {
  const t = useWords();
  const { zone } = useMe();
  const words = useInputWords();
  const facts = useFactWords();
  const reasons: Readonly<Record<string, string>> = useReasons();
  const sign = entry.points > 0 ? "+" : entry.points < 0 ? "−" : "";
  return (
    <details>
      <summary>
        <span className={css.picture} data-kind={pictureOf(entry)}>
          <Icon name={pictureOf(entry)} size={20} />
        </span>
        <span>
          <strong>{pick(entry.name)}</strong>
          <Hint>
            {shortTime(entry.time, zone)}
            {entry.reason !== null && ` · ${t("A teacher corrected a grade")}`}
          </Hint>
        </span>
        <span className={css.points} data-back={entry.points < 0 || undefined}>
          {sign}
          {count(Math.abs(entry.points))} XP
        </span>
        <Icon name="down" size={18} />
      </summary>
      <dl className={css.receipt}>
        <dt>{t("Rule")}</dt>
        <dd>
          <code>{entry.rule}</code>
        </dd>
        {entry.inputs.map(({ name, value }) => (
          <Line key={name} name={words[name] ?? name} value={value} factor={/factor$/.test(name)} />
        ))}
        {entry.reason !== null && (
          <>
            <dt>{t("Why it was corrected")}</dt>
            <dd>{reasons[entry.reason] ?? entry.reason}</dd>
          </>
        )}
        <dt>{t("Balance after it")}</dt>
        <dd>{count(entry.balance)} XP</dd>
        {entry.fact && (
          <>
            <dt>{t("What happened")}</dt>
            <dd>
              {facts[entry.fact.type] ?? entry.fact.type}, {shortMoment(entry.fact.time, zone)}
            </dd>
            <dt>{t("Number of the fact")}</dt>
            <dd className={css.number}>
              <code>{entry.fact.id}</code>
            </dd>
          </>
        )}
      </dl>
      {entry.context && LEARNED.test(entry.fact?.type ?? "") && (
        <p className={css.answers}>
          <Link to="/me/answers/$attempt" params={{ attempt: entry.context }}>
            {t("See these answers, or ask about a grade")}
          </Link>
        </p>
      )}
    </details>
  );
}

function Line({ name, value, factor }: { name: string; value?: unknown; factor: boolean }) {
  const shown = typeof value === "number" ? count(value) : String(value);
  return (
    <>
      <dt>{name}</dt>
      <dd>{factor ? `× ${shown}` : shown}</dd>
    </>
  );
}

/** What the numbers that a rule reads are called. */
function useInputWords(): Readonly<Record<string, string>> {
  const t = useWords();
  return {
    base: t("XP for it"),
    credit: t("How much of it was right, from 0 to 1"),
    "credit.rate": t("XP when all of it is right"),
    "nth_today.factor": t("For the same question again today"),
    "nth_ever.factor": t("For the same lesson again"),
    "day_count.factor": t("For many answers in one day"),
    tier: t("Tier"),
    reward: t("XP of the tier"),
  };
}

function useFactWords(): Readonly<Record<string, string>> {
  const t = useWords();
  return {
    "answer.graded.v1": t("An answer was graded"),
    "lesson.completed.v1": t("A lesson was finished"),
    "grade.overridden.v1": t("A teacher corrected a grade"),
    "day.active.v1": t("A day of learning began"),
  };
}
