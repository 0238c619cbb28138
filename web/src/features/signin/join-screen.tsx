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
import { useJoin, useLook } from "./queries";

const NOTICE = "1";

/** What is wrong with the code and not with the name. */
const AT_THE_CODE = new Set(["classes/unknown-code", "classes/full"]);

/** A class code, which class that is, a name shown to others, and off to the first question. */
export function JoinScreen() {
  const t = useWords();
  const fault = useFault();
  const { code: given } = useSearch({ from: "/join-class" });
  const [code, setCode] = useState(given ?? "");
  const [step, setStep] = useState<"code" | "name">("code");
  const [name, setName] = useState("");
  const [zone, setZone] = useState(guessZone());
  const look = useLook();
  const join = useJoin();
  const form = useRef<HTMLFormElement>(null);
  const drawn = useRef(step);
  // What was pressed is gone with the step before: go on in the first field of this one.
  useEffect(() => {
    if (drawn.current === step) return;
    drawn.current = step;
    form.current?.querySelector("input")?.focus();
  }, [step]);
  // A link brings its code along, which is looked at by itself.
  const { mutate: lookAt } = look;
  useEffect(() => {
    if (given) lookAt(given, { onSuccess: () => setStep("name") });
  }, [given, lookAt]);
  const cause = look.error ?? join.error;
  const told = cause ? fault(problemOf(cause)) : undefined;
  const error = told && `${told.title} ${told.todo}`.trim();

  function next(event: FormEvent) {
    event.preventDefault();
    join.reset();
    if (step === "code") {
      lookAt(code.trim(), { onSuccess: () => setStep("name") });
      return;
    }
    join.mutate(
      { code: code.trim(), display_name: name.trim(), zone, locale: languageNow(), notice: NOTICE },
      { onError: (cause) => AT_THE_CODE.has(problemOf(cause).type) && setStep("code") },
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
              hint={t("Your teacher has it. It looks like KEA4-R8WY.")}
              big
              required
              autoComplete="off"
              spellCheck={false}
              value={code}
              error={error}
              onChange={(event) => setCode(event.target.value)}
            />
          ) : (
            <>
              {look.data && (
                <p>
                  {t("You are joining {room}, {org}.", {
                    room: look.data.class_name,
                    org: look.data.org_name,
                  })}
                </p>
              )}
              <Field
                key="name"
                label={t("Name shown to others")}
                hint={t("A first name or a nickname is enough.")}
                required
                maxLength={LONGEST_NAME}
                autoComplete="nickname"
                value={name}
                error={error}
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
          <Button type="submit" disabled={look.isPending || join.isPending}>
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
