import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/design/button";
import { Field } from "@/design/field";
import { Icon } from "@/design/icon";
import { Card, Hint } from "@/design/parts";
import { Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { deviceName } from "@/platform/device";
import { useWords } from "@/platform/words";
import css from "./door.module.css";
import { passkeysHere } from "./passkeys";
import step from "./step.module.css";
import { useStepError } from "./step-error";
import { newTotpQuery, useEnrol } from "./step-queries";

/** Set up an authenticator app, or a passkey where the address allows one. */
export function EnrolCard({
  state,
  onEnrolled,
}: {
  state: Schemas["StepState"];
  onEnrolled: (enrolled: Schemas["Enrolled"]) => void;
}) {
  const t = useWords();
  const query = useQuery(newTotpQuery);
  const enrol = useEnrol(onEnrolled);
  const [code, setCode] = useState("");
  const error = useStepError(enrol.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    enrol.mutate({ by: "totp", code });
  }

  return (
    <Card topo>
      <form className={css.form} onSubmit={submit}>
        <ol className={step.ways}>
          <li>{t("Open an authenticator app on your phone.")}</li>
          <li>{t("Let it read this picture.")}</li>
          <li>{t("Type the six digits that it shows.")}</li>
        </ol>
        <Loaded query={query} bones={["card"]}>
          {(totp) => (
            <>
              <img className={step.qr} src={totp.qr} alt={t("Picture for the authenticator app")} />
              <details>
                <summary>{t("The camera does not work?")}</summary>
                <Hint>{t("Type this key into the app instead.")}</Hint>
                <code className={step.key}>{totp.secret}</code>
              </details>
            </>
          )}
        </Loaded>
        <Field
          label={t("Code from your authenticator app")}
          big
          required
          autoComplete="one-time-code"
          inputMode="numeric"
          value={code}
          error={error}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button type="submit" disabled={enrol.isPending}>
          {t("Turn it on")}
        </Button>
        {state.passkeys_possible && passkeysHere() && (
          <Button
            look="ghost"
            disabled={enrol.isPending}
            onClick={() =>
              enrol.mutate({ by: "passkey", name: deviceName(navigator.userAgent).slice(0, 40) })
            }
          >
            <Icon name="key" />
            {t("Use a passkey instead")}
          </Button>
        )}
      </form>
    </Card>
  );
}
