import { type FormEvent, useState } from "react";
import { Asked } from "@/design/answer-sheet";
import { Button } from "@/design/button";
import { Passage } from "@/design/field";
import { Muted, Row } from "@/design/parts";
import { Fault } from "@/design/states";
import { tell } from "@/design/toast";
import { freshKey } from "@/platform/fresh-key";
import { say, useWords } from "@/platform/words";
import css from "./answers.module.css";
import { type Answer, useAsk } from "./queries";

const LONGEST = 500;

/** What you say of a grade, in your own words. */
export function AskForm({ answer, onDone }: { answer: Answer; onDone: () => void }) {
  const t = useWords();
  const ask = useAsk(answer.answer_id);
  const [key] = useState(freshKey);
  const [statement, setStatement] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    ask.mutate(
      { statement, key },
      {
        onSuccess: () => {
          onDone();
          tell(say("Asked. Your teacher sees it with your answer."));
        },
      },
    );
  }

  return (
    <form className={css.form} onSubmit={submit}>
      <Asked answer={answer} />
      <Passage
        label={t("What is not right about the grade?")}
        hint={t("In your own words, up to {most} characters.", { most: LONGEST })}
        required
        maxLength={LONGEST}
        rows={4}
        value={statement}
        onChange={(event) => setStatement(event.target.value)}
      />
      <Muted>
        {t("Your teacher corrects the grade or says why it stays. Your words stay beside it.")}
      </Muted>
      {ask.error && <Fault cause={ask.error} />}
      <Row wrap>
        <Button type="submit" disabled={ask.isPending || !statement.trim()}>
          {t("Ask my teacher")}
        </Button>
        <Button look="ghost" onClick={onDone}>
          {t("Leave it as it is")}
        </Button>
      </Row>
    </form>
  );
}
