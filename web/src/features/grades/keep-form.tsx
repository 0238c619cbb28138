import { useState } from "react";
import { AnswerForm } from "@/design/answer-form";
import { Options } from "@/design/field";
import { Muted } from "@/design/parts";
import { tell } from "@/design/toast";
import { type KeepReason, useKeepReasons } from "@/platform/reasons";
import { say, useWords } from "@/platform/words";
import { type Answer, useKeep, type Whose } from "./queries";

/** Why a grade stays; what its learner said stays beside it. */
export function KeepForm({
  answer,
  whose,
  onDone,
}: {
  answer: Answer;
  whose: Whose;
  onDone: () => void;
}) {
  const t = useWords();
  const reasons = useKeepReasons();
  const keep = useKeep(whose, answer.answer_id);
  const [reason, setReason] = useState<KeepReason>("looked-again");

  function submit() {
    keep.mutate(reason, {
      onSuccess: () => {
        onDone();
        tell(say("The grade stays, with the learner’s words beside it."));
      },
    });
  }

  return (
    <AnswerForm
      answer={answer}
      asking={keep}
      act={t("Keep the grade")}
      leave={t("Not yet")}
      onSubmit={submit}
      onLeave={onDone}
    >
      <Options
        label={t("Why it stays. The learner reads this.")}
        name="keep-reason"
        value={reason}
        options={(Object.keys(reasons) as KeepReason[]).map((one) => [one, reasons[one]] as const)}
        onChange={setReason}
      />
      <Muted>{t("What the learner wrote stays beside the grade, for everyone who sees it.")}</Muted>
    </AnswerForm>
  );
}
