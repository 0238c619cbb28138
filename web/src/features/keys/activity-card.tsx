import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/design/button";
import { inputClass } from "@/design/field";
import { Card, Hint, Muted } from "@/design/parts";
import { Fault, Loaded } from "@/design/states";
import { tell } from "@/design/toast";
import { say, useWords } from "@/platform/words";
import css from "./keys.module.css";
import { activityQuery, useActivity } from "./queries";

/** Which facts of other products count as the day's learning, for streaks. */
export function ActivityCard() {
  const t = useWords();
  const query = useQuery(activityQuery);
  return (
    <Card>
      <h2>{t("What counts as a day of learning")}</h2>
      <Muted>
        {t("A lesson here always does. Facts of other products do if their type is named.")}
      </Muted>
      <Loaded query={query} bones={["card"]}>
        {({ types }) => <TypesForm key={types.join()} types={types} />}
      </Loaded>
    </Card>
  );
}

function TypesForm({ types }: { types: string[] }) {
  const t = useWords();
  const id = useId();
  const save = useActivity();
  const [typed, setTyped] = useState(types.join("\n"));

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(typed.split(/\s+/).filter(Boolean), {
      onSuccess: () => tell(say("Saved. It holds from now on.")),
    });
  }

  return (
    <form className={css.types} onSubmit={submit}>
      <label htmlFor={id}>{t("Types, one a line")}</label>
      <textarea
        id={id}
        className={inputClass}
        rows={3}
        spellCheck={false}
        autoCapitalize="off"
        aria-describedby={`${id}-hint`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Hint id={`${id}-hint`}>{t("Such as {type}", { type: "external.quiz.passed.v1" })}</Hint>
      {save.error && <Fault cause={save.error} />}
      <Button look="ghost" type="submit" disabled={save.isPending}>
        {t("Save the types")}
      </Button>
    </form>
  );
}
