import { ButtonLink } from "@/design/button";
import { Column } from "@/design/parts";
import { Fault } from "@/design/states";
import { useWords } from "@/platform/words";

/** What went wrong where nothing else is on the screen: try again, or leave. */
export function Stuck({ cause, again }: { cause: unknown; again: () => void }) {
  const t = useWords();
  return (
    <Column airy>
      <Fault whole cause={cause} again={again} />
      <div>
        <ButtonLink look="ghost" to="/today">
          {t("Back to today")}
        </ButtonLink>
      </div>
    </Column>
  );
}
