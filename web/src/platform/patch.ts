import type { Schemas } from "./api";
import { client, progressQuery, streakQuery } from "./queries";
import type { Outcome } from "./resume";

const SETTLE_MS = 1500;
let settling: ReturnType<typeof setTimeout> | undefined;

/** What was waited for is coming: ask once, when it has come, whether that was all. */
function settle(): void {
  if (!client.getQueryData(progressQuery.queryKey)?.waiting) return;
  clearTimeout(settling);
  settling = setTimeout(() => stale("progress"), SETTLE_MS);
}

/** Let an outcome move what the screens show. */
export function patch(outcome: Outcome): void {
  switch (outcome.type) {
    case "points_earned":
      client.setQueryData(progressQuery.queryKey, (was) => was && earned(was, outcome.data));
      settle();
      if (outcome.data.points !== 0) stale("ledger", "board", "badges");
      break;
    case "points_reversed":
      // It may be less than before, and the day it counts on may be another than today.
      stale("progress", "ledger", "board", "badges");
      break;
    case "badge_unlocked":
      stale("badges", "ledger");
      break;
    case "streak_extended":
      client.setQueryData(streakQuery.queryKey, (was) => was && extended(was, outcome.data));
      stale("streak");
      break;
    case "streak_saved":
      stale("streak");
      break;
    default:
      break;
  }
}

function stale(...keys: string[]): void {
  for (const key of keys) void client.invalidateQueries({ queryKey: [key] });
}

type Points = Extract<Outcome, { type: "points_earned" }>["data"];

function earned(was: Schemas["Progress"], data: Points): Schemas["Progress"] {
  if (data.xp < was.xp) return was;
  return {
    ...was,
    xp: data.xp,
    level: data.level,
    level_floor: data.level_floor,
    level_next: data.level_next,
    today_xp: data.today_xp,
    week_xp: data.week_xp,
  };
}

function extended(
  was: Schemas["Streak"],
  data: { local_date: string; length: number },
): Schemas["Streak"] {
  const today = data.local_date === was.today;
  return {
    ...was,
    length: today ? data.length : was.length,
    active_today: was.active_today || today,
    longest: Math.max(was.longest, data.length),
    week: was.week.map((day) =>
      day.day === data.local_date ? { ...day, mark: "active" as const } : day,
    ),
  };
}
