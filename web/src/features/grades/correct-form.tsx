import { useId, useState } from "react";
import { AnswerForm } from "@/design/answer-form";
import { Choice, Options } from "@/design/field";
import { Muted } from "@/design/parts";
import { tell } from "@/design/toast";
import { freshKey } from "@/platform/fresh-key";
import { useGradeWords } from "@/platform/grade-words";
import { type Reason, useReasons } from "@/platform/reasons";
import { say, useWords } from "@/platform/words";
import { type Answer, correct, useCorrect, type Whose } from "./queries";

/** Which grades an answer can get: the plain ones and its first one, but for what it has. */
function gradesFor(answer: Answer): number[] {
  const first = answer.corrections[0]?.old_credit ?? answer.credit;
  return [...new Set([1, 0.5, 0, first])]
    .filter((credit) => credit !== answer.credit)
    .sort((a, b) => b - a);
}

/** Another grade, and why. */
export function CorrectForm({
  answer,
  whose,
  onDone,
}: {
  answer: Answer;
  whose: Whose;
  onDone: () => void;
}) {
  const t = useWords();
  const name = useId();
  const reasons = useReasons();
  const gradeOf = useGradeWords();
  const asked = useCorrect(whose, answer.answer_id);
  const grades = gradesFor(answer);
  const [key] = useState(freshKey);
  const [credit, setCredit] = useState(grades[0] ?? 1);
  const [reason, setReason] = useState<Reason>("right-too");

  function undo() {
    const grade = { credit: answer.credit, reason: "corrected-back", key: freshKey() } as const;
    correct(whose, answer.answer_id, grade)
      .then(() => tell(say("The grade is as it was. The points follow.")))
      .catch(() => tell(say("That could not be undone. Correct the grade once more.")));
  }

  function submit() {
    asked.mutate(
      { credit, reason, key },
      {
        onSuccess: () => {
          onDone();
          tell(say("Corrected. The points follow."), { text: say("Undo"), run: undo });
        },
      },
    );
  }

  return (
    <AnswerForm
      answer={answer}
      asking={asked}
      act={t("Correct the grade")}
      leave={t("Leave it as it is")}
      onSubmit={submit}
      onLeave={onDone}
    >
      <Muted>{t("Grade now: {grade}", { grade: gradeOf(answer.credit) })}</Muted>
      <Options
        name={name}
        label={t("New grade")}
        value={String(credit)}
        options={grades.map((one) => [String(one), gradeOf(one)] as const)}
        onChange={(value) => setCredit(Number(value))}
      />
      <Choice
        label={t("Why")}
        hint={t("The learner reads this.")}
        value={reason}
        onChange={(event) => setReason(event.target.value as Reason)}
      >
        {(Object.keys(reasons) as Reason[])
          .filter((one) => one !== "corrected-back" || answer.corrections.length > 0)
          .map((one) => (
            <option key={one} value={one}>
              {reasons[one]}
            </option>
          ))}
      </Choice>
    </AnswerForm>
  );
}
