import { Field } from "@/design/field";
import { useWords } from "@/platform/words";
import css from "./calendar.module.css";

type Span = {
  min?: string;
  max?: string;
  first: string;
  last: string;
  onFirst: (day: string) => void;
  onLast: (day: string) => void;
};

/** First and last day; one day alone needs no last. */
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
        min={first || min}
        max={max}
        value={last || first}
        onChange={(event) => onLast(event.target.value)}
      />
    </div>
  );
}
