import { useState } from "react";
import { Button } from "@/design/button";
import { Dialog } from "@/design/dialog";
import { Card, Hint, Muted, Pill, Row } from "@/design/parts";
import { Fault } from "@/design/states";
import { tell } from "@/design/toast";
import type { Schemas } from "@/platform/api";
import { shortMoment } from "@/platform/dates";
import { useMe } from "@/platform/session";
import { say, useWords } from "@/platform/words";
import css from "./keys.module.css";
import { useRevoke } from "./queries";

/** A key: what it may do, until when, and whether anybody uses it. */
export function KeyCard({ card }: { card: Schemas["KeyCard"] }) {
  const t = useWords();
  const { zone } = useMe();
  const revoke = useRevoke();
  const [asking, setAsking] = useState(false);
  const over = Date.parse(card.expires_at) <= Date.now();
  const works = !card.revoked_at && !over;
  return (
    <Card className={css.card}>
      <Row between wrap>
        <h2>{card.name}</h2>
        {card.revoked_at ? (
          <Pill tone="bad">{t("revoked")}</Pill>
        ) : (
          <Pill tone={over ? "bad" : "ok"}>{over ? t("over") : t("works")}</Pill>
        )}
      </Row>
      <Row wrap>
        {card.scopes.map((scope) => (
          <Pill key={scope} tone="pou">
            {scope === "facts:write" ? t("may tell facts") : t("may read its facts")}
          </Pill>
        ))}
      </Row>
      <Hint>
        {card.used_at
          ? t("Last used {when}", { when: shortMoment(card.used_at, zone) })
          : t("Never used")}
        {" · "}
        {t("until {when}", { when: shortMoment(card.expires_at, zone) })}
      </Hint>
      {revoke.error && <Fault cause={revoke.error} />}
      {works && (
        <Button
          look="ghost"
          small
          aria-label={t("Revoke {name}", { name: card.name })}
          onClick={() => setAsking(true)}
        >
          {t("Revoke")}
        </Button>
      )}
      <Dialog
        open={asking}
        title={t("Revoke {name}?", { name: card.name })}
        onClose={() => setAsking(false)}
      >
        <Muted>{t("The next request with it is refused. What it has told stays.")}</Muted>
        <Row wrap>
          <Button
            look="danger"
            onClick={() => {
              setAsking(false);
              revoke.mutate(card.key_id, {
                onSuccess: () => tell(say("{name} works no more.", { name: card.name })),
              });
            }}
          >
            {t("Revoke it")}
          </Button>
          <Button look="ghost" onClick={() => setAsking(false)}>
            {t("Keep it")}
          </Button>
        </Row>
      </Dialog>
    </Card>
  );
}
