import { useQuery } from "@tanstack/react-query";
import { Card, Column, Hint, Meter, Muted, Ring, Row } from "@/design/parts";
import { Loaded } from "@/design/states";
import { useCount } from "@/design/use-count";
import type { Schemas } from "@/platform/api";
import { progressQuery } from "@/platform/queries";
import { count, useWords } from "@/platform/words";

/** The ring of the day and the bar to the next level. */
export function GoalCard() {
  const query = useQuery(progressQuery);
  return (
    <Loaded query={query} bones={["card"]}>
      {(progress) => <Goal progress={progress} />}
    </Loaded>
  );
}

function Goal({ progress }: { progress: Schemas["Progress"] }) {
  const t = useWords();
  const { today_xp: done, daily_goal: goal, xp, level, level_floor, level_next } = progress;
  const shown = useCount(done);
  const left = level_next - xp;
  return (
    <Card>
      <Column>
        <Row>
          <Ring
            value={shown}
            of={goal}
            label={t("Daily goal: {done} of {goal} XP", { done, goal })}
            below={t("of {goal} XP", { goal })}
          />
          <div>
            <h2>{t("Daily goal")}</h2>
            <Muted>
              {done >= goal
                ? t("Done for today. All that comes is extra.")
                : t("{left} XP to go. One short lesson does a lot.", { left: goal - done })}
            </Muted>
          </div>
        </Row>
        <Meter
          value={xp - level_floor}
          of={level_next - level_floor}
          label={t("Way to level {level}", { level: level + 1 })}
        />
        <Hint>
          {progress.waiting
            ? t("Points are on their way. Nothing is lost.")
            : t("{left} XP to level {level}", { left: count(left), level: level + 1 })}
        </Hint>
      </Column>
    </Card>
  );
}
