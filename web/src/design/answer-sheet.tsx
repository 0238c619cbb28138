import type { ReactNode } from "react";
import type { Schemas } from "@/platform/api";
import { shortMoment } from "@/platform/dates";
import { useGradeWords } from "@/platform/grade-words";
import { useKeepReasons, useReasons } from "@/platform/reasons";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./answer-sheet.module.css";
import { Icon } from "./icon";
import { Card, Hint, Pill, Row } from "./parts";
import { SafeHtml } from "./safe-html";

type Answer = Schemas["AnswerCard"];

const ICONS = { right: "tick", partial: "half", wrong: "cross" } as const;
const TONES = { right: "ok", partial: "info", wrong: undefined } as const;

/** One answer: what was asked and answered, its grade, and what was said and done about that. */
export function AnswerSheet({
  answer,
  acts,
  children,
}: {
  answer: Answer;
  acts: ReactNode;
  children?: ReactNode;
}) {
  const t = useWords();
  const { zone } = useMe();
  const gradeOf = useGradeWords();
  const tone = TONES[answer.verdict];
  return (
    <Card className={css.answer}>
      <Row between wrap>
        <Hint>
          {[
            answer.lesson,
            shortMoment(answer.answered_at, zone),
            answer.again && t("came back after a miss"),
          ]
            .filter(Boolean)
            .join(" · ")}
        </Hint>
        <Pill {...(tone && { tone })}>
          <Icon name={ICONS[answer.verdict]} size={16} />
          {gradeOf(answer.credit)}
        </Pill>
      </Row>
      <SafeHtml className={css.prompt} html={answer.prompt_html} />
      <div className={css.given}>
        <Said answer={answer} />
        {acts}
      </div>
      {answer.corrections.length > 0 && <Corrections answer={answer} />}
      {answer.request && <Statement request={answer.request} />}
      {children}
    </Card>
  );
}

/** What was asked and answered, and the right answer where that was another. */
export function Asked({ answer }: { answer: Answer }) {
  return (
    <>
      <SafeHtml className={css.prompt} html={answer.prompt_html} />
      <Said answer={answer} />
    </>
  );
}

function Said({ answer }: { answer: Answer }) {
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

function Corrections({ answer }: { answer: Answer }) {
  const t = useWords();
  const { zone } = useMe();
  const gradeOf = useGradeWords();
  const reasons = useReasons();
  return (
    <ol className={css.beside}>
      {answer.corrections.map((one) => (
        <li key={one.at}>
          <p>
            <strong>{`${gradeOf(one.old_credit)} → ${gradeOf(one.credit)}`}</strong>
          </p>
          <Hint>
            {`${reasons[one.reason]} · ${one.by ?? t("somebody who is gone")} · ${shortMoment(one.at, zone)}`}
          </Hint>
        </li>
      ))}
    </ol>
  );
}

/** What the learner says of the grade, and what became of it. */
function Statement({ request }: { request: NonNullable<Answer["request"]> }) {
  const t = useWords();
  const { zone, role } = useMe();
  const reasons = useKeepReasons();
  const states = {
    open: role === "learner" ? t("Waits for your teacher") : t("Waits for another look"),
    kept: t("The grade stays"),
    met: t("The grade was corrected"),
  };
  const tones = { open: "pou", kept: "info", met: "ok" } as const;
  return (
    <figure className={css.beside}>
      <Row wrap>
        <Pill tone={tones[request.state]}>{states[request.state]}</Pill>
        <Hint>{shortMoment(request.asked_at, zone)}</Hint>
      </Row>
      <blockquote className={css.words}>{request.statement}</blockquote>
      {request.state === "kept" && request.reason && request.kept_at && (
        <figcaption>
          <strong>{reasons[request.reason]}</strong>
          <Hint>
            {`${request.kept_by ?? t("somebody who is gone")} · ${shortMoment(request.kept_at, zone)}`}
          </Hint>
        </figcaption>
      )}
    </figure>
  );
}
