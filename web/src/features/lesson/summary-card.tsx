import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Button, ButtonLink } from "@/design/button";
import { Hero } from "@/design/hero";
import { Icon } from "@/design/icon";
import { Card, Hint, Meter, Num, Pill } from "@/design/parts";
import { Bones, useTellFault } from "@/design/states";
import { useCount } from "@/design/use-count";
import type { Schemas } from "@/platform/api";
import { client, progressQuery, streakQuery } from "@/platform/queries";
import { useStartLesson } from "@/platform/start-lesson";
import { count, pick, skillName, useWords } from "@/platform/words";
import { Celebration } from "./celebration";
import { type Attempt, earnedQuery, summaryQuery } from "./queries";
import { Stuck } from "./stuck";
import css from "./summary-card.module.css";
import type { Earned } from "./use-earned";

/** How the lesson went: one summary. */
export function SummaryCard({ attempt, earned }: { attempt: Attempt; earned: Earned }) {
  const query = useQuery(summaryQuery(attempt.attempt_id));
  useEffect(() => {
    for (const key of ["next-lesson", "trail", "courses"])
      void client.invalidateQueries({ queryKey: [key] });
  }, []);
  return (
    <main id="main" className={css.page} tabIndex={-1}>
      {query.data ? (
        <Summary summary={query.data} earned={earned} />
      ) : query.error ? (
        <Stuck cause={query.error} again={() => void query.refetch()} />
      ) : (
        <Bones shapes={["tall", "card"]} />
      )}
      <Celebration earned={earned} />
    </main>
  );
}

function Summary({ summary, earned }: { summary: Schemas["AttemptSummary"]; earned: Earned }) {
  const t = useWords();
  const start = useStartLesson();
  const onError = useTellFault();
  const { next } = summary;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const minutes = Math.max(1, Math.round(summary.seconds / 60));
  return (
    <>
      <Hero label={t("Lesson done")}>
        <h1 tabIndex={-1} ref={heading}>
          {t("{lesson}: done", { lesson: summary.lesson })}
        </h1>
        <p>
          {summary.right_first === summary.items
            ? t("Every question right at first go. That is sure footing.")
            : t("Every answer told you something. What was hard today will be easier.")}
        </p>
        <dl className={css.figures}>
          <div>
            <dt>{t("right at first go")}</dt>
            <dd>
              {summary.right_first} / {summary.items}
            </dd>
          </div>
          <div>
            <dt>{summary.answers === 1 ? t("answer") : t("answers")}</dt>
            <dd>{summary.answers}</dd>
          </div>
          <div>
            <dt>{minutes === 1 ? t("minute") : t("minutes")}</dt>
            <dd>{minutes}</dd>
          </div>
        </dl>
      </Hero>
      <div className={css.acts}>
        {next && (
          <Button
            disabled={start.isPending}
            onClick={() => start.mutate(next.lesson_id, { onError })}
          >
            {t("Next: {lesson}", { lesson: next.lesson })}
          </Button>
        )}
        <ButtonLink look={next ? "ghost" : "primary"} to="/today">
          {t("Back to today")}
        </ButtonLink>
        <ButtonLink look="quiet" to="/me/answers/$attempt" params={{ attempt: summary.attempt_id }}>
          {t("See your answers")}
        </ButtonLink>
      </div>
      <div className={css.two}>
        <EarnedCard attempt={summary.attempt_id} earned={earned} />
        {summary.skills.length > 0 && <SkillsCard skills={summary.skills} />}
      </div>
    </>
  );
}

function SkillsCard({ skills }: { skills: Schemas["SkillResult"][] }) {
  const t = useWords();
  return (
    <Card topo>
      <h2>{t("Skills you worked on")}</h2>
      <ul className={css.list}>
        {skills.map(({ skill, right, of }) => (
          <li key={skill}>
            <span className={css.skill}>
              <strong>{skillName(skill)}</strong>
              <Meter
                value={right}
                of={of}
                tone="go"
                label={t("{skill}: {right} of {of} right", { skill: skillName(skill), right, of })}
              />
            </span>
            <Num>
              {right} / {of}
            </Num>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function EarnedCard({ attempt, earned }: { attempt: string; earned: Earned }) {
  const t = useWords();
  const { data } = useQuery(earnedQuery(attempt));
  const { data: streak } = useQuery(streakQuery);
  const { data: progress } = useQuery(progressQuery);
  const entries = data?.entries ?? [];
  const total = entries.reduce((sum, entry) => sum + entry.points, 0);
  const shown = useCount(Math.max(total, earned.total));
  const rules = new Map<string, { name: string; times: number; points: number }>();
  for (const entry of entries) {
    const name = pick(entry.name);
    // One rule gives the XP of every badge, which have names of their own.
    const key = `${entry.rule} ${name}`;
    const was = rules.get(key) ?? { name, times: 0, points: 0 };
    rules.set(key, { ...was, times: was.times + 1, points: was.points + entry.points });
  }
  return (
    <Card>
      <h2 className={css.total}>
        <span className={css.disc}>
          <Icon name="bolt" />
        </span>
        {t("+{points} XP", { points: count(shown) })}
      </h2>
      <ul className={css.list}>
        {[...rules].map(([rule, { name, times, points }]) => (
          <li key={rule}>
            <span>
              {name} {times > 1 && <>× {times}</>}
            </span>
            <Num>{t("{points} XP", { points })}</Num>
          </li>
        ))}
        {earned.badges.map((badge) => (
          <li key={badge.achievement + badge.tier}>
            <Pill tone="gold">
              <Icon name="star" size={18} />
              {t("New badge: {badge}", { badge: pick(badge.name) })}
            </Pill>
            <span>{pick(badge.tier_name)}</span>
          </li>
        ))}
        {streak?.active_today && (
          <li>
            <Pill tone="clay">
              <Icon name="flame" size={18} />
              {t("{days, plural, one {#-day streak} other {#-day streak}}", {
                days: streak.length,
              })}
            </Pill>
          </li>
        )}
      </ul>
      {progress?.waiting ? (
        <Hint>{t("Points are on their way. Nothing is lost.")}</Hint>
      ) : (
        !entries.length && (
          <Hint>{t("No XP for what you know well already. It is learned, and that stays.")}</Hint>
        )
      )}
      <div className={css.more}>
        <ButtonLink look="quiet" small to="/me/ledger">
          {t("See every XP and why")}
        </ButtonLink>
      </div>
    </Card>
  );
}
