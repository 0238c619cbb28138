import { Card, Hint } from "@/design/parts";
import { Fault } from "@/design/states";
import { longWeekday } from "@/platform/dates";
import { useWords } from "@/platform/words";
import css from "./calendar.module.css";
import { useRestDays } from "./queries";

const WEEK = [1, 2, 3, 4, 5, 6, 7];

/** The rest days of every week. */
export function WeekCard({ weekdays }: { weekdays: number[] }) {
  const t = useWords();
  const set = useRestDays();
  const chosen = set.isPending ? set.variables : weekdays;
  const last = chosen.length === WEEK.length - 1;
  return (
    <Card>
      <fieldset className={css.week}>
        <legend>
          <h2>{t("Every week")}</h2>
        </legend>
        <div>
          {WEEK.map((day) => {
            const rests = chosen.includes(day);
            return (
              <label key={day}>
                <input
                  type="checkbox"
                  checked={rests}
                  disabled={set.isPending || (last && !rests)}
                  onChange={() =>
                    set.mutate(rests ? chosen.filter((one) => one !== day) : [...chosen, day])
                  }
                />
                {longWeekday(day)}
              </label>
            );
          })}
        </div>
      </fieldset>
      <Hint>
        {t("Learning on a rest day counts all the same. Days that are over stay as they were.")}
      </Hint>
      {set.error && <Fault cause={set.error} />}
    </Card>
  );
}
