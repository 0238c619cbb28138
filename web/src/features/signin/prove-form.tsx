import { type FormEvent, useState } from "react";
import { Button } from "@/design/button";
import { Field } from "@/design/field";
import { Icon } from "@/design/icon";
import { Card } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { useWords } from "@/platform/words";
import css from "./door.module.css";
import { passkeysHere } from "./passkeys";
import { useStepError } from "./step-error";
import { useProve } from "./step-queries";

type By = "code" | "recovery";

/** Give a code, a passkey or a recovery code: whatever is set up and at hand. */
export function ProveForm({ state, to }: { state: Schemas["StepState"]; to: string | undefined }) {
  const t = useWords();
  const prove = useProve(to);
  const [by, setBy] = useState<By>(state.totp || !state.recovery ? "code" : "recovery");
  const [code, setCode] = useState("");
  const error = useStepError(prove.error);
  const typed = by === "recovery" || state.totp;

  function submit(event: FormEvent) {
    event.preventDefault();
    prove.mutate({ by, code });
  }

  function change(next: By) {
    prove.reset();
    setCode("");
    setBy(next);
  }

  return (
    <Card topo>
      <form className={css.form} onSubmit={submit}>
        {state.passkey && passkeysHere() && (
          <Button
            look={state.totp ? "ghost" : "primary"}
            disabled={prove.isPending}
            onClick={() => prove.mutate({ by: "passkey" })}
          >
            <Icon name="key" />
            {t("Use your passkey")}
          </Button>
        )}
        {typed && (
          <>
            <Field
              key={by}
              label={by === "code" ? t("Code from your authenticator app") : t("Recovery code")}
              hint={
                by === "code"
                  ? t("Six digits. Each code works once.")
                  : t("One of the ten that you kept. It is used up by this.")
              }
              big
              required
              autoComplete={by === "code" ? "one-time-code" : "off"}
              inputMode={by === "code" ? "numeric" : "text"}
              autoCapitalize="none"
              spellCheck={false}
              value={code}
              error={error}
              onChange={(event) => setCode(event.target.value)}
            />
            <Button type="submit" disabled={prove.isPending}>
              {t("Sign in")}
            </Button>
          </>
        )}
        {!typed && error && <p role="alert">{error}</p>}
        {state.recovery && by === "code" && (
          <Button look="quiet" onClick={() => change("recovery")}>
            {t("Use a recovery code")}
          </Button>
        )}
        {state.totp && by === "recovery" && (
          <Button look="quiet" onClick={() => change("code")}>
            {t("Use the authenticator app")}
          </Button>
        )}
      </form>
    </Card>
  );
}
