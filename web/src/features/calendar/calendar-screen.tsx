import { useQuery } from "@tanstack/react-query";
import { Column, Muted } from "@/design/parts";
import { Fault, Loaded } from "@/design/states";
import { Problem } from "@/platform/problem";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import { AwayCard } from "./away-card";
import css from "./calendar.module.css";
import { HolidayForm } from "./holiday-form";
import { HolidaysCard } from "./holidays-card";
import { calendarQuery } from "./queries";
import { WeekCard } from "./week-card";

/** When the org rests, so that no streak asks for those days. */
export function CalendarScreen() {
  const { role } = useMe();
  if (role !== "admin") return <Fault whole cause={new Problem({ status: 403 }, 403)} />;
  return <Calendar />;
}

function Calendar() {
  const t = useWords();
  const query = useQuery(calendarQuery);
  return (
    <Column airy>
      <div>
        <h1>{t("Rest days")}</h1>
        <Muted>{t("On these days nobody is asked for a streak, and none is lost.")}</Muted>
      </div>
      <Loaded query={query} bones={["card", "card", "card"]}>
        {(calendar) => (
          <div className={css.page}>
            <WeekCard weekdays={calendar.weekdays} />
            <HolidayForm today={calendar.today} />
            <HolidaysCard today={calendar.today} holidays={calendar.holidays} />
            <AwayCard today={calendar.today} />
          </div>
        )}
      </Loaded>
    </Column>
  );
}
