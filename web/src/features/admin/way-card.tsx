import { Icon, type IconName } from "@/design/icon";
import { Card, Hint, Num } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { count, useWords } from "@/platform/words";
import css from "./health.module.css";

type Health = Schemas["Health"];
type State = "well" | "late" | "down";

/** What waits for longer is a backlog and not a burst. */
export const LATE_S = 30;

const MARKS = { well: "tick", late: "pause", down: "cross" } as const satisfies Record<
  State,
  IconName
>;

/** The way of an answer through the system, and where it is held up. */
export function WayCard({ health }: { health: Health }) {
  const t = useWords();
  const engine = (name: string) => health.engines.find((one) => one.name === name);
  const due = health.consumers.reduce((sum, one) => sum + one.due, 0);
  const late = health.consumers.some((one) => one.oldest_s > LATE_S);
  return (
    <Card topo>
      <h2>{t("The way of an answer")}</h2>
      <ol className={css.way}>
        <EngineStop act={t("Kept")} engine={engine("PostgreSQL")} />
        <EngineStop act={t("Sent on")} engine={engine("NATS")} />
        <Stop
          act={t("Counted")}
          name={t("Consumers")}
          state={late ? "late" : "well"}
          told={
            due
              ? t("{due, plural, one {# fact waits} other {# facts wait}}", { due })
              : t("nothing waits")
          }
        />
        <EngineStop act={t("Ranked and told")} engine={engine("Valkey")} />
      </ol>
    </Card>
  );
}

function EngineStop({
  act,
  engine,
}: {
  act: string;
  engine: Health["engines"][number] | undefined;
}) {
  const t = useWords();
  if (!engine) return null;
  return (
    <Stop
      act={act}
      name={`${engine.name} ${engine.version}`.trim()}
      state={engine.up ? "well" : "down"}
      told={engine.up ? t("{ms} ms", { ms: count(engine.latency_ms) }) : t("does not answer")}
    />
  );
}

function Stop({
  act,
  name,
  state,
  told,
}: {
  act: string;
  name: string;
  state: State;
  told: string;
}) {
  return (
    <li data-state={state}>
      <span className={css.mark}>
        <Icon name={MARKS[state]} />
      </span>
      <div>
        <h3>{act}</h3>
        <Hint>{name}</Hint>
        <Num>{told}</Num>
      </div>
    </li>
  );
}
