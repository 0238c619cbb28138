import { Hint, Pill, Row } from "@/design/parts";
import { languageNow, useWords } from "@/platform/words";
import css from "./import-screen.module.css";
import { isTable, type Report } from "./queries";

/** What one file brings, or brought: new, changed, as it was; and the lines it could not. */
export function FileReport({ file, dry }: { file: Report["files"][number]; dry: boolean }) {
  const t = useWords();
  return (
    <>
      <Row between wrap>
        <h3>{file.file}</h3>
        <Row wrap>
          {(dry || file.items === 0) && (
            <Pill>{t("{items, plural, one {# item} other {# items}}", { items: file.items })}</Pill>
          )}
          {file.items > 0 && (
            <>
              <Pill tone="ok">{t("{created} new", { created: file.created })}</Pill>
              <Pill tone="info">{t("{updated} changed", { updated: file.updated })}</Pill>
              <Pill>{t("{unchanged} unchanged", { unchanged: file.unchanged })}</Pill>
            </>
          )}
          {file.refused.length > 0 && (
            <Pill tone="clay">{t("{refused} refused", { refused: file.refused.length })}</Pill>
          )}
        </Row>
      </Row>
      <Hint>{file.categories.join(" · ")}</Hint>
      {file.items + file.refused.length === 0 && !isTable(file.file) && (
        <Hint>{t("There is no question in this file. Is it the right one?")}</Hint>
      )}
      {file.refused.length > 0 && (
        <ul className={css.refused}>
          {file.refused.map(({ line, reason, reason_mi }) => (
            <li key={`${line}-${reason}`}>
              <b>{t("Line {line}", { line })}</b>
              <Marked text={languageNow() === "mi" ? reason_mi : reason} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Words in which what is between backticks is shown as it stands in the file. */
function Marked({ text }: { text: string }) {
  return (
    <span>
      {text.split("`").map((part, place) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
        place % 2 ? <code key={place}>{part}</code> : part,
      )}
    </span>
  );
}
