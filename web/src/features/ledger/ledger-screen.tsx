import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ButtonLink } from "@/design/button";
import { Older } from "@/design/older";
import { Column, Muted } from "@/design/parts";
import { Bones, Empty, Fault } from "@/design/states";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import { DayCard, daysOf } from "./day-card";
import css from "./ledger-screen.module.css";
import { ledgerQuery } from "./queries";

/** Every XP and why: rule, numbers, fact, time. */
export function LedgerScreen() {
  const t = useWords();
  const { zone } = useMe();
  const query = useInfiniteQuery(ledgerQuery);
  const entries = query.data?.pages.flatMap((page) => page.entries);
  return (
    <Column airy className={css.page}>
      <div>
        <Muted>
          <Link to="/me">{t("Me")}</Link>
        </Muted>
        <h1>{t("Every XP and why")}</h1>
      </div>
      {!entries && !query.error && <Bones shapes={["tall"]} />}
      {query.error && <Fault cause={query.error} again={() => void query.refetch()} />}
      {entries?.length === 0 && (
        <Empty
          icon="star"
          title={t("No XP yet")}
          act={<ButtonLink to="/today">{t("Start the climb")}</ButtonLink>}
        >
          {t("Your first answer brings the first entry.")}
        </Empty>
      )}
      {entries && entries.length > 0 && (
        <Column airy>
          <Muted>{t("Press an entry to see how it was worked out.")}</Muted>
          {daysOf(entries, zone).map((day, index, days) => (
            <DayCard
              key={day.name}
              day={day}
              whole={!query.hasNextPage || index < days.length - 1}
            />
          ))}
          <Older query={query}>{t("Show older entries")}</Older>
        </Column>
      )}
    </Column>
  );
}
