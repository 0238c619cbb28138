import { useState } from "react";
import { Button } from "@/design/button";
import { useWords } from "@/platform/words";
import { type Mark, Option } from "./option";
import css from "./option.module.css";
import type { Answered, AnswerProps } from "./queries";
import { placeOf, useKeys } from "./use-keys";

function markOf(choice: number, yours: boolean, solution: readonly number[] | undefined): Mark {
  if (solution?.includes(choice)) return "right";
  if (!yours) return undefined;
  return solution ? "missed" : "chosen";
}

const TRUE = 1;
const FALSE = 0;

function solutionOf(kind: string, told: Answered | undefined): readonly number[] | undefined {
  if (kind !== "true_false") return told?.solution.choices;
  return told && [told.solution.texts[0] === "true" ? TRUE : FALSE];
}

/** One of several, or true or false: a press is the answer. */
export function ChoiceAnswer({ item, given, told, locked, labelledBy, onAnswer }: AnswerProps) {
  const t = useWords();
  const binary = item.kind === "true_false";
  const choices = binary
    ? [
        { choice: TRUE, html: t("True") },
        { choice: FALSE, html: t("False") },
      ]
    : item.choices;
  const chosen =
    given?.kind === "single"
      ? given.choice
      : given?.kind === "true_false"
        ? Number(given.value)
        : undefined;
  const solution = solutionOf(item.kind, told);
  const press = (choice: number) =>
    onAnswer(binary ? { kind: "true_false", value: choice === TRUE } : { kind: "single", choice });
  useKeys((key) => {
    const at = choices[placeOf(key) ?? -1];
    if (at && !locked) press(at.choice);
  });
  return (
    <fieldset className={css.list} aria-labelledby={labelledBy}>
      {choices.map(({ choice, html }, index) => (
        <Option
          key={choice}
          place={index + 1}
          html={html}
          mark={markOf(choice, choice === chosen, solution)}
          yours={choice === chosen}
          locked={locked}
          onPress={() => press(choice)}
        />
      ))}
    </fieldset>
  );
}

/** Several of several: choose, then check. */
export function MultipleAnswer({ item, told, locked, labelledBy, onAnswer }: AnswerProps) {
  const t = useWords();
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const flip = (choice: number) =>
    setChosen((was) =>
      was.includes(choice) ? was.filter((each) => each !== choice) : [...was, choice],
    );
  const check = () => onAnswer({ kind: "multiple", choices: [...chosen] });
  useKeys((key) => {
    if (locked) return;
    const at = item.choices[placeOf(key) ?? -1];
    if (at) flip(at.choice);
    if (key === "Enter" && chosen.length) check();
  });
  return (
    <>
      <fieldset className={css.list} aria-labelledby={labelledBy}>
        {item.choices.map(({ choice, html }, index) => (
          <Option
            key={choice}
            place={index + 1}
            html={html}
            mark={markOf(choice, chosen.includes(choice), told?.solution.choices)}
            yours={chosen.includes(choice)}
            locked={locked}
            toggle
            onPress={() => flip(choice)}
          />
        ))}
      </fieldset>
      {!told && (
        <div className={css.after}>
          <Button disabled={locked || !chosen.length} onClick={check}>
            {t("Check these")}
          </Button>
        </div>
      )}
    </>
  );
}
