import { type FormEvent, Fragment, useEffect, useRef, useState } from "react";
import { Button } from "@/design/button";
import { SafeHtml } from "@/design/safe-html";
import { useWords } from "@/platform/words";
import lesson from "./lesson.module.css";
import { type AnswerProps, LONGEST_ANSWER } from "./queries";
import css from "./text-answer.module.css";

/** A number or a few words, typed. */
export function TextAnswer({ item, told, locked, labelledBy, onAnswer }: AnswerProps) {
  const t = useWords();
  const [text, setText] = useState("");
  const ref = useRef<HTMLInputElement>(null);
  const numeric = item.kind === "numeric";
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (text.trim()) onAnswer({ kind: numeric ? "numeric" : "short_text", text: text.trim() });
  }

  return (
    <form className={lesson.form} onSubmit={submit}>
      <div className={css.line}>
        <input
          ref={ref}
          className={css.input}
          aria-labelledby={labelledBy}
          inputMode={numeric ? "decimal" : "text"}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={LONGEST_ANSWER}
          data-verdict={told?.verdict}
          readOnly={locked}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {item.unit && <span className={css.unit}>{item.unit}</span>}
      </div>
      {told ? (
        <Solution texts={told.verdict === "right" ? [] : told.solution.texts} />
      ) : (
        <Button type="submit" disabled={locked || !text.trim()}>
          {t("Check it")}
        </Button>
      )}
    </form>
  );
}

/** The right words, when they were not given. */
export function Solution({ texts, html }: { texts: readonly string[]; html?: boolean }) {
  const t = useWords();
  if (!texts.length) return null;
  return (
    <p className={css.solution}>
      {t("Right answer")}:{" "}
      <strong>
        {texts.map((text, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two parts may say the same
          <Fragment key={index}>
            {index > 0 && " · "}
            {html ? <SafeHtml as="span" html={text} /> : text}
          </Fragment>
        ))}
      </strong>
    </p>
  );
}

/** A piece of text between gaps. */
export function Piece({ html }: { html: string }) {
  return <SafeHtml html={html} />;
}
