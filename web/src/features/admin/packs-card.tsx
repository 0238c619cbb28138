import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { Button, FileButton } from "@/design/button";
import { inputClass } from "@/design/field";
import { Card, Hint, Muted, numberCell, Row, Table } from "@/design/parts";
import { Fault, Loaded } from "@/design/states";
import { tell } from "@/design/toast";
import type { Schemas } from "@/platform/api";
import { shortMoment } from "@/platform/dates";
import { useMe } from "@/platform/session";
import { say, useWords } from "@/platform/words";
import css from "./admin.module.css";
import { packsQuery, useApplyPack } from "./queries";

/** How far a pack's achievements are counted from history. */
const historyOf = (pack: Schemas["PackCard"]) =>
  pack.to_count
    ? say("{counted} of {of} counted, {awards} tiers earned", {
        counted: pack.counted,
        of: pack.to_count,
        awards: pack.awards,
      })
    : null;

/** The rules and achievements in force, and new ones. */
export function PacksCard() {
  const t = useWords();
  const { zone } = useMe();
  const query = useQuery(packsQuery);
  return (
    <Card>
      <h2>{t("Packs of rules")}</h2>
      <Loaded query={query} bones={["card"]}>
        {(packs) =>
          packs.length ? (
            <Table cards label={t("Packs of rules")}>
              <thead>
                <tr>
                  <th scope="col">{t("Pack")}</th>
                  <th scope="col" className={numberCell}>
                    {t("Rules")}
                  </th>
                  <th scope="col" className={numberCell}>
                    {t("Achievements")}
                  </th>
                  <th scope="col" className={`${numberCell} ${css.wide}`}>
                    {t("Retired")}
                  </th>
                  <th scope="col" className={css.wide}>
                    {t("Applied")}
                  </th>
                  <th scope="col" className={css.wide}>
                    {t("From history")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {packs.map((pack) => (
                  <tr key={`${pack.pack}-${pack.version}`}>
                    <th scope="row">
                      <span className={css.whole}>{pack.pack}</span>
                      <Hint>{t("version {version}", { version: pack.version })}</Hint>
                      <span className={css.folded}>
                        <Hint>{shortMoment(pack.applied_at, zone)}</Hint>
                        {pack.retired > 0 && <Hint>{`${t("Retired")}: ${pack.retired}`}</Hint>}
                        {historyOf(pack) && <Hint>{historyOf(pack)}</Hint>}
                      </span>
                    </th>
                    <td className={numberCell} data-head={t("Rules")}>
                      {pack.rules}
                    </td>
                    <td className={numberCell} data-head={t("Achievements")}>
                      {pack.achievements}
                    </td>
                    <td className={`${numberCell} ${css.wide}`} data-head={t("Retired")}>
                      {pack.retired}
                    </td>
                    <td className={`${css.whole} ${css.wide}`} data-head={t("Applied")}>
                      {shortMoment(pack.applied_at, zone)}
                    </td>
                    <td className={css.wide} data-head={t("From history")}>
                      {historyOf(pack) || "–"}
                    </td>
                  </tr>
                ))}
              </tbody>
            </Table>
          ) : (
            <Muted>{t("No pack is applied yet. Put one in below.")}</Muted>
          )
        }
      </Loaded>
      <ApplyForm />
    </Card>
  );
}

function ApplyForm() {
  const t = useWords();
  const id = useId();
  const apply = useApplyPack();
  const [yaml, setYaml] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    apply.mutate(yaml, {
      onSuccess: ({ pack, version }) => {
        setYaml("");
        tell(say("{pack} version {version} is in force.", { pack, version }));
      },
    });
  }

  return (
    <form className={css.form} onSubmit={submit}>
      <label htmlFor={id}>{t("A pack, in YAML")}</label>
      <textarea
        id={id}
        className={inputClass}
        spellCheck={false}
        required
        value={yaml}
        onChange={(event) => setYaml(event.target.value)}
      />
      {apply.error && <Fault cause={apply.error} />}
      <Row wrap>
        <Button type="submit" disabled={apply.isPending || !yaml.trim()}>
          {t("Apply the pack")}
        </Button>
        <FileButton accept=".yaml,.yml" onFile={(file) => void file.text().then(setYaml)}>
          {t("Take it from a file")}
        </FileButton>
      </Row>
    </form>
  );
}
