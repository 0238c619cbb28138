import { type FormEvent, useState } from "react";
import { Asked } from "@/design/answer-sheet";
import { Button } from "@/design/button";
import { Options } from "@/design/field";
import { Muted, Row } from "@/design/parts";
import { Fault } from "@/design/states";
import { tell } from "@/design/toast";
import { type KeepReason, useKeepReasons } from "@/platform/reasons";
import { say, useWords } from "@/platform/words";
import css from "./grades.module.css";
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

  function submit(event: FormEvent) {
    event.preventDefault();
    keep.mutate(reason, {
      onSuccess: () => {
        onDone();
        tell(say("The grade stays, with the learner’s words beside it."));
      },
    });
  }

  return (
    <form className={css.form} onSubmit={submit}>
      <Asked answer={answer} />
      <Options
        label={t("Why it stays. The learner reads this.")}
        name="keep-reason"
        value={reason}
        options={(Object.keys(reasons) as KeepReason[]).map((one) => [one, reasons[one]] as const)}
        onChange={setReason}
      />
      <Muted>{t("What the learner wrote stays beside the grade, for everyone who sees it.")}</Muted>
      {keep.error && <Fault cause={keep.error} />}
      <Row wrap>
        <Button type="submit" disabled={keep.isPending}>
          {t("Keep the grade")}
        </Button>
        <Button look="ghost" onClick={onDone}>
          {t("Not yet")}
        </Button>
      </Row>
    </form>
  );
}
