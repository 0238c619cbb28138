import { Button } from "@/design/button";
import { Card, Hint, Muted, Pill } from "@/design/parts";
import { Fault } from "@/design/states";
import { tell } from "@/design/toast";
import type { Schemas } from "@/platform/api";
import { longDate } from "@/platform/dates";
import { say, useWords } from "@/platform/words";
import css from "./calendar.module.css";
import { useEndHoliday, useNewHoliday } from "./queries";

type Holiday = Schemas["Holiday"];

/** The holidays to come, and those of the last year. */
export function HolidaysCard({ today, holidays }: { today: string; holidays: Holiday[] }) {
  const t = useWords();
  const end = useEndHoliday();
  const again = useNewHoliday();
  const coming = holidays.filter((one) => one.last_day >= today);
  const over = holidays.filter((one) => one.last_day < today).reverse();

  function stop(one: Holiday) {
    end.mutate(one.span_id, {
      onSuccess: () => {
        if (one.first_day <= today) tell(say("{name} ends today.", { name: one.label }));
        else
          tell(say("{name} is out of the calendar.", { name: one.label }), {
            text: say("Undo"),
            run: () =>
              again.mutate({
                label: one.label,
                first_day: one.first_day,
                last_day: one.last_day,
              }),
          });
      },
    });
  }

  return (
    <Card>
      <h2>{t("Holidays to come")}</h2>
      {(end.error ?? again.error) && <Fault cause={end.error ?? again.error} />}
      {coming.length ? (
        <ul className={css.list}>
          {coming.map((one) => (
            <li key={one.span_id}>
              <div className={css.holiday}>
                <div>
                  <b>{one.label}</b> {one.first_day <= today && <Pill tone="ok">{t("now")}</Pill>}
                  <Hint>{days(one)}</Hint>
                </div>
                {one.last_day > today && (
                  <Button
                    look="ghost"
                    small
                    disabled={end.isPending}
                    aria-label={
                      one.first_day <= today
                        ? t("End {name} today", { name: one.label })
                        : t("Take {name} out", { name: one.label })
                    }
                    onClick={() => stop(one)}
                  >
                    {one.first_day <= today ? t("End it today") : t("Take it out")}
                  </Button>
                )}
              </div>
            </li>
          ))}
        </ul>
      ) : (
        <Muted>
          {t("Add the breaks between terms, so that nobody learns for a streak’s sake.")}
        </Muted>
      )}
      {over.length > 0 && (
        <details className={css.over}>
          <summary>{t("Holidays that are over")}</summary>
          <ul className={css.list}>
            {over.map((one) => (
              <li key={one.span_id}>
                <Muted>
                  {one.label}: {days(one)}
                </Muted>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

function days({ first_day, last_day }: Holiday): string {
  const last = `${longDate(last_day)} ${last_day.slice(0, 4)}`;
  if (first_day === last_day) return last;
  const year = first_day.slice(0, 4);
  const first =
    year === last_day.slice(0, 4) ? longDate(first_day) : `${longDate(first_day)} ${year}`;
  return `${first} – ${last}`;
}
