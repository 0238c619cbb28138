import { useState } from "react";
import { Button } from "@/design/button";
import { copy } from "@/design/copy";
import { Dialog } from "@/design/dialog";
import { Switch } from "@/design/field";
import { Icon } from "@/design/icon";
import { Card, Hint, Muted, Row } from "@/design/parts";
import { Fault } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { say, useWords } from "@/platform/words";
import { useClassChange, useNewCode } from "./queries";
import css from "./teach.module.css";

/** The code that lets learners in, while it is open. */
export function CodeCard({ room }: { room: Schemas["ClassPage"] }) {
  const t = useWords();
  const renew = useNewCode(room.class_id);
  const change = useClassChange(room.class_id);
  const [asking, setAsking] = useState(false);
  const link = `${location.origin}/join-class?code=${encodeURIComponent(room.join_code)}`;
  const open = change.isPending ? change.variables.code_open === true : room.code_open;
  const [learners, most] = [room.learners.length, room.most];
  const hint = !open
    ? t("The code is closed: nobody comes in by it or by its link. Turn this on to open it again.")
    : learners < most
      ? t("Close it once all are here. {learners} of at most {most} are in.", { learners, most })
      : t("The class is full: {learners} of at most {most} are in.", { learners, most });
  return (
    <Card topo className={css.door}>
      <Row between wrap>
        <div>
          <Hint>{t("Class code")}</Hint>
          <p className={css.code} data-closed={!open || undefined}>
            {room.join_code}
          </p>
        </div>
        <Row wrap>
          {open && learners < most && (
            <Button look="ghost" small onClick={() => void copy(link, say("The link is copied."))}>
              <Icon name="copy" size={18} />
              {t("Copy the link to join")}
            </Button>
          )}
          <Button look="ghost" small onClick={() => setAsking(true)}>
            {t("New code")}
          </Button>
        </Row>
      </Row>
      <Switch
        label={t("The code lets learners in")}
        hint={hint}
        checked={open}
        onChange={(on) => change.mutate({ code_open: on })}
      />
      {(renew.error || change.error) && <Fault cause={renew.error ?? change.error} />}
      <Dialog open={asking} title={t("Make a new code?")} onClose={() => setAsking(false)}>
        <Muted>
          {t("The old code stops working, the new one is open. Learners who are in stay in.")}
        </Muted>
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
