import { type FormEvent, useState } from "react";
import { Button } from "@/design/button";
import { Field } from "@/design/field";
import { Card } from "@/design/parts";
import { SpanFields } from "@/design/span-fields";
import { Fault } from "@/design/states";
import { tell } from "@/design/toast";
import { say, useWords } from "@/platform/words";
import css from "./calendar.module.css";
import { useNewHoliday } from "./queries";

/** Add a holiday of everybody. */
export function HolidayForm({ today }: { today: string }) {
  const t = useWords();
  const add = useNewHoliday();
  const [label, setLabel] = useState("");
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    const span = { label: label.trim(), first_day: first, last_day: last || first };
    add.mutate(span, {
      onSuccess: () => {
        tell(say("{name} is in the calendar.", { name: span.label }));
        setLabel("");
        setFirst("");
        setLast("");
      },
    });
  }

  return (
    <Card topo>
      <h2>{t("A holiday for everybody")}</h2>
      <form className={css.form} onSubmit={submit}>
        <Field
          label={t("Name")}
          required
          maxLength={80}
          autoComplete="off"
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
        <SpanFields
          min={today}
          first={first}
          last={last || first}
          onFirst={setFirst}
          onLast={setLast}
        />
        {add.error && <Fault cause={add.error} />}
        <Button type="submit" disabled={add.isPending}>
          {t("Add the holiday")}
        </Button>
      </form>
    </Card>
  );
}
