import { Card, Hint, Pill } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { count, useWords } from "@/platform/words";
import css from "./health.module.css";
import { LATE_S } from "./way-card";

type Consumer = Schemas["ConsumerHealth"];

/** A consumer in words for people. */
export function useConsumerName(): (name: string) => string {
  const t = useWords();
  const known: Readonly<Record<string, string>> = {
    rewards: t("Points, levels and badges"),
    streaks: t("Streaks"),
    boards: t("Boards"),
  };
  return (name) => known[name] ?? name;
}

/** Who works facts off, and how far behind each is. */
export function ConsumersCard({ consumers }: { consumers: readonly Consumer[] }) {
  const t = useWords();
  return (
    <Card>
      <h2>{t("Consumers")}</h2>
      <ul className={css.list}>
        {consumers.map((consumer) => (
          <li key={consumer.name}>
            <Line consumer={consumer} />
          </li>
        ))}
      </ul>
      <Hint>{t("Facts of your organisation, and how long the oldest has waited.")}</Hint>
    </Card>
  );
}

function Line({ consumer }: { consumer: Consumer }) {
  const t = useWords();
  const nameOf = useConsumerName();
  const late = consumer.oldest_s > LATE_S;
  return (
    <>
      <div className={css.line}>
        <strong>{nameOf(consumer.name)}</strong>
        <span className={css.pills}>
          {consumer.dead_letters > 0 && (
            <Pill tone="bad">
              {t("{count, plural, one {# dead letter} other {# dead letters}}", {
                count: consumer.dead_letters,
              })}
            </Pill>
          )}
          {consumer.due ? (
            <Pill tone={late ? "bad" : "pou"}>
              {t("{due} waiting, {s} s", {
                due: count(consumer.due),
                s: count(Math.round(consumer.oldest_s)),
              })}
            </Pill>
          ) : (
            <Pill tone="ok">{t("up to date")}</Pill>
          )}
        </span>
      </div>
      <Hint>
        <code className={css.route}>{consumer.name}</code>
      </Hint>
    </>
  );
}
