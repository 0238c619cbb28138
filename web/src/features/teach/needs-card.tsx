import { Icon } from "@/design/icon";
import { Card, Column, Hint, Initials, initialsOf, Muted, Named, Pill } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { count, useWords } from "@/platform/words";
import css from "./teach.module.css";

type Progress = Schemas["ClassProgress"];

const MOST = 6;

/** Who may need a word today, and who has earned one. */
export function NeedsCard({
  room,
  progress,
}: {
  room: Schemas["ClassPage"];
  progress: readonly Progress[];
}) {
  const t = useWords();
  const names = new Map(room.learners.map((each) => [each.learner_id, each.display_name]));
  const known = progress.filter((row) => names.has(row.learner_id));
  if (!known.length) return null;
  const quiet = known.filter((row) => row.week_xp === 0);
  const climbing = [...known]
    .filter((row) => row.week_xp > 0)
    .sort((a, b) => b.week_xp - a.week_xp)
    .slice(0, 3);
  const nameOf = (row: Progress) => names.get(row.learner_id) ?? "";
  return (
    <Card topo>
      <Column airy>
        <div>
          <h2 className={css.need}>
            <Icon name="sprout" />
            {quiet.length
              ? t("{quiet, plural, one {# is quiet this week} other {# are quiet this week}}", {
                  quiet: quiet.length,
                })
              : t("Nobody is quiet this week")}
          </h2>
          {quiet.length ? (
            <>
              <ul className={css.people}>
                {quiet.slice(0, MOST).map((row) => (
                  <li key={row.learner_id}>
                    <Initials {...initialsOf(nameOf(row))} small />
                    <Named name={nameOf(row)} />
                  </li>
                ))}
                {quiet.length > MOST && (
                  <li>{t("and {more} more", { more: quiet.length - MOST })}</li>
                )}
              </ul>
              <Hint>{t("No XP since Monday. A word from you often helps.")}</Hint>
            </>
          ) : (
            <Muted>{t("Everybody has learned something since Monday.")}</Muted>
          )}
        </div>
        {climbing.length > 0 && (
          <div>
            <h2 className={css.need}>
              <Icon name="flag" />
              {t("Climbing well")}
            </h2>
            <ul className={css.people}>
              {climbing.map((row) => (
                <li key={row.learner_id}>
                  <Initials {...initialsOf(nameOf(row))} small />
                  <Named name={nameOf(row)} />
                  <Pill tone="gold">{t("+{points} XP", { points: count(row.week_xp) })}</Pill>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Column>
    </Card>
  );
}
