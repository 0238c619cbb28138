import { useState } from "react";
import { Button } from "@/design/button";
import { Dialog } from "@/design/dialog";
import { Icon } from "@/design/icon";
import { Card, Hint, Pill, Row } from "@/design/parts";
import { SafeHtml } from "@/design/safe-html";
import { shortMoment } from "@/platform/dates";
import { useReasons } from "@/platform/reasons";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import { CorrectForm } from "./correct-form";
import css from "./grades.module.css";
import type { Answer, Whose } from "./queries";
import { Said } from "./said";
import { useGradeWords } from "./words";

const ICONS = { right: "tick", partial: "half", wrong: "cross" } as const;
const TONES = { right: "ok", partial: "info", wrong: undefined } as const;

/** One answer: what was asked, what was answered, its grade, and how that was corrected. */
export function AnswerCard({ answer, whose }: { answer: Answer; whose: Whose }) {
  const t = useWords();
  const { zone } = useMe();
  const gradeOf = useGradeWords();
  const [correcting, setCorrecting] = useState(false);
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
        <Button look="ghost" small onClick={() => setCorrecting(true)}>
          <Icon name="pen" size={18} />
          {t("Correct the grade")}
        </Button>
      </div>
      {answer.corrections.length > 0 && <Corrections answer={answer} />}
      <Dialog open={correcting} title={t("Correct the grade")} onClose={() => setCorrecting(false)}>
        <CorrectForm answer={answer} whose={whose} onDone={() => setCorrecting(false)} />
      </Dialog>
    </Card>
  );
}

function Corrections({ answer }: { answer: Answer }) {
  const t = useWords();
  const { zone } = useMe();
  const gradeOf = useGradeWords();
  const reasons = useReasons();
  return (
    <ol className={css.corrections}>
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
