import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/design/button";
import { Field } from "@/design/field";
import { Card } from "@/design/parts";
import { useFault } from "@/design/states";
import { tell } from "@/design/toast";
import { problemOf } from "@/platform/problem";
import { say, useWords } from "@/platform/words";
import css from "./members.module.css";
import { classSizeQuery, useClassSize } from "./queries";

/** How many learners a class takes by its code. */
export function ClassSizeCard() {
  const { data } = useQuery(classSizeQuery);
  return data ? <ClassSizeForm key={data.most} most={data.most} /> : null;
}

function ClassSizeForm({ most }: { most: number }) {
  const t = useWords();
  const fault = useFault();
  const set = useClassSize();
  const [typed, setTyped] = useState(String(most));

  function submit(event: FormEvent) {
    event.preventDefault();
    set.mutate(Number(typed), { onSuccess: () => tell(say("Kept. It counts for every class.")) });
  }

  return (
    <Card>
      <h2>{t("Size of classes")}</h2>
      <form className={css.size} onSubmit={submit}>
        <Field
          label={t("Learners that a class takes by its code")}
          hint={t("A code that got around fills no more than that. Whoever is in stays in.")}
          type="number"
          inputMode="numeric"
          required
          min={1}
          max={2000}
          value={typed}
          error={set.error ? fault(problemOf(set.error)).title : undefined}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" look="ghost" disabled={set.isPending || Number(typed) === most}>
          {t("Keep")}
        </Button>
      </form>
    </Card>
  );
}
