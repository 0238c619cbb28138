import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, ButtonLink } from "@/design/button";
import { Card, Column, Hint, Muted } from "@/design/parts";
import { Bones, Empty, Fault } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { shortMoment } from "@/platform/dates";
import { useMe } from "@/platform/session";
import { count, pick, useWords } from "@/platform/words";
import css from "./ledger-screen.module.css";
import { ledgerQuery } from "./queries";

/** Every XP and why: rule, numbers, fact, time. */
export function LedgerScreen() {
  const t = useWords();
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
        <Card>
          <Hint>{t("Press an entry to see how it was worked out.")}</Hint>
          <ul>
            {entries.map((entry) => (
              <li key={entry.entry} className={css.entry}>
                <Receipt entry={entry} />
              </li>
            ))}
          </ul>
          {query.hasNextPage && (
            <Button
              look="ghost"
              disabled={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {query.isFetchingNextPage ? t("Loading…") : t("Show older entries")}
            </Button>
          )}
        </Card>
      )}
    </Column>
  );
}

function Receipt({ entry }: { entry: Schemas["LedgerEntry"] }) {
  const t = useWords();
  const { zone } = useMe();
  const sign = entry.points > 0 ? "+" : entry.points < 0 ? "−" : "";
  return (
    <details>
      <summary>
        <span>
          <strong>{pick(entry.name)}</strong>
          <Hint>{shortMoment(entry.time, zone)}</Hint>
        </span>
        <span className={css.points} data-back={entry.points < 0 || undefined}>
          {sign}
          {count(Math.abs(entry.points))} XP
        </span>
      </summary>
      <dl className={css.receipt}>
        <dt>{t("Rule")}</dt>
        <dd>{entry.rule}</dd>
        {entry.inputs.map(({ name, value }) => (
          <InputLine key={name} name={name} value={value} />
        ))}
        <dt>{t("Balance after it")}</dt>
        <dd>{count(entry.balance)} XP</dd>
        {entry.fact && (
          <>
            <dt>{t("Fact")}</dt>
            <dd>
              {entry.fact.type}, {shortMoment(entry.fact.time, zone)}
            </dd>
            <dt>{t("Number of the fact")}</dt>
            <dd>{entry.fact.id}</dd>
          </>
        )}
      </dl>
    </details>
  );
}

function InputLine({ name, value }: { name: string; value?: unknown }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{typeof value === "number" ? count(value) : String(value)}</dd>
    </>
  );
}
