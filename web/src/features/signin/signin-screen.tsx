import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Button, ButtonLink } from "@/design/button";
import { Field } from "@/design/field";
import { Icon } from "@/design/icon";
import { Card, Hint, Muted } from "@/design/parts";
import { useFault } from "@/design/states";
import { type Problem, problemOf } from "@/platform/problem";
import { welcomeQuery } from "@/platform/queries";
import { useWords } from "@/platform/words";
import { DemoPeople } from "./demo-people";
import { Door } from "./door";
import css from "./door.module.css";
import { useSignIn } from "./queries";

/** The door: name and password or three words, demo people, or a class code. */
export function SigninScreen() {
  const t = useWords();
  const { to } = useSearch({ from: "/signin" });
  const { data: welcome } = useQuery(welcomeQuery);
  const signIn = useSignIn(to);
  const error = useSignInError(signIn.error && problemOf(signIn.error));
  const [org, setOrg] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const many = welcome !== undefined && welcome.org_name === null;

  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate({ way: "password", body: { org: many && org ? org : null, name, password } });
  }

  return (
    <Door>
      <div>
        <h1>{t("Sign in")}</h1>
        {welcome?.org_name && <Muted>{welcome.org_name}</Muted>}
      </div>
      {welcome?.demo && (
        <DemoPeople
          people={welcome.demo_people}
          busy={signIn.isPending}
          onChoose={(sign_in_name) => signIn.mutate({ way: "demo", body: { sign_in_name } })}
        />
      )}
      <Card topo>
        <form className={css.form} onSubmit={submit}>
          {many && (
            <Field
              label={t("Organisation")}
              hint={t("The short name your teacher gave you.")}
              value={org}
              autoComplete="organization"
              onChange={(event) => setOrg(event.target.value)}
            />
          )}
          <Field
            label={t("Sign-in name")}
            required
            value={name}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
          <Field
            label={t("Password or three words")}
            type="password"
            required
            value={password}
            autoComplete="current-password"
            error={error}
            onChange={(event) => setPassword(event.target.value)}
          />
          <Button type="submit" disabled={signIn.isPending}>
            {t("Sign in")}
          </Button>
          <Hint>{t("Forgotten? Your teacher can give you new words.")}</Hint>
        </form>
      </Card>
      <ButtonLink look="ghost" to="/join-class">
        <Icon name="key" />
        {t("I have a class code")}
      </ButtonLink>
      {welcome?.second_factor === false && (
        <Hint>
          {t("In this demo staff need no second step. It can be reached from this machine only.")}
        </Hint>
      )}
      {welcome?.lan_http && (
        <Hint>{t("This server is open to the local network without encryption.")}</Hint>
      )}
    </Door>
  );
}

function useSignInError(problem: Problem | null): string | undefined {
  const t = useWords();
  const fault = useFault();
  if (!problem) return undefined;
  if (problem.status === 401)
    return t("That name and password do not go together. Check both and try again.");
  const { title, todo } = fault(problem);
  return `${title} ${todo}`;
}
