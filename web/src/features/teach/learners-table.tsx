import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Button } from "@/design/button";
import { Icon } from "@/design/icon";
import {
  Card,
  Hint,
  Initials,
  initialsOf,
  Named,
  Num,
  numberCell,
  Pill,
  Row,
  Table,
  Unseen,
} from "@/design/parts";
import { tell, tellUndoable } from "@/design/toast";
import type { Schemas } from "@/platform/api";
import { csv, download } from "@/platform/csv";
import { count, say, useWords } from "@/platform/words";
import { hideLearner, removeLearner, showAgain } from "./queries";
import css from "./teach.module.css";

type Progress = Schemas["ClassProgress"];
type Line = Schemas["ClassLearner"] & Partial<Progress>;
type Key = "display_name" | "level" | "xp" | "week_xp" | "streak";

function compare(key: Key, a: Line, b: Line): number {
  if (key === "display_name") return a.display_name.localeCompare(b.display_name, "en-NZ");
  return (b[key] ?? 0) - (a[key] ?? 0);
}

/** On a phone level, XP and streak stand below the name. */
const cellOf = (key: Key) => (key === "week_xp" ? numberCell : `${numberCell} ${css.wide}`);

const HEADS = ["name", "level", "xp", "week_xp", "streak", "active_today"] as const;

const asCsv = (lines: readonly Line[]) =>
  csv(
    HEADS,
    lines.map((line) => [
      line.display_name,
      line.level,
      line.xp,
      line.week_xp,
      line.streak,
      line.active_today,
    ]),
  );

/** Who is in the class and how they are going. */
export function LearnersTable({
  room,
  progress,
}: {
  room: Schemas["ClassPage"];
  progress: readonly Progress[];
}) {
  const t = useWords();
  const [key, setKey] = useState<Key>("display_name");
  const id = room.class_id;
  const known = new Map(progress.map((row) => [row.learner_id, row]));
  const lines: Line[] = room.learners
    .map((learner) => ({ ...learner, ...known.get(learner.learner_id) }))
    .sort((a, b) => compare(key, a, b));
  const most = Math.max(1, ...lines.map((line) => line.week_xp ?? 0));
  const columns: [Key, string][] = [
    ["display_name", t("Learner")],
    ["level", t("Level")],
    ["xp", t("XP")],
    ["week_xp", t("XP this week")],
    ["streak", t("Streak, days")],
  ];

  function remove(line: Line) {
    const learner = line.learner_id;
    hideLearner(id, learner);
    tellUndoable(
      say("{name} is out of the class.", { name: line.display_name }),
      { text: say("Undo"), run: () => void showAgain(id) },
      () =>
        removeLearner(id, learner).catch(() =>
          tell(say("{name} is still in the class. Try again.", { name: line.display_name })),
        ),
    );
  }

  return (
    <Card>
      <Row between wrap>
        <h2>{t("Learners")}</h2>
        <Button look="ghost" small onClick={() => download(room.name, asCsv(lines))}>
          {t("Export as CSV")}
        </Button>
      </Row>
      <Table cards label={t("Learners")}>
        <caption>
          {t("Press a heading to sort by it, a name to see answers and correct grades.")}
        </caption>
        <thead>
          <tr>
            {columns.map(([each, name]) => (
              <th
                key={each}
                scope="col"
                className={each === "display_name" ? undefined : cellOf(each)}
                aria-sort={
                  each !== key ? undefined : each === "display_name" ? "ascending" : "descending"
                }
              >
                <button type="button" className={css.sort} onClick={() => setKey(each)}>
                  {name} {each === key ? "↓" : ""}
                </button>
              </th>
            ))}
            <th scope="col">
              <Unseen>{t("Acts")}</Unseen>
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.learner_id}>
              <th scope="row">
                <span className={css.who}>
                  <Initials {...initialsOf(line.display_name)} small />
                  <Link
                    className={css.named}
                    to="/teach/classes/$class/learners/$learner"
                    params={{ class: id, learner: line.learner_id }}
                  >
                    <Named name={line.display_name} />
                  </Link>
                  {line.active_today && (
                    <span className={css.wide}>
                      <Pill tone="ok">{t("today")}</Pill>
                    </span>
                  )}
                </span>
                {line.level !== undefined && line.xp !== undefined && (
                  <span className={css.folded}>
                    {t("Level {level} · {xp} XP", { level: line.level, xp: count(line.xp) })}
                    {line.streak !== undefined && (
                      <Streak days={line.streak}>
                        {t("{days, plural, one {# day} other {# days}}", { days: line.streak })}
                      </Streak>
                    )}
                    {line.active_today && <Pill tone="ok">{t("today")}</Pill>}
                  </span>
                )}
              </th>
              <td className={cellOf("level")} data-head={t("Level")}>
                <Figure value={line.level} />
              </td>
              <td className={cellOf("xp")} data-head={t("XP")}>
                <Figure value={line.xp} />
              </td>
              <td className={numberCell} data-head={t("XP this week")}>
                <span className={css.share}>
                  <span className={css.bar} aria-hidden="true">
                    <span
                      className={css.fill}
                      style={{ transform: `scaleX(${(line.week_xp ?? 0) / most})` }}
                    />
                  </span>
                  <Figure value={line.week_xp} />
                </span>
              </td>
              <td className={cellOf("streak")} data-head={t("Streak, days")}>
                <Streak days={line.streak}>
                  <Figure value={line.streak} />
                </Streak>
              </td>
              <td>
                <Button
                  look="quiet"
                  small
                  aria-label={t("Remove {name}", { name: line.display_name })}
                  onClick={() => remove(line)}
                >
                  {t("Remove")}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Hint>{t("Whoever is removed keeps everything they have learned and earned.")}</Hint>
    </Card>
  );
}

function Streak({ days = 0, children }: { days: number | undefined; children: ReactNode }) {
  return (
    <span className={css.streak} data-on={days > 0 || undefined}>
      <Icon name="flame" size={18} />
      {children}
    </span>
  );
}

function Figure({ value }: { value: number | undefined }) {
  return <Num>{value === undefined ? "–" : count(value)}</Num>;
}
