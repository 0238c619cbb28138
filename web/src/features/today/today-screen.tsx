import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Icon } from "@/design/icon";
import { Column, Muted, Pill } from "@/design/parts";
import { Bones, Empty, Fault } from "@/design/states";
import { useCount } from "@/design/use-count";
import { dayInMaori, longDay, partsOf } from "@/platform/dates";
import { nextLessonQuery, progressQuery, streakQuery } from "@/platform/queries";
import { useMe } from "@/platform/session";
import { count, languageNow, useWords } from "@/platform/words";
import { BoardCard } from "./board-card";
import { GoalCard } from "./goal-card";
import { NextLessonHero } from "./next-lesson-hero";
import { PathCard } from "./path-card";
import { ReachCard } from "./reach-card";
import { StreakCard } from "./streak-card";
import css from "./today-screen.module.css";

/** One obvious thing to do, and how the day stands. */
export function TodayScreen() {
  const t = useWords();
  const me = useMe();
  const next = useQuery(nextLessonQuery);
  const lesson = next.data?.lesson;
  const room = me.classes[0];
  return (
    <div className={css.page}>
      <Column airy>
        <Greeting />
        {next.data === undefined &&
          (next.error ? (
            <Fault cause={next.error} again={() => void next.refetch()} />
          ) : (
            <Bones shapes={["tall", "card"]} />
          ))}
        {lesson && (
          <>
            <NextLessonHero lesson={lesson} />
            <PathCard course={lesson.course_id} lesson={lesson.lesson_id} />
            <ReachCard />
          </>
        )}
        {lesson === null && (
          <Empty icon="compass" title={t("No lessons here yet")}>
            {room
              ? t("{room} has no course yet. Ask your teacher which one is yours.", {
                  room: room.name,
                })
              : t("You are in no class yet. Ask your teacher for a class code.")}
          </Empty>
        )}
      </Column>
      <Column airy className={css.aside}>
        <GoalCard />
        <StreakCard />
        {room && <BoardCard room={room} />}
      </Column>
    </div>
  );
}

function greeting(hour: number): string {
  if (hour < 12) return "Mōrena";
  return hour < 16 ? "Kia ora" : "Ahiahi mārie";
}

function Greeting() {
  const t = useWords();
  const me = useMe();
  const { data: progress } = useQuery(progressQuery);
  const { data: streak } = useQuery(streakQuery);
  const xp = useCount(progress?.xp);
  const now = new Date();
  const day = longDay(now, me.zone);
  return (
    <header>
      <Column>
        <div>
          <Muted>
            {languageNow() === "en" && <span lang="mi">{dayInMaori(now, me.zone)} · </span>}
            {day}
          </Muted>
          <h1>
            <span lang="mi">{greeting(partsOf(now, me.zone).hour)}</span>, {me.display_name}
          </h1>
        </div>
        <div className={css.pills}>
          {streak && streak.length > 0 && (
            <Pill tone="clay">
              <Icon name="flame" size={18} />
              {t("{days, plural, one {# day} other {# days}}", { days: streak.length })}
            </Pill>
          )}
          {progress && (
            <Link to="/me/ledger">
              <Pill tone="gold">
                {t("Level {level} · {xp} XP", { level: progress.level, xp: count(xp) })}
              </Pill>
            </Link>
          )}
        </div>
      </Column>
    </header>
  );
}
