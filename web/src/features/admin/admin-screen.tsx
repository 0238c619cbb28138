import { useQuery } from "@tanstack/react-query";
import { Column, Pill, Row } from "@/design/parts";
import { Fault, Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { Problem } from "@/platform/problem";
import { useMe } from "@/platform/session";
import { count, useWords } from "@/platform/words";
import css from "./admin.module.css";
import { ConsumersCard, useConsumerName } from "./consumers-card";
import health from "./health.module.css";
import { LettersCard } from "./letters-card";
import { PaceCard } from "./pace-card";
import { PacksCard } from "./packs-card";
import { healthQuery } from "./queries";
import { LATE_S, WayCard } from "./way-card";

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
        {(found) => (
          <>
            <Word found={found} />
            <WayCard health={found} />
            <div className={css.two}>
              <Column airy>
                <ConsumersCard consumers={found.consumers} />
                <LettersCard />
              </Column>
              <PaceCard routes={found.routes} minutes={found.minutes} />
            </div>
          </>
        )}
      </Loaded>
      <PacksCard />
    </Column>
  );
}

/** The one thing to know, in a sentence. */
function Word({ found }: { found: Schemas["Health"] }) {
  const t = useWords();
  const nameOf = useConsumerName();
  const down = found.engines.find((engine) => !engine.up);
  const late = found.consumers.find((consumer) => consumer.oldest_s > LATE_S);
  const waits = found.consumers.some((consumer) => consumer.due > 0);
  let word = waits
    ? t("All is well, and somebody is learning right now.")
    : t("All is well. Every fact has been worked off.");
  if (found.dead_letters)
    word = t(
      "{count, plural, one {# fact needs a look.} other {# facts need a look.}} All else runs.",
      { count: found.dead_letters },
    );
  if (late)
    word = t("{name}: {s} s behind.", {
      name: nameOf(late.name),
      s: count(Math.round(late.oldest_s)),
    });
  if (down) word = t("{engine} does not answer.", { engine: down.name });
  return (
    <p className={health.word} role="status">
      {word}
    </p>
  );
}
