import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Button, ButtonLink } from "@/design/button";
import { Icon } from "@/design/icon";
import { Card, Column, Hint, Muted, Row } from "@/design/parts";
import { Fault, Loaded } from "@/design/states";
import { tell } from "@/design/toast";
import type { Schemas } from "@/platform/api";
import { shortMoment } from "@/platform/dates";
import { Problem, problemOf } from "@/platform/problem";
import { client } from "@/platform/queries";
import { useMe } from "@/platform/session";
import { say, useWords } from "@/platform/words";
import { EnrolCard } from "./enrol-card";
import { factorsQuery, useNewCodes, useRemoveFactor } from "./factors-queries";
import css from "./factors-screen.module.css";
import { RecoveryCodesCard } from "./recovery-codes-card";
import { newTotpQuery, stepQuery } from "./step-queries";

/** The second steps of somebody who looks after learners. */
export function FactorsScreen() {
  const { role } = useMe();
  if (role === "learner") return <Fault whole cause={new Problem({ status: 403 }, 403)} />;
  return <Factors />;
}

function Factors() {
  const t = useWords();
  const [adding, setAdding] = useState(false);
  const [back, setBack] = useState(false);
  const { data: kept } = useQuery(factorsQuery);
  const [codes, setCodes] = useState<readonly string[]>([]);

  function leave() {
    setAdding(false);
    setBack(true);
  }

  function added({ recovery_codes: drawn }: Schemas["Enrolled"]) {
    client.removeQueries({ queryKey: newTotpQuery.queryKey });
    void client.invalidateQueries({ queryKey: factorsQuery.queryKey });
    leave();
    setCodes(drawn);
    tell(say("It is on. You are asked for it when you sign in."));
  }

  const name = kept?.factors.length ? t("Add another one") : t("Add a second step");
  if (codes.length)
    return (
      <Column airy className={css.page}>
        <Begun as="h1">{t("Keep these codes")}</Begun>
        <RecoveryCodesCard
          codes={codes}
          onKept={() => {
            setCodes([]);
            setBack(true);
          }}
        />
      </Column>
    );
  return (
    <Column airy className={css.page}>
      <div>
        <Muted>
          <Link to="/me">{t("Me")}</Link>
        </Muted>
        <h1>{t("Your second steps")}</h1>
        <Muted>
          {t(
            "You look after learners. With a second step, a password that gets out opens nothing.",
          )}
        </Muted>
      </div>
      <Steps onCodes={setCodes} />
      {adding ? (
        <Adding name={name} onEnrolled={added} onLeave={leave} />
      ) : (
        <AddButton
          name={name}
          first={!kept?.factors.length}
          back={back}
          onPress={() => setAdding(true)}
        />
      )}
    </Column>
  );
}

/** The heading of what begins in place of what was pressed: the keyboard goes on from here. */
function Begun({ as: Heading, children }: { as: "h1" | "h2"; children: string }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <Heading tabIndex={-1} ref={ref}>
      {children}
    </Heading>
  );
}

/** Begins another second step; has the focus again when somebody comes `back` from that. */
function AddButton({
  name,
  first,
  back,
  onPress,
}: {
  name: string;
  first: boolean;
  back: boolean;
  onPress: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it comes into sight
  useEffect(() => {
    if (back) box.current?.querySelector("button")?.focus();
  }, []);
  return (
    <div ref={box}>
      <Button look={first ? "primary" : "ghost"} onClick={onPress}>
        <Icon name="key" />
        {name}
      </Button>
    </div>
  );
}

function Steps({ onCodes }: { onCodes: (codes: readonly string[]) => void }) {
  const t = useWords();
  const { zone } = useMe();
  const query = useQuery(factorsQuery);
  const remove = useRemoveFactor();
  const draw = useNewCodes();
  const nameOf = (factor: Schemas["FactorCard"]) =>
    factor.kind === "totp" ? t("Authenticator app") : factor.name;
  return (
    <Loaded query={query} bones={["card"]}>
      {({ factors, recovery_left: left }) => (
        <Card>
          {factors.length ? (
            <ul className={css.steps}>
              {factors.map((factor) => (
                <li key={factor.factor_id}>
                  <Icon name={factor.kind === "totp" ? "clock" : "key"} />
                  <div>
                    <strong>{nameOf(factor)}</strong>
                    <Hint>
                      {factor.used_at
                        ? t("Last used {when}", { when: shortMoment(factor.used_at, zone) })
                        : t("Never used")}
                    </Hint>
                  </div>
                  <Button
                    look="ghost"
                    small
                    disabled={remove.isPending}
                    aria-label={t("Remove {name}", { name: nameOf(factor) })}
                    onClick={() => remove.mutate(factor.factor_id)}
                  >
                    {t("Remove")}
                  </Button>
                </li>
              ))}
            </ul>
          ) : (
            <Muted>{t("None is set up yet.")}</Muted>
          )}
          {factors.length > 0 && (
            <Row between wrap>
              <Hint>
                {t(
                  "{left, plural, one {# recovery code is left.} other {# recovery codes are left.}}",
                  { left },
                )}
              </Hint>
              <Button
                look="ghost"
                small
                disabled={draw.isPending}
                onClick={() => draw.mutate(undefined, { onSuccess: ({ codes }) => onCodes(codes) })}
              >
                {t("New recovery codes")}
              </Button>
            </Row>
          )}
          <Again cause={remove.error ?? draw.error} />
        </Card>
      )}
    </Loaded>
  );
}

function Adding({
  name,
  onEnrolled,
  onLeave,
}: {
  name: string;
  onEnrolled: (enrolled: Schemas["Enrolled"]) => void;
  onLeave: () => void;
}) {
  const t = useWords();
  const query = useQuery(stepQuery);
  // The secret is asked for here as well as in the card, to say first when it is refused.
  const secret = useQuery(newTotpQuery);
  return (
    <div className={css.add}>
      <Begun as="h2">{name}</Begun>
      {secret.error ? (
        <Again cause={secret.error} />
      ) : (
        <Loaded query={query} bones={["card"]}>
          {(state) => <EnrolCard state={state} onEnrolled={onEnrolled} />}
        </Loaded>
      )}
      <Button look="quiet" onClick={onLeave}>
        {t("Not now")}
      </Button>
    </div>
  );
}

/** A refusal; how you sign in is changed only by somebody who has just signed in. */
function Again({ cause }: { cause: unknown }) {
  const t = useWords();
  if (!cause) return null;
  if (problemOf(cause).type !== "factors/prove-again") return <Fault cause={cause} />;
  return (
    <div role="alert" className={css.again}>
      <Muted>{t("Sign in again before you change how you sign in.")}</Muted>
      <ButtonLink to="/signin" search={{ to: "/me/factors" }}>
        {t("Sign in again")}
      </ButtonLink>
    </div>
  );
}
