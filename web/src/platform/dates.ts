// Browsers hold no dates in te reo Māori, so its day and month names stand here.
import { languageNow } from "./words";

const DAYS_MI = ["Rātapu", "Rāhina", "Rātū", "Rāapa", "Rāpare", "Rāmere", "Rāhoroi"];
const SHORT_MI = ["Tap", "Hin", "Tū", "Apa", "Par", "Mer", "Hor"];
const SHORT_EN = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
const MONTHS_MI = [
  "Kohitātea",
  "Huitanguru",
  "Poutūterangi",
  "Paengawhāwhā",
  "Haratua",
  "Pipiri",
  "Hōngongoi",
  "Hereturikōkā",
  "Mahuru",
  "Whiringa-ā-nuku",
  "Whiringa-ā-rangi",
  "Hakihea",
];

type Parts = { weekday: number; day: number; month: number; year: number; hour: number };

/** The parts of a moment in a time zone. */
export function partsOf(moment: Date, zone: string): Parts {
  const format = new Intl.DateTimeFormat("en-NZ", {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "numeric",
    year: "numeric",
    hour: "numeric",
    hourCycle: "h23",
  });
  const part = Object.fromEntries(format.formatToParts(moment).map((p) => [p.type, p.value]));
  const weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(part.weekday ?? "");
  return {
    weekday,
    day: Number(part.day),
    month: Number(part.month) - 1,
    year: Number(part.year),
    hour: Number(part.hour),
  };
}

/** The Māori name of a moment's day: a touch that both languages show. */
export function dayInMaori(moment: Date, zone: string): string {
  return DAYS_MI[partsOf(moment, zone).weekday] ?? "";
}

/** "Monday 23 November", or "Rāhina 23 Whiringa-ā-rangi". */
export function longDay(moment: Date, zone: string): string {
  const { weekday, day, month } = partsOf(moment, zone);
  if (languageNow() === "mi") return `${DAYS_MI[weekday]} ${day} ${MONTHS_MI[month]}`;
  return new Intl.DateTimeFormat("en-NZ", {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "long",
  })
    .format(moment)
    .replace(",", "");
}

/** The time of day: "4:05 pm", or "16:05" where there is no am and pm. */
export function shortTime(iso: string, zone: string): string {
  const moment = new Date(iso);
  if (languageNow() === "mi")
    return new Intl.DateTimeFormat("en-NZ", {
      timeZone: zone,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    }).format(moment);
  return new Intl.DateTimeFormat("en-NZ", { timeZone: zone, timeStyle: "short" })
    .format(moment)
    .replace(/\s?([ap])\.?m\.?/i, (_all, half: string) => ` ${half.toLowerCase()}m`);
}

/** A day with its month, short: "23 Nov"; with its year where that is another one. */
export function shortDay(iso: string, zone: string): string {
  const moment = new Date(iso);
  const { day, month, year } = partsOf(moment, zone);
  const name =
    languageNow() === "mi"
      ? MONTHS_MI[month]
      : new Intl.DateTimeFormat("en-NZ", { timeZone: zone, month: "short" }).format(moment);
  return `${day} ${name}${year === partsOf(new Date(), zone).year ? "" : ` ${year}`}`;
}

/** Day and time, short: "23 Nov, 4:05 pm". */
export function shortMoment(iso: string, zone: string): string {
  return `${shortDay(iso, zone)}, ${shortTime(iso, zone)}`;
}

/** A calendar date (YYYY-MM-DD), long. */
export function longDate(date: string): string {
  return longDay(new Date(`${date}T12:00:00Z`), "UTC");
}

/** Two letters of a calendar date's day. */
export function shortWeekday(date: string): string {
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
  return (languageNow() === "mi" ? SHORT_MI : SHORT_EN)[weekday] ?? "";
}

/** The name of an ISO weekday, 1 to 7. */
export function longWeekday(day: number): string {
  if (languageNow() === "mi") return DAYS_MI[day % 7] ?? "";
  // 3 January 2000 was a Monday.
  const moment = new Date(Date.UTC(2000, 0, 2 + day));
  return new Intl.DateTimeFormat("en-NZ", { timeZone: "UTC", weekday: "long" }).format(moment);
}

/** Add days to a calendar date. */
export function addDays(date: string, days: number): string {
  const moment = new Date(`${date}T12:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

/** The device's time zone. */
export const guessZone = (): string =>
  Intl.DateTimeFormat().resolvedOptions().timeZone || "Pacific/Auckland";
