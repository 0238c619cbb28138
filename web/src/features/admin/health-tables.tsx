import type { ReactNode } from "react";
import { Icon } from "@/design/icon";
import { Card, Num, numberCell, Pill, Table } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { count, useWords } from "@/platform/words";
import css from "./admin.module.css";

/** Engines and consumers, each with its figures. */
export function HealthTables({ health }: { health: Schemas["Health"] }) {
  const t = useWords();
  return (
    <div className={css.two}>
      <Card>
        <h2>{t("Engines")}</h2>
        <Table label={t("Engines")}>
          <thead>
            <tr>
              <th scope="col">{t("Name")}</th>
              <th scope="col">{t("State")}</th>
              <th scope="col" className={numberCell}>
                {t("Answers in")}
              </th>
            </tr>
          </thead>
          <tbody>
            {health.engines.map((engine) => (
              <tr key={engine.name}>
                <th scope="row">
                  {engine.name} {engine.version}
                </th>
                <td>
                  <Pill tone={engine.up ? "ok" : "bad"}>{engine.up ? t("up") : t("down")}</Pill>
                </td>
                <td className={numberCell}>
                  <Num>{engine.up ? t("{ms} ms", { ms: count(engine.latency_ms) }) : "–"}</Num>
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      </Card>
      <Card>
        <h2>{t("Consumers")}</h2>
        {health.consumers.length ? (
          <Table label={t("Consumers")}>
            <thead>
              <tr>
                <th scope="col">{t("Name")}</th>
                <th scope="col" className={numberCell}>
                  {t("Facts due")}
                </th>
                <th scope="col" className={numberCell}>
                  {t("Oldest")}
                </th>
              </tr>
            </thead>
            <tbody>
              {health.consumers.map((consumer) => (
                <tr key={consumer.name}>
                  <th scope="row">{consumer.name}</th>
                  <td className={numberCell}>
                    <Num>{count(consumer.due)}</Num>
                  </td>
                  <td className={numberCell}>
                    <Num>{t("{s} s", { s: count(consumer.oldest_s) })}</Num>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        ) : (
          <p className={css.calm}>
            <Icon name="tick" />
            {t("Nothing waits. Every fact has been worked off.")}
          </p>
        )}
      </Card>
    </div>
  );
}

/** The four figures that say whether to look further. */
export function HealthFigures({ health }: { health: Schemas["Health"] }) {
  const t = useWords();
  const up = health.engines.filter((engine) => engine.up).length;
  const due = health.consumers.reduce((sum, consumer) => sum + consumer.due, 0);
  const oldest = Math.max(0, ...health.consumers.map((consumer) => consumer.oldest_s));
  return (
    <dl className={css.figures}>
      <Figure name={t("engines up")} bad={up < health.engines.length}>
        {up} / {health.engines.length}
      </Figure>
      <Figure name={t("facts waiting")}>{count(due)}</Figure>
      <Figure name={t("oldest of them")} bad={oldest > LATE_S}>
        {t("{s} s", { s: count(oldest) })}
      </Figure>
      <Figure name={t("dead letters")} bad={health.dead_letters > 0}>
        {count(health.dead_letters)}
      </Figure>
    </dl>
  );
}

const LATE_S = 30;

function Figure({ name, bad, children }: { name: string; bad?: boolean; children: ReactNode }) {
  return (
    <div data-bad={bad || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
