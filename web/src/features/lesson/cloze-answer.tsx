import { type FormEvent, Fragment, useRef, useState } from "react";
import { Button } from "@/design/button";
import { useWords } from "@/platform/words";
import lesson from "./lesson.module.css";
import { type AnswerProps, LONGEST_ANSWER } from "./queries";
import { Piece, Solution } from "./text-answer";
import css from "./text-answer.module.css";

/** A text with gaps, typed or chosen. */
export function ClozeAnswer({ item, told, locked, labelledBy, onAnswer }: AnswerProps) {
  const t = useWords();
  const [words, setWords] = useState(() => item.gaps.map(() => ""));
  const form = useRef<HTMLFormElement>(null);
  const fill = (at: number, text: string) =>
    setWords((was) => was.map((each, index) => (index === at ? text : each)));

  function submit(event: FormEvent) {
    event.preventDefault();
    const open = words.findIndex((text) => !text.trim());
    if (open < 0) onAnswer({ kind: "cloze", gaps: words.map((text) => text.trim()) });
    else form.current?.querySelectorAll<HTMLElement>("input, select")[open]?.focus();
  }

  return (
    <form ref={form} className={lesson.form} onSubmit={submit} aria-labelledby={labelledBy}>
      <div className={css.text}>
        {item.pieces.map((html, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
          <Fragment key={index}>
            <Piece html={html} />
            {index < item.gaps.length && (
              <GapInput
                label={t("Gap {gap} of {gaps}", { gap: index + 1, gaps: item.gaps.length })}
                choices={item.gaps[index]?.choices ?? []}
                text={words[index] ?? ""}
                right={told !== undefined && told.verdict === "right"}
                locked={locked}
                onChange={(text) => fill(index, text)}
              />
            )}
          </Fragment>
        ))}
      </div>
      {told ? (
        <Solution texts={told.verdict === "right" ? [] : told.solution.texts} />
      ) : (
        <Button type="submit" disabled={locked}>
          {t("Check the gaps")}
        </Button>
      )}
    </form>
  );
}

function GapInput({
  label,
  choices,
  text,
  right,
  locked,
  onChange,
}: {
  label: string;
  choices: readonly string[];
  text: string;
  right: boolean;
  locked: boolean;
  onChange: (text: string) => void;
}) {
  const verdict = right ? "right" : undefined;
  if (!choices.length)
    return (
      <input
        className={css.gap}
        aria-label={label}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={LONGEST_ANSWER}
        readOnly={locked}
        data-verdict={verdict}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  return (
    <select
      className={css.gap}
      aria-label={label}
      disabled={locked}
      data-verdict={verdict}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">…</option>
      {choices.map((choice) => (
        <option key={choice}>{choice}</option>
      ))}
    </select>
  );
}
