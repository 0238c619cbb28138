import { type FormEvent, useState } from "react";
import { Button } from "@/design/button";
import { Field } from "@/design/field";
import { Card, Muted, Pill, Row } from "@/design/parts";
import { useFault } from "@/design/states";
import { problemOf } from "@/platform/problem";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./profile-screen.module.css";
import { useJoinClass } from "./queries";

/** The classes you are in, and one more. */
export function ClassesCard() {
  const t = useWords();
  const me = useMe();
  const fault = useFault();
  const join = useJoinClass();
  const [code, setCode] = useState("");
  const problem = join.error && problemOf(join.error);
  const error =
    problem &&
    (problem.status === 404
      ? t("No class has this code. Look at the board again, or ask your teacher.")
      : fault(problem).title);

  function submit(event: FormEvent) {
    event.preventDefault();
    join.mutate(code.trim(), { onSuccess: () => setCode("") });
  }

  return (
    <Card>
      <h2>{t("Your classes")}</h2>
      <div className={css.form}>
        {me.classes.length ? (
          <Row wrap>
            {me.classes.map((room) => (
              <Pill key={room.class_id} tone="pou">
                {room.name}
              </Pill>
            ))}
          </Row>
        ) : (
          <Muted>{t("You are in no class yet.")}</Muted>
        )}
        {me.role === "learner" && (
          <form className={css.form} onSubmit={submit}>
            <Field
              label={t("Class code")}
              required
              autoComplete="off"
              value={code}
              error={error ?? undefined}
              onChange={(event) => setCode(event.target.value)}
            />
            <Button look="ghost" type="submit" disabled={join.isPending}>
              {t("Join one more class")}
            </Button>
          </form>
        )}
      </div>
    </Card>
  );
}
