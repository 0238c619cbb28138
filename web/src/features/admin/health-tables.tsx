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
      </Card>
    </div>
  );
}
