import { ChoiceAnswer, MultipleAnswer } from "./choice-answer";
import { ClozeAnswer } from "./cloze-answer";
import { MatchingAnswer } from "./matching-answer";
import { OrderingAnswer } from "./ordering-answer";
import type { AnswerProps } from "./queries";
import { TextAnswer } from "./text-answer";

/** The way to answer that fits the kind of item. */
export function AnswerForm(props: AnswerProps) {
  switch (props.item.kind) {
    case "multiple":
      return <MultipleAnswer {...props} />;
    case "numeric":
    case "short_text":
      return <TextAnswer {...props} />;
    case "cloze":
      return <ClozeAnswer {...props} />;
    case "matching":
      return <MatchingAnswer {...props} />;
    case "ordering":
      return <OrderingAnswer {...props} />;
    default:
      return <ChoiceAnswer {...props} />;
  }
}
