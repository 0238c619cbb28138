import { useQuery } from "@tanstack/react-query";
import { ButtonLink } from "@/design/button";
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
        <div>
          <dt>{t("Level")}</dt>
          <dd>{count(level)}</dd>
        </div>
        <div>
          <dt>{t("XP")}</dt>
          <dd>{count(xp)}</dd>
        </div>
        <div>
          <dt>{t("Longest streak, days")}</dt>
          <dd>{streak ? count(streak.longest) : "–"}</dd>
        </div>
        <div>
          <dt>{t("Badges")}</dt>
          <dd>{earned ? count(earned.length) : "–"}</dd>
        </div>
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
