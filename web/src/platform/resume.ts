import type { Schemas } from "./api";

export type Outcome = Schemas["Outcome"];
type Type = Outcome["type"];
export type PointsEarned = Schemas["PointsEarnedOutcome"];
export type BadgeUnlocked = Schemas["BadgeUnlockedOutcome"];

// One line for each, so that a type which the server gains is missed by the compiler.
const TYPES: Record<Type, true> = {
  points_earned: true,
  points_reversed: true,
  level_up: true,
  badge_unlocked: true,
  streak_extended: true,
  streak_saved: true,
};

export const OUTCOME_TYPES = Object.keys(TYPES) as Type[];

/** The last sequence number seen of each consumer. */
export type Seen = Readonly<Record<string, number>>;

/** Take outcomes in: which are new, and what has been seen then. Duplicates are dropped. */
export function takeIn(seen: Seen, outcomes: readonly Outcome[]): { fresh: Outcome[]; seen: Seen } {
  const now: Record<string, number> = { ...seen };
  const fresh: Outcome[] = [];
  for (const outcome of [...outcomes].sort((a, b) => a.seq - b.seq)) {
    if (outcome.seq <= (now[outcome.consumer] ?? -1)) continue;
    now[outcome.consumer] = outcome.seq;
    fresh.push(outcome);
  }
  return { fresh, seen: now };
}

/** Whether something was lost on its way before this outcome. */
export const isAfterGap = (seen: Seen, outcome: Outcome): boolean =>
  outcome.seq > (seen[outcome.consumer] ?? 0) + 1;

const RECENT_MS = 300_000;

/** Whether a page that is just being read may have been read before this outcome. */
export const isRecent = (outcome: Outcome, now: number): boolean =>
  Date.parse(outcome.time) > now - RECENT_MS;

/** Put the server's own numbers over ours; they never go back. */
export function ahead(seen: Seen, told: Seen): Seen {
  const now: Record<string, number> = { ...seen };
  for (const [consumer, seq] of Object.entries(told)) {
    now[consumer] = Math.max(seq, now[consumer] ?? -1);
  }
  return now;
}
