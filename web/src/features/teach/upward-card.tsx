import { Switch } from "@/design/field";
import { Card } from "@/design/parts";
import { Fault } from "@/design/states";
import { useWords } from "@/platform/words";
import { useUpward } from "./queries";

/** What learners see of each other on this class's boards. */
export function UpwardCard({ classId, upward }: { classId: string; upward: boolean }) {
  const t = useWords();
  const set = useUpward(classId);
  return (
    <Card>
      <Switch
        label={t("Learners see only who is just above them")}
        hint={t("On boards: no top, nobody below, no last place. You see the whole board.")}
        checked={set.isPending ? set.variables : upward}
        onChange={(on) => set.mutate(on)}
      />
      {set.error && <Fault cause={set.error} />}
    </Card>
  );
}
