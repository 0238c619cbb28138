import { useQuery } from "@tanstack/react-query";
import { Icon, type IconName } from "@/design/icon";
import { Card, Hint, Pill, Row, Unseen } from "@/design/parts";
import { Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { longDate, shortWeekday } from "@/platform/dates";
import { streakQuery } from "@/platform/queries";
import { useWords } from "@/platform/words";
import css from "./streak-card.module.css";

type Streak = Schemas["Streak"];
type Day = Streak["week"][number];

/** The week as the streak sees it. */
export function StreakCard() {
  const query = useQuery(streakQuery);
  return (
    <Loaded query={query} bones={["card"]}>
      {(streak) => <Week streak={streak} />}
    </Loaded>
  );
}

function Week({ streak }: { streak: Streak }) {
  const t = useWords();
  return (
    <Card>
      <Row between wrap>
        <h2>
          {streak.length > 0
            ? t("{days, plural, one {#-day streak} other {#-day streak}}", { days: streak.length })
            : t("Your streak")}
        </h2>
        {streak.freezes > 0 && (
          <Pill tone="info">
            {t("{freezes, plural, one {# freeze} other {# freezes}}", { freezes: streak.freezes })}
          </Pill>
        )}
      </Row>
      <ol className={css.week}>
        {streak.week.map((day) => (
          <DayMark key={day.day} day={day} />
        ))}
      </ol>
      <Hint>{useNote(streak)}</Hint>
    </Card>
  );
}

function DayMark({ day }: { day: Day }) {
  const t = useWords();
  const mark = day.rest && (day.mark === "open" || day.mark === "missed") ? "rest" : day.mark;
  const words = {
    active: t("learned"),
    frozen: t("carried by a freeze"),
    paused: t("paused"),
    rest: t("rest day"),
    missed: t("not learned"),
    open: t("still open"),
  };
  const icons: Partial<Record<typeof mark, IconName>> = {
    active: "flame",
    frozen: "snow",
    paused: "pause",
    rest: "moon",
  };
  const icon = icons[mark];
  return (
    <li>
      <span aria-hidden="true">{shortWeekday(day.day)}</span>
      <Unseen>
        {longDate(day.day)}: {words[mark]}
      </Unseen>
      <span className={css.mark} data-mark={mark}>
        {icon && <Icon name={icon} size={18} />}
      </span>
    </li>
  );
}

function useNote({ active_today, length, pause, today, week, longest }: Streak): string {
  const t = useWords();
  if (pause) return t("Paused until {day}. It waits for you.", { day: longDate(pause.last_day) });
  if (active_today)
    return t(
      "{longest, plural, one {Today counts already. Longest so far: # day.} other {Today counts already. Longest so far: # days.}}",
      { longest },
    );
  if (length > 0)
    return week.some(({ day, rest }) => rest && day === today)
      ? t("Today is a rest day. Your streak keeps by itself.")
      : t("One lesson today keeps it going.");
  if (week.some((day) => day.rest)) return t("Rest days never break a streak.");
  return t("Your first lesson starts one.");
}
