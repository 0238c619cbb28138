import { FaceHtml } from "@/design/safe-html";
import { useWords } from "@/platform/words";
import css from "./option.module.css";

export type Mark = "chosen" | "right" | "missed" | undefined;

/** One option: its key, its text, and after the verdict what it was. */
export function Option({
  place,
  html,
  mark,
  yours,
  locked,
  toggle,
  onPress,
}: {
  place: number;
  html: string;
  mark: Mark;
  yours: boolean;
  locked: boolean;
  toggle?: boolean;
  onPress: () => void;
}) {
  const t = useWords();
  const told = mark === "right" || mark === "missed";
  return (
    <button
      type="button"
      className={css.option}
      data-mark={mark}
      aria-disabled={locked}
      aria-pressed={toggle || yours ? yours : undefined}
      onClick={() => !locked && onPress()}
    >
      <b aria-hidden="true">{place}</b>
      <FaceHtml html={html} />
      <span className={css.tag}>
        {told && yours && mark === "right" && t("Your answer · correct")}
        {told && yours && mark === "missed" && t("Your answer")}
        {told && !yours && mark === "right" && t("Right answer")}
      </span>
    </button>
  );
}
