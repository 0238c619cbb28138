import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ButtonLink } from "@/design/button";
import { iconOf, Medal, metalOf } from "@/design/medal";
import { Card, Hint, Meter, Muted, Num, Pill } from "@/design/parts";
import { Empty, Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { shortDay } from "@/platform/dates";
import { badgesQuery } from "@/platform/queries";
import { useMe } from "@/platform/session";
import { count, pick, useWords } from "@/platform/words";
import css from "./badge-screen.module.css";

type Badge = Schemas["Badge"];

/** One badge close to: what it is for, its tiers, and how far you are. */
export function BadgeScreen() {
  const t = useWords();
  const { badge: id } = useParams({ from: "/members/learner/own/badges/$badge" });
  const query = useQuery(badgesQuery);
  return (
    <Loaded whole query={query} bones={["title", "tall"]}>
      {(badges) => {
        const badge = badges.find((each) => each.achievement === id && !each.hidden);
        if (badge) return <Close badge={badge} />;
        return (
          <Empty
            whole
            icon="badges"
            title={t("Nothing found")}
            act={<ButtonLink to="/badges">{t("All badges")}</ButtonLink>}
          >
            {t("A hidden badge shows itself when you find it.")}
          </Empty>
        );
      }}
    </Loaded>
  );
}

function Close({ badge }: { badge: Badge }) {
  const t = useWords();
  const last = badge.tiers.findLast((tier) => tier.earned_at !== null);
  // What is no longer given leads nowhere: of a past badge, what was earned is left.
  const tiers = badge.tiers.filter((tier) => !badge.past || tier.earned_at !== null);
  return (
    <div className={css.page}>
      <header>
        <Muted>
          <Link to="/badges">{t("Badges")}</Link>
        </Muted>
        <h1>{pick(badge.name)}</h1>
      </header>
      <Card className={css.plinth}>
        <Medal icon={iconOf(badge)} tier={last && metalOf(badge, last.tier)} size="l" />
        {last ? <Pill tone="gold">{pick(last.name)}</Pill> : <Pill>{t("On the way")}</Pill>}
        {badge.past && <Pill>{t("No longer given")}</Pill>}
        <p>{pick(badge.description)}</p>
      </Card>
      <Card topo>
        <h2>{t("How high it goes")}</h2>
        <ol className={css.tiers}>
          {tiers.map((tier) => (
            <Tier key={tier.tier} badge={badge} tier={tier} />
          ))}
        </ol>
        <Hint>{t("A badge once earned stays yours.")}</Hint>
      </Card>
    </div>
  );
}

function Tier({ badge, tier }: { badge: Badge; tier: Schemas["TierCard"] }) {
  const t = useWords();
  const { zone } = useMe();
  const earned = tier.earned_at;
  const done = Math.min(badge.progress, tier.threshold);
  return (
    <li className={css.tier} data-earned={earned !== null || undefined}>
      <Medal icon={iconOf(badge)} tier={earned ? metalOf(badge, tier.tier) : undefined} size="s" />
      <div>
        <strong>{pick(tier.name)}</strong>
        {earned ? (
          <Hint>{t("Earned {when}", { when: shortDay(earned, zone) })}</Hint>
        ) : (
          <Meter
            value={done}
            of={tier.threshold}
            label={t("{name}: {done} of {of}", {
              name: pick(tier.name),
              done: count(done),
              of: count(tier.threshold),
            })}
          />
        )}
      </div>
      <div className={css.figures}>
        <Num>{earned ? count(tier.threshold) : `${count(done)} / ${count(tier.threshold)}`}</Num>
        {tier.reward > 0 && <small>{t("+{points} XP", { points: tier.reward })}</small>}
      </div>
    </li>
  );
}
