import { useQuery } from "@tanstack/react-query";
import { Column, Pill, Row } from "@/design/parts";
import { Fault, Loaded } from "@/design/states";
import { Problem } from "@/platform/problem";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./admin.module.css";
import { HealthFigures, HealthTables } from "./health-tables";
import { LettersCard } from "./letters-card";
import { PacksCard } from "./packs-card";
import { healthQuery } from "./queries";

/** How the whole is going. */
export function AdminScreen() {
  const { role } = useMe();
  if (role !== "admin") return <Fault whole cause={new Problem({ status: 403 }, 403)} />;
  return <Health />;
}

function Health() {
  const t = useWords();
  const query = useQuery(healthQuery);
  return (
    <Column airy>
      <Row between wrap>
        <h1>{t("Health")}</h1>
        {query.data && (
          <Pill tone={query.data.ready ? "ok" : "bad"}>
            {query.data.ready ? t("Ready") : t("Not ready")}
          </Pill>
        )}
      </Row>
      <Loaded query={query} bones={["tall"]}>
        {(health) => (
          <>
            <HealthFigures health={health} />
            <HealthTables health={health} />
          </>
        )}
      </Loaded>
      <div className={css.two}>
        <LettersCard />
        <PacksCard />
      </div>
    </Column>
  );
}
