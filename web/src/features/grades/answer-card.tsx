import { useState } from "react";
import { AnswerSheet } from "@/design/answer-sheet";
import { Button } from "@/design/button";
import { Dialog } from "@/design/dialog";
import { Icon } from "@/design/icon";
import { useWords } from "@/platform/words";
import { CorrectForm } from "./correct-form";
import { KeepForm } from "./keep-form";
import type { Answer, Whose } from "./queries";

/** An answer whose grade can be corrected; or kept, where its learner asks about it. */
export function AnswerCard({ answer, whose }: { answer: Answer; whose: Whose }) {
  const t = useWords();
  const [doing, setDoing] = useState<"correct" | "keep">();
  const close = () => setDoing(undefined);
  return (
    <AnswerSheet
      answer={answer}
      acts={
        <Button look="ghost" small onClick={() => setDoing("correct")}>
          <Icon name="pen" size={18} />
          {t("Correct the grade")}
        </Button>
      }
    >
      {answer.request?.state === "open" && (
        <div>
          <Button look="ghost" small onClick={() => setDoing("keep")}>
            {t("Keep the grade")}
          </Button>
        </div>
      )}
      <Dialog open={doing === "correct"} title={t("Correct the grade")} onClose={close}>
        <CorrectForm answer={answer} whose={whose} onDone={close} />
      </Dialog>
      <Dialog open={doing === "keep"} title={t("Keep the grade")} onClose={close}>
        <KeepForm answer={answer} whose={whose} onDone={close} />
      </Dialog>
    </AnswerSheet>
  );
}
