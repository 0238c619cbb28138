import { SafeHtml } from "@/design/safe-html";
import { useWords } from "@/platform/words";
import css from "./grades.module.css";
import type { Answer } from "./queries";

/** What was answered, and the right answer where that was another. */
export function Said({ answer }: { answer: Answer }) {
  const t = useWords();
  return (
    <dl className={css.said}>
      <Line name={t("Answered")} kind={answer.kind} parts={answer.given_html} />
      {answer.verdict !== "right" && (
        <Line name={t("Right answer")} kind={answer.kind} parts={answer.solution_html} />
      )}
    </dl>
  );
}

function Line({ name, kind, parts }: { name: string; kind: string; parts: readonly string[] }) {
  const t = useWords();
  const judged: Readonly<Record<string, string>> = { true: t("True"), false: t("False") };
  const shown = kind === "true_false" ? parts.map((part) => judged[part] ?? part) : parts;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {shown.length ? (
          shown.map((html, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two parts may say the same
            <SafeHtml key={place} html={html || "–"} />
          ))
        ) : (
          <span>{t("nothing chosen")}</span>
        )}
      </dd>
    </>
  );
}
