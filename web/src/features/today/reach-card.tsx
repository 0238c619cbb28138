import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Icon } from "@/design/icon";
import { iconOf } from "@/design/medal";
import { Card, Meter, Num, Row } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { badgesQuery } from "@/platform/queries";
import { count, pick, useWords } from "@/platform/words";
import css from "./reach-card.module.css";

type Near = { badge: Schemas["Badge"]; of: number; reward: number };

const MOST = 3;

/** The badges that are nearest. */
export function ReachCard() {
  const t = useWords();
  const { data: badges } = useQuery(badgesQuery);
  const near = nearest(badges ?? []);
  if (!near.length) return null;
  return (
    <Card>
      <Row between wrap>
        <h2>{t("Within reach")}</h2>
        <Link to="/badges" className={css.all}>
          {t("All badges")}
        </Link>
      </Row>
      <ul className={css.list}>
        {near.map(({ badge, of, reward }) => (
          <li key={badge.achievement} className={css.row}>
            <span className={css.icon}>
              <Icon name={iconOf(badge)} />
            </span>
            <div>
              <strong>{pick(badge.name)}</strong>
              <p>{pick(badge.description)}</p>
              <Meter
                value={badge.progress}
                of={of}
                label={t("{name}: {done} of {of}", {
                  name: pick(badge.name),
                  done: badge.progress,
                  of,
                })}
              />
            </div>
            <div className={css.figures}>
              <Num>
                {count(badge.progress)} / {count(of)}
              </Num>
              {reward > 0 && <small>{t("+{points} XP", { points: reward })}</small>}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** The badges with the largest part of the way done first; none begun, those with the shortest. */
function nearest(badges: readonly Schemas["Badge"][]): Near[] {
  return badges
    .flatMap((badge) => {
      const next = badge.tiers.find((tier) => tier.earned_at === null);
      if (!next || badge.hidden || badge.past) return [];
      return [{ badge, of: next.threshold, reward: next.reward }];
    })
    .sort((a, b) => b.badge.progress / b.of - a.badge.progress / a.of || a.of - b.of)
    .slice(0, MOST);
}
