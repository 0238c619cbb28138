import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Choice, Switch } from "@/design/field";
import { Older } from "@/design/older";
import { Card, Column, Hint, Muted } from "@/design/parts";
import { Bones, Empty, Fault } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { shortMoment } from "@/platform/dates";
import { Problem } from "@/platform/problem";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./audit.module.css";
import { useKinds } from "./kinds";
import { auditQuery } from "./queries";
import { useTold } from "./told";

/** Who did what that matters to safety. */
export function AuditScreen() {
  const { role } = useMe();
  if (role !== "admin") return <Fault whole cause={new Problem({ status: 403 }, 403)} />;
  return <Record />;
}

function Record() {
  const t = useWords();
  const kinds = useKinds();
  const [kind, setKind] = useState("");
  const [raw, setRaw] = useState(false);
  const query = useInfiniteQuery(auditQuery(kind));
  const entries = query.data?.pages.flatMap((page) => page.entries);
  return (
    <Column airy>
      <div>
        <h1>{t("Record")}</h1>
        <Muted>{t("It is only added to. Nobody can change what stands here, you neither.")}</Muted>
      </div>
      <Card>
        <div className={css.filter}>
          <Choice label={t("Show")} value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="">{t("everything")}</option>
            {kinds.map(([key, words]) => (
              <option key={key} value={key}>
                {words}
              </option>
            ))}
          </Choice>
          <Switch
            label={t("With routes and ids, as it is stored")}
            checked={raw}
            onChange={setRaw}
          />
        </div>
        {query.error && <Fault cause={query.error} again={() => void query.refetch()} />}
        {query.isPending && <Bones shapes={["card", "card"]} />}
        {entries &&
          (entries.length ? (
            <ol className={css.entries}>
              {entries.map((entry) => (
                <Line key={entry.event_id} entry={entry} raw={raw} />
              ))}
            </ol>
          ) : (
            <Empty icon="tick" title={t("Nothing of that kind")}>
              {t("Choose something else, or everything.")}
            </Empty>
          ))}
        <Older query={query}>{t("Older ones")}</Older>
      </Card>
    </Column>
  );
}

const GRAVE = new Set([
  "sign-in-refused",
  "second-step-refused",
  "access-denied",
  "score-claimed",
  "account-suspended",
  "person-erased",
  "org-frozen",
]);

function Line({ entry, raw }: { entry: Schemas["Entry"]; raw: boolean }) {
  const t = useWords();
  const { zone } = useMe();
  const { act, about, more } = useTold()(entry);
  const actor = entry.actor_name ?? (entry.actor ? t("somebody who is gone") : t("Somebody"));
  return (
    <li data-grave={GRAVE.has(entry.kind) || undefined}>
      <time dateTime={entry.time}>{shortMoment(entry.time, zone)}</time>
      <div>
        <p>
          <strong>{actor}</strong> {act}
          {about && (
            <>
              {": "}
              <strong>{about}</strong>
            </>
          )}
        </p>
        {more && <Hint>{more}</Hint>}
        {raw && (
          <code className={css.detail}>
            {[entry.kind, entry.detail, entry.subject].filter(Boolean).join(" · ")}
          </code>
        )}
      </div>
    </li>
  );
}
