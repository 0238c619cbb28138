import { Switch } from "@/design/field";
import { Card } from "@/design/parts";
import { Fault } from "@/design/states";
import { useWords } from "@/platform/words";
import { useClassChange } from "./queries";

/** What learners see of each other on this class's boards. */
export function UpwardCard({ classId, upward }: { classId: string; upward: boolean }) {
  const t = useWords();
  const set = useClassChange(classId);
  return (
    <Card>
      <Switch
        label={t("Learners see only who is just above them")}
        hint={t("On boards: no top, nobody below, no last place. You see the whole board.")}
        checked={set.isPending ? set.variables.boards_upward === true : upward}
        onChange={(on) => set.mutate({ boards_upward: on })}
      />
      {set.error && <Fault cause={set.error} />}
    </Card>
  );
}
