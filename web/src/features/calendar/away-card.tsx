import { type FormEvent, useState } from "react";
import { Button } from "@/design/button";
import { Card, Muted } from "@/design/parts";
import { SpanFields } from "@/design/span-fields";
import { Fault } from "@/design/states";
import { addDays } from "@/platform/dates";
import { say, useWords } from "@/platform/words";
import css from "./calendar.module.css";
import { useAmnesty } from "./queries";

const BACK = -92;

/** Days on which nobody could learn, as the school or Tihi was away: no streak suffers for them. */
export function AwayCard({ today }: { today: string }) {
  const t = useWords();
  const pardon = useAmnesty();
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    pardon.mutate(
      { label: say("Could not be reached"), first_day: first, last_day: last || first },
      {
        onSuccess: () => {
          setFirst("");
          setLast("");
        },
      },
    );
  }

  return (
    <Card>
      <h2>{t("Could nobody learn?")}</h2>
      <Muted>
        {t(
          "If the network or Tihi was away, make those days into rest days. Streaks are mended and freezes come back.",
        )}
      </Muted>
      <form className={css.form} onSubmit={submit}>
        <SpanFields
          min={addDays(today, BACK)}
          max={today}
          first={first}
          last={last || first}
          onFirst={setFirst}
          onLast={setLast}
        />
        {pardon.error && <Fault cause={pardon.error} />}
        <Button look="ghost" type="submit" disabled={pardon.isPending}>
          {t("Mend the streaks")}
        </Button>
        <p role="status">
          {pardon.data &&
            t("Done. {freezes, plural, one {# freeze came} other {# freezes came}} back.", {
              freezes: pardon.data.freezes,
            })}
        </p>
      </form>
    </Card>
  );
}
