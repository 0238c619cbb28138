import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { Button } from "@/design/button";
import { Card, Muted } from "@/design/parts";
import { SpanFields } from "@/design/span-fields";
import { Fault } from "@/design/states";
import { addDays, longDate } from "@/platform/dates";
import { streakQuery } from "@/platform/queries";
import { useWords } from "@/platform/words";
import css from "./profile-screen.module.css";
import { usePause } from "./queries";

const WEEK = 6;

/** Let the streak wait while you are away. */
export function PauseCard() {
  const t = useWords();
  const { data: streak } = useQuery(streakQuery);
  const pause = usePause();
  const today = streak?.today ?? new Date().toISOString().slice(0, 10);
  const [first, setFirst] = useState<string>();
  const [last, setLast] = useState<string>();
  const from = first ?? today;
  const until = last ?? addDays(from, WEEK);

  const heading = useRef<HTMLHeadingElement>(null);
  // What was pressed is gone with its half of the card.
  const onSuccess = () => heading.current?.focus();

  function save(event: FormEvent) {
    event.preventDefault();
    pause.mutate({ first_day: from, last_day: until }, { onSuccess });
  }

  return (
    <Card>
      <h2 tabIndex={-1} ref={heading}>
        {t("Pause your streak")}
      </h2>
      <div className={css.form}>
        {pause.error && <Fault cause={pause.error} />}
        {streak?.pause ? (
          <>
            <Muted>
              {t("Paused from {first} to {last}. Your streak waits.", {
                first: longDate(streak.pause.first_day),
                last: longDate(streak.pause.last_day),
              })}
            </Muted>
            <Button
              look="ghost"
              disabled={pause.isPending}
              onClick={() => pause.mutate(null, { onSuccess })}
            >
              {t("End the pause")}
            </Button>
          </>
        ) : (
          <form className={css.form} onSubmit={save}>
            <Muted>{t("Away, ill or on holiday? A pause keeps the streak as it is.")}</Muted>
            <SpanFields min={today} first={from} last={until} onFirst={setFirst} onLast={setLast} />
            <Button look="ghost" type="submit" disabled={pause.isPending}>
              {t("Pause these days")}
            </Button>
          </form>
        )}
      </div>
    </Card>
  );
}
