import { Link, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/design/button";
import { Choice, Field, Options } from "@/design/field";
import { Card, Muted } from "@/design/parts";
import { useFault } from "@/design/states";
import { guessZone } from "@/platform/dates";
import { problemOf } from "@/platform/problem";
import { LONGEST_NAME } from "@/platform/session";
import { type Language, languageNow, speak, useWords } from "@/platform/words";
import { ZONES } from "@/platform/zones";
import { Door } from "./door";
import css from "./door.module.css";
import { useJoin } from "./queries";

const NOTICE = "1";

/** A class code, a name shown to others, and off to the first question. */
export function JoinScreen() {
  const t = useWords();
  const fault = useFault();
  const { code: given } = useSearch({ from: "/join-class" });
  const [code, setCode] = useState(given ?? "");
  const [step, setStep] = useState<"code" | "name">(given ? "name" : "code");
  const [name, setName] = useState("");
  const [zone, setZone] = useState(guessZone());
  const join = useJoin();
  const form = useRef<HTMLFormElement>(null);
  const drawn = useRef(step);
  // What was pressed is gone with the step before: go on in the first field of this one.
  useEffect(() => {
    if (drawn.current === step) return;
    drawn.current = step;
    form.current?.querySelector("input")?.focus();
  }, [step]);
  const problem = join.error && problemOf(join.error);
  const unknown = problem?.status === 404;
  const other = problem && !unknown ? fault(problem) : undefined;

  function next(event: FormEvent) {
    event.preventDefault();
    if (step === "code") {
      join.reset();
      setStep("name");
      return;
    }
    join.mutate(
      { code: code.trim(), display_name: name.trim(), zone, locale: languageNow(), notice: NOTICE },
      { onError: (cause) => problemOf(cause).status === 404 && setStep("code") },
    );
  }

  return (
    <Door>
      <h1>{step === "code" ? t("Your class code") : t("What shall we call you?")}</h1>
      <Card topo>
        <form className={css.form} ref={form} onSubmit={next}>
          {step === "code" ? (
            <Field
              key="code"
              label={t("Class code")}
              hint={t("Your teacher has it. It looks like KEA-4821.")}
              big
              required
              autoComplete="off"
              spellCheck={false}
              value={code}
              error={
                unknown
                  ? t("No class has this code. Look at the board again, or ask your teacher.")
                  : undefined
              }
              onChange={(event) => setCode(event.target.value)}
            />
          ) : (
            <>
              <Field
                key="name"
                label={t("Name shown to others")}
                hint={t("A first name or a nickname is enough.")}
                required
                maxLength={LONGEST_NAME}
                autoComplete="nickname"
                value={name}
                error={other && `${other.title} ${other.todo}`}
                onChange={(event) => setName(event.target.value)}
              />
              <p className={css.note}>
                {t(
                  "Your teacher sees your answers and your progress. Nothing leaves this server, and you can ask for everything to be deleted.",
                )}
              </p>
              <Options<Language>
                label={t("Language")}
                name="language"
                value={languageNow()}
                options={[
                  ["en", "English"],
                  ["mi", "Te reo Māori"],
                ]}
                onChange={speak}
              />
              <Choice
                label={t("Time zone")}
                value={zone}
                onChange={(event) => setZone(event.target.value)}
              >
                {ZONES.map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </Choice>
            </>
          )}
          <Button type="submit" disabled={join.isPending}>
            {step === "code" ? t("Go on") : t("To the first question")}
          </Button>
          {step === "name" && (
            <Button look="quiet" onClick={() => setStep("code")}>
              {t("Another code")}
            </Button>
          )}
        </form>
      </Card>
      <Muted>
        {t("You were here before?")} <Link to="/signin">{t("Sign in")}</Link>
      </Muted>
    </Door>
  );
}
