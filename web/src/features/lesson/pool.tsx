import { FaceHtml } from "@/design/safe-html";
import css from "./pieces.module.css";

/** Pieces to press, each with its number key. */
export function Pool({
  label,
  pieces,
  used,
  locked,
  onPut,
}: {
  label: string;
  pieces: readonly { choice: number; html: string }[];
  used: readonly (number | null)[];
  locked: boolean;
  onPut: (choice: number) => void;
}) {
  return (
    <fieldset className={css.pool} aria-label={label}>
      {pieces.map(({ choice, html }, index) => (
        <button
          key={choice}
          type="button"
          className={css.piece}
          aria-disabled={locked || used.includes(choice)}
          onClick={() => !used.includes(choice) && onPut(choice)}
        >
          <b aria-hidden="true">{index + 1}</b>
          <FaceHtml html={html} />
        </button>
      ))}
    </fieldset>
  );
}
