import { useQuery } from "@tanstack/react-query";
import { ButtonLink } from "@/design/button";
import { Column, Muted } from "@/design/parts";
import { Empty, Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { badgesQuery } from "@/platform/queries";
import { useWords } from "@/platform/words";
import { BadgeCard } from "./badge-card";
import css from "./badges-screen.module.css";

type Badge = Schemas["Badge"];

const has = (badge: Badge) => badge.tiers.some((tier) => tier.earned_at !== null);

/** What you have earned, and what is on the way. */
export function BadgesScreen() {
  const t = useWords();
  const query = useQuery(badgesQuery);
  return (
    <Column airy>
      <h1>{t("Badges")}</h1>
      <Loaded query={query} bones={["tall"]}>
        {(badges) =>
          badges.length ? (
            <Groups badges={badges} />
          ) : (
            <Empty
              icon="badges"
              title={t("No badges here yet")}
              act={<ButtonLink to="/today">{t("Start the climb")}</ButtonLink>}
            >
              {t("They come by themselves while you learn.")}
            </Empty>
          )
        }
      </Loaded>
    </Column>
  );
}

function Groups({ badges }: { badges: Badge[] }) {
  const t = useWords();
  const earned = badges.filter(has);
  const coming = badges.filter((badge) => !has(badge));
  return (
    <>
      <Muted>
        {t("{earned} of {all} badges. A badge once earned stays yours.", {
          earned: earned.length,
          all: badges.length,
        })}
      </Muted>
      {earned.length > 0 && (
        <Column>
          <h2>{t("Earned")}</h2>
          <Grid badges={earned} />
        </Column>
      )}
      {coming.length > 0 && (
        <Column>
          <h2>{t("On the way")}</h2>
          <Grid badges={coming} />
        </Column>
      )}
    </>
  );
}

function Grid({ badges }: { badges: Badge[] }) {
  return (
    <ul className={css.grid}>
      {badges.map((badge) => (
        <li key={badge.achievement}>
          <BadgeCard badge={badge} />
        </li>
      ))}
    </ul>
  );
}
