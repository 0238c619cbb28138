import { useState } from "react";
import { AnswerForm } from "@/design/answer-form";
import { Passage } from "@/design/field";
import { Muted } from "@/design/parts";
import { tell } from "@/design/toast";
import { freshKey } from "@/platform/fresh-key";
import { say, useWords } from "@/platform/words";
import { type Answer, useAsk } from "./queries";

const LONGEST = 500;

/** What you say of a grade, in your own words. */
export function AskForm({ answer, onDone }: { answer: Answer; onDone: () => void }) {
  const t = useWords();
  const ask = useAsk(answer.answer_id);
  const [key] = useState(freshKey);
  const [statement, setStatement] = useState("");

  function submit() {
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
    <AnswerForm
      answer={answer}
      asking={ask}
      act={t("Ask my teacher")}
      leave={t("Leave it as it is")}
      unfit={!statement.trim()}
      onSubmit={submit}
      onLeave={onDone}
    >
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
    </AnswerForm>
  );
}
