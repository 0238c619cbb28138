import type { FormEvent, ReactNode } from "react";
import type { Schemas } from "@/platform/api";
import css from "./answer-form.module.css";
import { Asked } from "./answer-sheet";
import { Button } from "./button";
import { Row } from "./parts";
import { Fault } from "./states";

/** What somebody does about an answer's grade: the answer above, what went wrong and the acts below. */
export function AnswerForm({
  answer,
  asking,
  act,
  leave,
  unfit,
  onSubmit,
  onLeave,
  children,
}: {
  answer: Schemas["AnswerCard"];
  asking: { error: Error | null; isPending: boolean };
  act: string;
  leave: string;
  unfit?: boolean;
  onSubmit: () => void;
  onLeave: () => void;
  children: ReactNode;
}) {
  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }

  return (
    <form className={css.form} onSubmit={submit}>
      <Asked answer={answer} />
      {children}
      {asking.error && <Fault cause={asking.error} />}
      <Row wrap>
        <Button type="submit" disabled={asking.isPending || unfit}>
          {act}
        </Button>
        <Button look="ghost" onClick={onLeave}>
          {leave}
        </Button>
      </Row>
    </form>
  );
}
