import { Icon, type IconName, isIcon } from "@/design/icon";
import { Card, Hint, Meter, Pill } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { shortMoment } from "@/platform/dates";
import { useMe } from "@/platform/session";
import { count, pick, useWords } from "@/platform/words";
import css from "./badges-screen.module.css";

const BY_DRIVE: Record<Schemas["Badge"]["drive"], IconName> = {
  meaning: "compass",
  accomplishment: "summit",
  empowerment: "sprout",
  ownership: "flag",
  influence: "class",
  scarcity: "clock",
  unpredictability: "star",
  avoidance: "target",
};

/** One badge: its tier, and the way to the next. */
export function BadgeCard({ badge }: { badge: Schemas["Badge"] }) {
  const t = useWords();
  const { zone } = useMe();
  const earned = badge.tiers.filter((tier) => tier.earned_at !== null);
  const last = earned.at(-1);
  const next = badge.tiers.find((tier) => tier.earned_at === null);
  const icon = badge.hidden ? "lock" : isIcon(badge.icon) ? badge.icon : BY_DRIVE[badge.drive];
  const name = badge.hidden ? t("A hidden badge") : pick(badge.name);
  return (
    <Card className={css.badge}>
      <span className={css.medal} data-tier={last && Math.min(3, last.tier)}>
        <Icon name={icon} size={44} />
      </span>
      <h3>{name}</h3>
      {last && <Pill tone="gold">{pick(last.name)}</Pill>}
      <Hint>{badge.hidden ? t("It shows itself when you find it.") : pick(badge.description)}</Hint>
      {last?.earned_at && (
        <Hint>{t("Earned {when}", { when: shortMoment(last.earned_at, zone) })}</Hint>
      )}
      {next && !badge.hidden && (
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
          {count(Math.min(badge.progress, next.threshold))} / {count(next.threshold)}
          {next.reward > 0 && <> · {t("+{points} XP", { points: next.reward })}</>}
        </div>
      )}
    </Card>
  );
}
