import { useQuery } from "@tanstack/react-query";
import { ButtonLink } from "@/design/button";
import { Icon, type IconName } from "@/design/icon";
import { Card, Meter } from "@/design/parts";
import { badgesQuery, progressQuery, streakQuery } from "@/platform/queries";
import { count, useWords } from "@/platform/words";
import css from "./profile-screen.module.css";

/** How far you have climbed, in four figures. */
export function ClimbCard() {
  const t = useWords();
  const { data: progress } = useQuery(progressQuery);
  const { data: streak } = useQuery(streakQuery);
  const { data: badges } = useQuery(badgesQuery);
  if (!progress) return null;
  const { level, level_floor, level_next, xp } = progress;
  const earned = badges?.filter((badge) => badge.tiers.some((tier) => tier.earned_at !== null));
  return (
    <Card topo className={css.climb}>
      <dl className={css.figures}>
        <Figure icon="summit" tone="go" name={t("Level")} value={level} />
        <Figure icon="bolt" tone="gold" name={t("XP")} value={xp} />
        <Figure icon="flame" tone="clay" name={t("Longest streak, days")} value={streak?.longest} />
        <Figure icon="badges" tone="gold" name={t("Badges")} value={earned?.length} />
      </dl>
      <div className={css.way}>
        <Meter
          value={xp - level_floor}
          of={level_next - level_floor}
          label={t("Way to level {level}", { level: level + 1 })}
        />
        <span>
          {t("{left} XP to level {level}", { left: count(level_next - xp), level: level + 1 })}
        </span>
        <ButtonLink look="ghost" small to="/me/ledger">
          {t("Every XP and why")}
        </ButtonLink>
      </div>
    </Card>
  );
}

function Figure({
  icon,
  tone,
  name,
  value,
}: {
  icon: IconName;
  tone: "go" | "gold" | "clay";
  name: string;
  value: number | undefined;
}) {
  return (
    <div data-tone={tone}>
      <dt>
        <Icon name={icon} />
        {name}
      </dt>
      <dd>{value === undefined ? "–" : count(value)}</dd>
    </div>
  );
}
