import { type FormEvent, useState } from "react";
import { Button } from "@/design/button";
import { copy } from "@/design/copy";
import { Choice, Field, Switch } from "@/design/field";
import { Icon } from "@/design/icon";
import { Card, Hint } from "@/design/parts";
import { useFault } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { problemOf } from "@/platform/problem";
import { say, useWords } from "@/platform/words";
import css from "./keys.module.css";
import { useNewKey } from "./queries";

type Scope = Schemas["NewKey"]["scopes"][number];

/** Make a key; its secret is shown this once. */
export function NewKeyForm() {
  const t = useWords();
  const fault = useFault();
  const make = useNewKey();
  const [name, setName] = useState("");
  const [writes, setWrites] = useState(true);
  const [reads, setReads] = useState(false);
  const [days, setDays] = useState("365");

  function submit(event: FormEvent) {
    event.preventDefault();
    const scopes: Scope[] = [
      ...(writes ? (["facts:write"] as const) : []),
      ...(reads ? (["facts:read"] as const) : []),
    ];
    make.mutate(
      { name: name.trim(), scopes, days: Number(days) },
      { onSuccess: () => setName("") },
    );
  }

  return (
    <Card topo>
      <h2>{t("A new key")}</h2>
      <form className={css.new} onSubmit={submit}>
        <Field
          label={t("Which product is it for?")}
          required
          maxLength={80}
          autoComplete="off"
          value={name}
          error={make.error ? fault(problemOf(make.error)).title : undefined}
          onChange={(event) => setName(event.target.value)}
        />
        <Choice
          label={t("It works for")}
          value={days}
          onChange={(event) => setDays(event.target.value)}
        >
          {["30", "90", "365", "730"].map((each) => (
            <option key={each} value={each}>
              {t("{days} days", { days: each })}
            </option>
          ))}
        </Choice>
        <Switch label={t("It may tell what learners did")} checked={writes} onChange={setWrites} />
        <Switch label={t("It may read what it told")} checked={reads} onChange={setReads} />
        <Button type="submit" disabled={make.isPending || !(writes || reads)}>
          {t("Make the key")}
        </Button>
      </form>
      {make.data && <Secret secret={make.data.secret} name={make.data.key.name} />}
    </Card>
  );
}

function Secret({ secret, name }: { secret: string; name: string }) {
  const t = useWords();
  return (
    <div className={css.secret} role="status">
      <Hint>
        {t("The secret of {name}. It is shown this once: put it where the product keeps its own.", {
          name,
        })}
      </Hint>
      <code>{secret}</code>
      <Button look="ghost" small onClick={() => void copy(secret, say("The secret is copied."))}>
        <Icon name="copy" size={18} />
        {t("Copy the secret")}
      </Button>
    </div>
  );
}
