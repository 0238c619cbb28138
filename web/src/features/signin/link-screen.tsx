import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { Button, ButtonLink } from "@/design/button";
import { Field } from "@/design/field";
import { Card, Muted } from "@/design/parts";
import { Loaded, useFault } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { problemOf } from "@/platform/problem";
import { useWords } from "@/platform/words";
import { Door } from "./door";
import css from "./door.module.css";
import { linkQuery, useLink } from "./step-queries";

const SHORTEST = 12;

/** The page behind a link that was handed over: choose a password, then sign in. */
export function LinkScreen() {
  const t = useWords();
  const [token] = useState(() => location.hash.slice(1));
  const query = useQuery(linkQuery(token));
  useEffect(() => {
    // The secret goes from the address bar, and so from the history.
    history.replaceState(history.state, "", location.pathname);
  }, []);
  const over = query.error && problemOf(query.error).status === 410;
  return (
    <Door>
      {over ? (
        <>
          <h1>{t("This link is no longer good")}</h1>
          <Card topo>
            <Muted>
              {t("A link works once and for an hour. Ask whoever gave it to you for a new one.")}
            </Muted>
          </Card>
        </>
      ) : (
        <Loaded query={query} bones={["title", "card"]}>
          {(page) => <ChoosePassword page={page} token={token} />}
        </Loaded>
      )}
    </Door>
  );
}

function ChoosePassword({ page, token }: { page: Schemas["LinkPage"]; token: string }) {
  const t = useWords();
  const fault = useFault();
  const use = useLink();
  const [password, setPassword] = useState("");
  const problem = use.error && problemOf(use.error);
  const told = problem && fault(problem);

  function submit(event: FormEvent) {
    event.preventDefault();
    use.mutate({ token, password });
  }

  if (use.isSuccess)
    return (
      <>
        <h1>{t("Your password is set")}</h1>
        <Card topo>
          <Muted>
            {t("Sign in as {name} with it. You are signed out everywhere else.", {
              name: page.sign_in_name,
            })}
          </Muted>
          <ButtonLink to="/signin">{t("Sign in")}</ButtonLink>
        </Card>
      </>
    );
  return (
    <>
      <div>
        <h1>{t("Kia ora, {name}", { name: page.display_name })}</h1>
        <Muted>{page.org_name}</Muted>
      </div>
      <Card topo>
        <form className={css.form} onSubmit={submit}>
          <Field
            label={t("Sign-in name")}
            readOnly
            autoComplete="username"
            value={page.sign_in_name}
          />
          <Field
            label={t("New password")}
            hint={t("At least 12 characters. Four words that you can picture are good.")}
            type="password"
            required
            minLength={SHORTEST}
            maxLength={200}
            autoComplete="new-password"
            value={password}
            error={told ? `${told.title} ${told.todo}` : undefined}
            onChange={(event) => setPassword(event.target.value)}
          />
          <Button type="submit" disabled={use.isPending}>
            {t("Choose this password")}
          </Button>
        </form>
      </Card>
    </>
  );
}
