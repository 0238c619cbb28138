import { useQuery } from "@tanstack/react-query";
import { Card, Column, Hint, Meter, Num } from "@/design/parts";
import { shortDay } from "@/platform/dates";
import { progressQuery } from "@/platform/queries";
import { useMe } from "@/platform/session";
import { count, useWords } from "@/platform/words";
import { type Day, pointsOf } from "./day-card";
import css from "./ledger-screen.module.css";

/** What all entries come to, and the days beside each other. */
export function TotalCard({ days }: { days: readonly Day[] }) {
  const t = useWords();
  const { zone } = useMe();
  const { data: progress } = useQuery(progressQuery);
  if (!progress) return null;
  const { level, level_floor, level_next, xp } = progress;
  const most = Math.max(1, ...days.map(pointsOf));
  return (
    <Card topo className={css.total}>
      <Column>
        <p className={css.sum}>{t("{points} XP", { points: count(xp) })}</p>
        <strong>{t("Level {level}", { level })}</strong>
        <Meter
          value={xp - level_floor}
          of={level_next - level_floor}
          label={t("Way to level {level}", { level: level + 1 })}
        />
        <Hint>
          {t("{left} XP to level {level}", { left: count(level_next - xp), level: level + 1 })}
        </Hint>
      </Column>
      {days.length > 1 && (
        <div className={css.days}>
          <h2>{t("Day by day")}</h2>
          <ul>
            {days.map((day) => (
              <li key={day.name}>
                <span>{shortDay(day.entries[0]?.time ?? "", zone)}</span>
                <span className={css.bar} aria-hidden="true">
                  <i style={{ transform: `scaleX(${Math.max(0, pointsOf(day)) / most})` }} />
                </span>
                <Num>{t("{points} XP", { points: count(pointsOf(day)) })}</Num>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}
