import { useState } from "react";
import { AnswerSheet } from "@/design/answer-sheet";
import { Button } from "@/design/button";
import { Dialog } from "@/design/dialog";
import { useWords } from "@/platform/words";
import { AskForm } from "./ask-form";
import type { Answer } from "./queries";

/** An answer of yours; once you may ask that its grade be looked at again. */
export function OwnAnswer({ answer }: { answer: Answer }) {
  const t = useWords();
  const [asking, setAsking] = useState(false);
  return (
    <AnswerSheet
      answer={answer}
      acts={
        !answer.request && (
          <Button look="ghost" small onClick={() => setAsking(true)}>
            {t("Ask for another look")}
          </Button>
        )
      }
    >
      <Dialog open={asking} title={t("Ask for another look")} onClose={() => setAsking(false)}>
        <AskForm answer={answer} onDone={() => setAsking(false)} />
      </Dialog>
    </AnswerSheet>
  );
}
