import { Link } from "@tanstack/react-router";
import { iconOf, Medal, metalOf, Pips } from "@/design/medal";
import { Card, Hint, Meter, Pill } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { shortDay } from "@/platform/dates";
import { useMe } from "@/platform/session";
import { count, pick, useWords } from "@/platform/words";
import css from "./badges-screen.module.css";

/** One badge: its tier, and the way to the next. */
export function BadgeCard({ badge }: { badge: Schemas["Badge"] }) {
  const t = useWords();
  const { zone } = useMe();
  const earned = badge.tiers.filter((tier) => tier.earned_at !== null);
  const last = earned.at(-1);
  const next = badge.past ? undefined : badge.tiers.find((tier) => tier.earned_at === null);
  const name = badge.hidden ? t("A hidden badge") : pick(badge.name);
  return (
    <Card className={css.badge}>
      <Medal icon={iconOf(badge)} tier={last && metalOf(badge, last.tier)} />
      <div className={css.words}>
        <h3>
          {badge.hidden ? (
            name
          ) : (
            <Link to="/badges/$badge" params={{ badge: badge.achievement }} className={css.more}>
              {name}
            </Link>
          )}
        </h3>
        {badge.past && <Pill>{t("No longer given")}</Pill>}
        {last && (
          <span className={css.tier}>
            <Pill tone="gold">{pick(last.name)}</Pill>
            <Pips earned={earned.length} of={badge.tiers.length} />
          </span>
        )}
        <Hint>
          {badge.hidden ? t("It shows itself when you find it.") : pick(badge.description)}
        </Hint>
      </div>
      {next && !badge.hidden ? (
        <div className={css.progress}>
          <Meter
            value={badge.progress}
            of={next.threshold}
            label={t("{name}: {done} of {of}", {
              name,
              done: badge.progress,
              of: next.threshold,
            })}
          />
          <span>
            {count(Math.min(badge.progress, next.threshold))} / {count(next.threshold)}
            {next.reward > 0 && <b>{t("+{points} XP", { points: next.reward })}</b>}
          </span>
        </div>
      ) : (
        last?.earned_at && (
          <div className={css.progress}>
            {t("Earned {when}", { when: shortDay(last.earned_at, zone) })}
          </div>
        )
      )}
    </Card>
  );
}
