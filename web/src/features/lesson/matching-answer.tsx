import { useState } from "react";
import { Button } from "@/design/button";
import { Icon } from "@/design/icon";
import { SafeHtml, textOf } from "@/design/safe-html";
import { useWords } from "@/platform/words";
import css from "./pieces.module.css";
import { Pool } from "./pool";
import type { AnswerProps } from "./queries";
import { placeOf, useKeys } from "./use-keys";

/** Right parts for left ones: a press puts a part into the marked place. */
export function MatchingAnswer({ item, told, locked, labelledBy, onAnswer }: AnswerProps) {
  const t = useWords();
  const [filled, setFilled] = useState<readonly (number | null)[]>(() =>
    item.lefts.map(() => null),
  );
  const [now, setNow] = useState(0);
  const htmlOf = (choice: number | null | undefined) =>
    item.choices.find((each) => each.choice === choice)?.html ?? "";

  function put(choice: number): void {
    if (locked) return;
    const next = filled.map((each, index) =>
      index === now ? choice : each === choice ? null : each,
    );
    setFilled(next);
    const open = next.indexOf(null);
    if (open >= 0) setNow(open);
  }

  const full = filled.every((choice) => choice !== null);
  const check = () => onAnswer({ kind: "matching", choices: [...filled] });
  useKeys((key) => {
    if (locked) return;
    const piece = item.choices[placeOf(key) ?? -1];
    if (piece) put(piece.choice);
    if (key === "Enter" && full) check();
  });

  return (
    <>
      <fieldset className={css.rows} aria-labelledby={labelledBy}>
        {item.lefts.map((left, index) => {
          const choice = filled[index];
          const right = told?.solution.choices[index] === choice;
          const words = {
            left: textOf(left),
            right: choice === null ? t("nothing yet") : textOf(htmlOf(choice)),
          };
          const solution = htmlOf(told?.solution.choices[index]);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a left part is its place
            <div key={index} className={css.pair}>
              <SafeHtml className={css.left} html={left} />
              <button
                type="button"
                className={css.slot}
                data-full={choice !== null || undefined}
                data-now={(!locked && now === index) || undefined}
                data-mark={told && (right ? "right" : "missed")}
                aria-current={!locked && now === index ? "step" : undefined}
                aria-disabled={locked}
                aria-label={
                  !told
                    ? t("{left} goes with: {right}", words)
                    : right
                      ? t("{left} goes with: {right}. That is right.", words)
                      : t("{left} goes with {solution}, not with: {right}", {
                          ...words,
                          solution: textOf(solution),
                        })
                }
                onClick={() => !locked && setNow(index)}
              >
                {choice === null ? "…" : <SafeHtml as="span" html={htmlOf(choice)} />}
                {told && <Icon name={right ? "tick" : "cross"} size={18} />}
                {told && !right && <SafeHtml as="strong" className={css.wanted} html={solution} />}
              </button>
            </div>
          );
        })}
      </fieldset>
      {!told && (
        <>
          <Pool
            label={t("Parts to put beside them")}
            pieces={item.choices}
            used={filled}
            locked={locked}
            onPut={put}
          />
          <div className={css.after}>
            <Button disabled={locked || !full} onClick={check}>
              {t("Check the pairs")}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
