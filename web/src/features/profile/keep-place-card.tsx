import { useEffect, useRef } from "react";
import { Button } from "@/design/button";
import { Card, Hint, Muted, Row } from "@/design/parts";
import { Fault } from "@/design/states";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./profile-screen.module.css";
import { useKeepPlace } from "./queries";

/** Three words to come back with. */
export function KeepPlaceCard() {
  const t = useWords();
  const me = useMe();
  const keep = useKeepPlace();
  const drawn = useRef<HTMLParagraphElement>(null);
  // The button that was pressed is gone: go on at the words.
  useEffect(() => {
    if (keep.data) drawn.current?.focus();
  }, [keep.data]);
  return (
    <Card topo>
      <h2>{t("Keep your place")}</h2>
      <div className={css.form}>
        {keep.data ? (
          <div className={css.form} role="status">
            <Muted>
              {t("Sign in as {name} with these three words. They are shown once.", {
                name: keep.data.sign_in_name,
              })}
            </Muted>
            <p className={css.words} translate="no" tabIndex={-1} ref={drawn}>
              {keep.data.words}
            </p>
            <Row wrap>
              <Button look="ghost" small onClick={() => window.print()}>
                {t("Print them")}
              </Button>
            </Row>
          </div>
        ) : (
          <>
            <Muted>
              {me.sign_in_name
                ? t("You sign in as {name}.", { name: me.sign_in_name })
                : t("Get a sign-in name and three words, so you can carry on anywhere.")}
            </Muted>
            {keep.error && <Fault cause={keep.error} />}
            <Button
              look={me.sign_in_name ? "ghost" : "primary"}
              disabled={keep.isPending}
              onClick={() => keep.mutate()}
            >
              {me.sign_in_name ? t("Get new words") : t("Get my three words")}
            </Button>
            {me.sign_in_name && <Hint>{t("The old words stop working.")}</Hint>}
          </>
        )}
      </div>
    </Card>
  );
}
