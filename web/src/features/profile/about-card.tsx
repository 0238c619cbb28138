import { type FormEvent, useState } from "react";
import { Button } from "@/design/button";
import { Choice, Field, Options, Switch } from "@/design/field";
import { Card } from "@/design/parts";
import { Fault, useFault } from "@/design/states";
import { tell } from "@/design/toast";
import { problemOf } from "@/platform/problem";
import { LONGEST_NAME, useMe } from "@/platform/session";
import { say, useWords } from "@/platform/words";
import { ZONES } from "@/platform/zones";
import css from "./profile-screen.module.css";
import { useChangeMe } from "./queries";

const GOALS = ["20", "50", "100", "150"] as const;

/** Name, time zone, goal, and whether others see you on boards. */
export function AboutCard() {
  const t = useWords();
  const me = useMe();
  const change = useChangeMe();
  const [name, setName] = useState(me.display_name);
  const fault = useFault();
  const problem = change.error && problemOf(change.error);
  const unfit = problem?.type === "accounts/unfit-name" ? fault(problem).title : undefined;
  const goal = String(me.daily_goal);
  const goals = (GOALS as readonly string[]).includes(goal) ? GOALS : [...GOALS, goal];

  function save(event: FormEvent) {
    event.preventDefault();
    change.mutate({ display_name: name.trim() }, { onSuccess: () => tell(say("Saved.")) });
  }

  return (
    <Card>
      <h2>{t("About you")}</h2>
      <div className={css.form}>
        {change.error && !unfit && <Fault cause={change.error} />}
        <form className={css.form} onSubmit={save}>
          <Field
            label={t("Name shown to others")}
            required
            maxLength={LONGEST_NAME}
            autoComplete="nickname"
            value={name}
            error={unfit}
            onChange={(event) => setName(event.target.value)}
          />
          {name.trim() !== me.display_name && (
            <Button type="submit" small disabled={change.isPending}>
              {t("Save the name")}
            </Button>
          )}
        </form>
        <Choice
          label={t("Time zone")}
          hint={t("Your days and your streak follow it.")}
          value={me.zone}
          onChange={(event) => change.mutate({ zone: event.target.value })}
        >
          {[...new Set([me.zone, ...ZONES])].map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </Choice>
        <Options
          label={t("Daily goal in XP")}
          name="goal"
          value={goal}
          options={goals.map((each) => [each, each] as const)}
          onChange={(each) => change.mutate({ daily_goal: Number(each) })}
        />
        <Switch
          label={t("Show my name on boards")}
          hint={t("When it is off, others see a made-up climber’s name.")}
          checked={me.public_rank}
          onChange={(public_rank) => change.mutate({ public_rank })}
        />
      </div>
    </Card>
  );
}
