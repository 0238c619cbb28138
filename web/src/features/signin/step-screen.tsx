import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Button, ButtonLink } from "@/design/button";
import { Card, Muted } from "@/design/parts";
import { Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { problemOf } from "@/platform/problem";
import { useWords } from "@/platform/words";
import { Door } from "./door";
import { EnrolCard } from "./enrol-card";
import { ProveForm } from "./prove-form";
import { RecoveryCodesCard } from "./recovery-codes-card";
import { stepQuery, useGoIn, useStartOver } from "./step-queries";

/** The second step of a sign-in: set one up the first time, take it from then on. */
export function StepScreen() {
  const t = useWords();
  const { to } = useSearch({ from: "/signin/step" });
  const [enrolled, setEnrolled] = useState<Schemas["Enrolled"]>();
  const query = useQuery({ ...stepQuery, enabled: enrolled === undefined });
  const goIn = useGoIn(to);
  const over = useStartOver();

  if (enrolled)
    return (
      <Door>
        <h1>{t("Keep these codes")}</h1>
        <RecoveryCodesCard codes={enrolled.recovery_codes} onKept={() => void goIn(enrolled.me)} />
      </Door>
    );
  if (query.error && problemOf(query.error).status === 401) return <Ended />;
  return (
    <Door>
      <Loaded query={query} bones={["title", "card"]}>
        {(state) => <Owed state={state} to={to} onEnrolled={setEnrolled} />}
      </Loaded>
      <Button look="quiet" disabled={over.isPending} onClick={() => over.mutate()}>
        {t("Start over")}
      </Button>
    </Door>
  );
}

function Owed({
  state,
  to,
  onEnrolled,
}: {
  state: Schemas["StepState"];
  to: string | undefined;
  onEnrolled: (enrolled: Schemas["Enrolled"]) => void;
}) {
  const t = useWords();
  const navigate = useNavigate();
  const nothing = state.step === "none";
  useEffect(() => {
    if (nothing) void navigate({ to: to ?? "/teach", replace: true });
  }, [nothing, navigate, to]);
  if (state.step === "prove")
    return (
      <>
        <h1>{t("One more step")}</h1>
        <ProveForm state={state} to={to} />
      </>
    );
  if (state.step === "enrol")
    return (
      <>
        <div>
          <h1>{t("Set up your second step")}</h1>
          <Muted>
            {t(
              "You look after learners. With a second step, a password that gets out opens nothing.",
            )}
          </Muted>
        </div>
        <EnrolCard state={state} onEnrolled={onEnrolled} />
      </>
    );
  return null;
}

/** The sign-in took too long, or was never begun. */
function Ended() {
  const t = useWords();
  return (
    <Door>
      <h1>{t("Sign in again")}</h1>
      <Card topo>
        <Muted>{t("Too much time has passed since your password. Nothing is lost.")}</Muted>
        <ButtonLink to="/signin">{t("Sign in")}</ButtonLink>
      </Card>
    </Door>
  );
}
