import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Button, ButtonLink } from "@/design/button";
import { Choice, Field } from "@/design/field";
import { Older } from "@/design/older";
import { Card, Hint, Num, Pill, Table } from "@/design/parts";
import { SafeHtml } from "@/design/safe-html";
import { Empty, Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { csv, download } from "@/platform/csv";
import { skillName, useWords } from "@/platform/words";
import { itemsQuery } from "./queries";
import css from "./teach.module.css";

type Item = Schemas["ItemCard"];

/** As many as the server gives at once. */
const MOST = 500;
const PAGE = 50;

/** The bank of questions. */
export function ItemsScreen() {
  const t = useWords();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const query = useQuery(itemsQuery(q));
  return (
    <div className={css.bank}>
      <h1>{t("Items")}</h1>
      <div className={css.search}>
        <Field
          label={t("Find by words, skill or name")}
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Loaded query={query} bones={["tall"]}>
        {(items) =>
          items.length || q ? (
            <ItemsTable items={items} />
          ) : (
            <Empty
              icon="items"
              title={t("No items yet")}
              act={<ButtonLink to="/teach/import">{t("Import files")}</ButtonLink>}
            >
              {t("Bring questions in from GIFT files.")}
            </Empty>
          )
        }
      </Loaded>
    </div>
  );
}

function ItemsTable({ items }: { items: Item[] }) {
  const t = useWords();
  const kinds = useKinds();
  const [kind, setKind] = useState("");
  const [course, setCourse] = useState("");
  const [rows, setRows] = useState(PAGE);
  const shown = items.filter(
    (item) => (!kind || item.kind === kind) && (!course || item.course === course),
  );
  return (
    <>
      <div className={css.filters}>
        <Choice label={t("Kind")} value={kind} onChange={(event) => setKind(event.target.value)}>
          <option value="">{t("All kinds")}</option>
          {valuesOf(items, "kind", kind).map((each) => (
            <option key={each} value={each}>
              {kinds[each] ?? each}
            </option>
          ))}
        </Choice>
        <Choice
          label={t("Course")}
          value={course}
          onChange={(event) => setCourse(event.target.value)}
        >
          <option value="">{t("All courses")}</option>
          {valuesOf(items, "course", course).map((each) => (
            <option key={each}>{each}</option>
          ))}
        </Choice>
        <Button look="ghost" onClick={() => download("items", asCsv(shown))}>
          {t("Export as CSV")}
        </Button>
      </div>
      {shown.length ? (
        <Card>
          <Table cards label={t("Items")}>
            <caption>
              {t("{items, plural, one {# item} other {# items}}", { items: shown.length })}
            </caption>
            <thead>
              <tr>
                <th scope="col">{t("Question")}</th>
                {[t("Kind"), t("Skill"), t("Where")].map((head) => (
                  <th key={head} scope="col" className={css.wide}>
                    {head}
                  </th>
                ))}
                <th scope="col">{t("Difficulty")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, rows).map((item) => (
                <tr key={item.item_id}>
                  <th scope="row">
                    <SafeHtml className={css.prompt} html={item.prompt_html} />
                    <Hint>
                      {item.title || item.ref} · {t("version {version}", { version: item.version })}
                    </Hint>
                    <span className={css.folded}>
                      <Pill tone="pou">{kinds[item.kind] ?? item.kind}</Pill>
                      {item.lesson}
                    </span>
                  </th>
                  <td className={css.wide} data-head={t("Kind")}>
                    <Pill tone="pou">{kinds[item.kind] ?? item.kind}</Pill>
                  </td>
                  <td className={css.wide} data-head={t("Skill")}>
                    {item.skill ? skillName(item.skill) : "–"}
                  </td>
                  <td className={css.wide} data-head={t("Where")}>
                    {item.lesson}
                    <Hint>{[item.course, item.unit].filter(Boolean).join(" › ")}</Hint>
                  </td>
                  <td data-head={t("Difficulty")}>
                    <Steps value={item.difficulty} />
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
          {items.length === MOST && (
            <Hint>
              {t("These are the first {most}. Type words to find others.", { most: MOST })}
            </Hint>
          )}
        </Card>
      ) : (
        <Empty icon="items" title={t("Nothing found")}>
          {t("Try fewer or other words.")}
        </Empty>
      )}
      <Older
        query={{
          hasNextPage: shown.length > rows,
          isFetchingNextPage: false,
          fetchNextPage: () => setRows(rows + PAGE),
        }}
      >
        {t("Show more items")}
      </Older>
    </>
  );
}

/** What can be chosen, and what is chosen though nothing has it any more. */
const valuesOf = (items: readonly Item[], key: "kind" | "course", chosen: string): string[] =>
  [...new Set([chosen, ...items.map((item) => item[key] ?? "")])].filter(Boolean).sort();

const HEADS = ["ref", "title", "kind", "skill", "course", "unit", "lesson", "difficulty"] as const;

const asCsv = (items: readonly Item[]) =>
  csv(
    HEADS,
    items.map((item) => HEADS.map((head) => item[head])),
  );

/** Difficulty as steps up, and as a number. */
function Steps({ value }: { value: number }) {
  return (
    <span className={css.steps}>
      <span aria-hidden="true">
        {[1, 2, 3, 4, 5].map((step) => (
          <i key={step} data-up={step <= value || undefined} />
        ))}
      </span>
      <Num>{value}</Num>
    </span>
  );
}

function useKinds(): Readonly<Record<string, string>> {
  const t = useWords();
  return {
    single: t("One right option"),
    multiple: t("Several right options"),
    true_false: t("True or false"),
    numeric: t("Number"),
    short_text: t("Short text"),
    cloze: t("Text with gaps"),
    matching: t("Pairs"),
    ordering: t("Order"),
  };
}
