import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { ButtonLink } from "@/design/button";
import { Field } from "@/design/field";
import { Card, Column, Hint, Num, numberCell, Table } from "@/design/parts";
import { SafeHtml } from "@/design/safe-html";
import { Empty, Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { useWords } from "@/platform/words";
import { itemsQuery } from "./queries";
import css from "./teach.module.css";

/** The bank of questions. */
export function ItemsScreen() {
  const t = useWords();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const query = useQuery(itemsQuery(q));
  return (
    <Column airy>
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
          items.length ? (
            <ItemsTable items={items} />
          ) : (
            <Empty
              icon="items"
              title={q ? t("Nothing found") : t("No items yet")}
              act={<ButtonLink to="/teach/import">{t("Import files")}</ButtonLink>}
            >
              {q ? t("Try fewer or other words.") : t("Bring questions in from GIFT files.")}
            </Empty>
          )
        }
      </Loaded>
    </Column>
  );
}

function ItemsTable({ items }: { items: Schemas["ItemCard"][] }) {
  const t = useWords();
  const kinds: Record<string, string> = {
    single: t("One right option"),
    multiple: t("Several right options"),
    true_false: t("True or false"),
    numeric: t("Number"),
    short_text: t("Short text"),
    cloze: t("Text with gaps"),
    matching: t("Pairs"),
    ordering: t("Order"),
  };
  return (
    <Card>
      <Table label={t("Items")}>
        <caption>
          {t("{items, plural, one {# item} other {# items}}", { items: items.length })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t("Question")}</th>
            <th scope="col">{t("Kind")}</th>
            <th scope="col">{t("Skill")}</th>
            <th scope="col">{t("Where")}</th>
            <th scope="col" className={numberCell}>
              {t("Difficulty")}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.item_id}>
              <th scope="row">
                <SafeHtml className={css.prompt} html={item.prompt_html} />
                <Hint>
                  {item.title || item.ref} · {t("version {version}", { version: item.version })}
                </Hint>
              </th>
              <td>{kinds[item.kind] ?? item.kind}</td>
              <td>{item.skill || "–"}</td>
              <td>{[item.course, item.unit, item.lesson].filter(Boolean).join(" › ")}</td>
              <td className={numberCell}>
                <Num>{item.difficulty}</Num>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
