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
import { TotalCard } from "./total-card";

/** Every XP and why: rule, numbers, fact, time. */
export function LedgerScreen() {
  const t = useWords();
  const { zone } = useMe();
  const query = useInfiniteQuery(ledgerQuery);
  const entries = query.data?.pages.flatMap((page) => page.entries);
  const days = daysOf(entries ?? [], zone);
  // The last day is whole only when nothing older comes after it.
  const whole = query.hasNextPage ? days.slice(0, -1) : days;
  return (
    <div className={css.page}>
      <header>
        <Muted>
          <Link to="/me">{t("Me")}</Link>
        </Muted>
        <h1>{t("Every XP and why")}</h1>
      </header>
      <TotalCard days={whole} />
      <Column airy className={css.entries}>
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
            {days.map((day) => (
              <DayCard key={day.name} day={day} whole={whole.includes(day)} />
            ))}
            <Older query={query}>{t("Show older entries")}</Older>
          </Column>
        )}
      </Column>
    </div>
  );
}
