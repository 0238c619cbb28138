import { useWords } from "@/platform/words";
import { Field } from "./field";
import css from "./span-fields.module.css";

type Span = {
  min?: string;
  max?: string;
  first: string;
  last: string;
  onFirst: (day: string) => void;
  onLast: (day: string) => void;
};

/** First and last day of some days. */
export function SpanFields({ min, max, first, last, onFirst, onLast }: Span) {
  const t = useWords();
  return (
    <div className={css.days}>
      <Field
        label={t("First day")}
        type="date"
        required
        min={min}
        max={max}
        value={first}
        onChange={(event) => onFirst(event.target.value)}
      />
      <Field
        label={t("Last day")}
        type="date"
        required
        min={first || min}
        max={max}
        value={last}
        onChange={(event) => onLast(event.target.value)}
      />
    </div>
  );
}
