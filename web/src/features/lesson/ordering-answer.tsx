import { useState } from "react";
import { Button } from "@/design/button";
import { Icon } from "@/design/icon";
import { SafeHtml, textOf } from "@/design/safe-html";
import { useWords } from "@/platform/words";
import css from "./pieces.module.css";
import { Pool } from "./pool";
import type { AnswerProps } from "./queries";
import { Solution } from "./text-answer";
import { placeOf, useKeys } from "./use-keys";

/** Parts in order: press them in order; press a placed one to take it back. */
export function OrderingAnswer({ item, told, locked, labelledBy, onAnswer }: AnswerProps) {
  const t = useWords();
  const [order, setOrder] = useState<readonly number[]>([]);
  const htmlOf = (choice: number) =>
    item.choices.find((each) => each.choice === choice)?.html ?? "";
  const put = (choice: number) =>
    !locked && setOrder((was) => (was.includes(choice) ? was : [...was, choice]));
  const full = order.length === item.choices.length;
  const check = () => onAnswer({ kind: "ordering", choices: [...order] });
  useKeys((key) => {
    if (locked) return;
    const piece = item.choices[placeOf(key) ?? -1];
    if (piece) put(piece.choice);
    if (key === "Backspace") setOrder((was) => was.slice(0, -1));
    if (key === "Enter" && full) check();
  });
  const wanted = told?.solution.choices;
  const labelOf = (choice: number, index: number) => {
    const words = { place: index + 1, part: textOf(htmlOf(choice)) };
    if (!wanted) return t("{place}: {part}. Press to take it back.", words);
    return wanted[index] === choice
      ? t("{place}: {part}. It belongs here.", words)
      : t("{place}: {part}. It belongs elsewhere.", words);
  };
  return (
    <>
      <fieldset aria-labelledby={labelledBy}>
        {order.length === 0 && <p className={css.empty}>{t("Press the parts in order.")}</p>}
        <ol className={css.rows}>
          {order.map((choice, index) => (
            <li key={choice}>
              <button
                type="button"
                className={css.placed}
                data-mark={wanted && (wanted[index] === choice ? "right" : "missed")}
                aria-disabled={locked}
                aria-label={labelOf(choice, index)}
                onClick={() => !locked && setOrder(order.filter((each) => each !== choice))}
              >
                <b aria-hidden="true">{index + 1}</b>
                <SafeHtml as="span" html={htmlOf(choice)} />
                {wanted && <Icon name={wanted[index] === choice ? "tick" : "cross"} size={18} />}
              </button>
            </li>
          ))}
        </ol>
      </fieldset>
      {wanted && told?.verdict !== "right" && <Solution html texts={wanted.map(htmlOf)} />}
      {!told && (
        <>
          <Pool
            label={t("Parts to put in order")}
            pieces={item.choices}
            used={order}
            locked={locked}
            onPut={put}
          />
          <div className={css.after}>
            <Button disabled={locked || !full} onClick={check}>
              {t("Check the order")}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
