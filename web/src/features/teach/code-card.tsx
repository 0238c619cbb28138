import { useState } from "react";
import { Button } from "@/design/button";
import { copy } from "@/design/copy";
import { Dialog } from "@/design/dialog";
import { Icon } from "@/design/icon";
import { Card, Hint, Muted, Row } from "@/design/parts";
import { Fault } from "@/design/states";
import { say, useWords } from "@/platform/words";
import { useNewCode } from "./queries";
import css from "./teach.module.css";

/** The code that lets learners in. */
export function CodeCard({ classId, code }: { classId: string; code: string }) {
  const t = useWords();
  const renew = useNewCode(classId);
  const [asking, setAsking] = useState(false);
  const shown = renew.data?.join_code ?? code;
  const link = `${location.origin}/join-class?code=${encodeURIComponent(shown)}`;
  return (
    <Card topo>
      <Row between wrap>
        <div>
          <Hint>{t("Class code")}</Hint>
          <p className={css.code}>{shown}</p>
        </div>
        <Row wrap>
          <Button look="ghost" small onClick={() => void copy(link, say("The link is copied."))}>
            <Icon name="copy" size={18} />
            {t("Copy the link to join")}
          </Button>
          <Button look="ghost" small onClick={() => setAsking(true)}>
            {t("New code")}
          </Button>
        </Row>
      </Row>
      {renew.error && <Fault cause={renew.error} />}
      <Dialog open={asking} title={t("Make a new code?")} onClose={() => setAsking(false)}>
        <Muted>{t("The old code stops working. Learners who are in stay in.")}</Muted>
        <Row wrap>
          <Button
            onClick={() => {
              renew.mutate();
              setAsking(false);
            }}
          >
            {t("Make a new code")}
          </Button>
          <Button look="ghost" onClick={() => setAsking(false)}>
            {t("Keep this one")}
          </Button>
        </Row>
      </Dialog>
    </Card>
  );
}
