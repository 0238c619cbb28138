import { Card, Num, Row } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { longDay } from "@/platform/dates";
import { count, useWords } from "@/platform/words";
import css from "./ledger-screen.module.css";
import { Receipt } from "./receipt";

type Entry = Schemas["LedgerEntry"];
export type Day = { name: string; entries: Entry[] };

/** Entries by the local day on which they came, in the order in which they are. */
export function daysOf(entries: readonly Entry[], zone: string): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const name = longDay(new Date(entry.time), zone);
    const last = days.at(-1);
    if (last?.name === name) last.entries.push(entry);
    else days.push({ name, entries: [entry] });
  }
  return days;
}

export const pointsOf = (day: Day): number =>
  day.entries.reduce((sum, entry) => sum + entry.points, 0);

/** One day's entries, and what they make together once all of them are here. */
export function DayCard({ day, whole }: { day: Day; whole: boolean }) {
  const t = useWords();
  return (
    <Card>
      <Row between wrap>
        <h2 className={css.day}>{day.name}</h2>
        {whole && <Num>{t("{points} XP", { points: count(pointsOf(day)) })}</Num>}
      </Row>
      <ul>
        {day.entries.map((entry) => (
          <li key={entry.entry} className={css.entry}>
            <Receipt entry={entry} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
