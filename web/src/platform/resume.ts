import type { Schemas } from "./api";

type Bilingual = Schemas["Bilingual"];

type Told<T extends string, D> = {
  id: string;
  type: T;
  time: string;
  consumer: string;
  seq: number;
  cause: string | null;
  context: string | null;
  data: D;
};

type RulePoints = { rule: string; points: number; name: Bilingual };

export type PointsEarned = Told<
  "points_earned",
  {
    points: number;
    xp: number;
    level: number;
    today_xp: number;
    week_xp?: number;
    level_floor: number;
    level_next: number;
    rules: RulePoints[];
  }
>;

export type BadgeUnlocked = Told<
  "badge_unlocked",
  { achievement: string; tier: number; name: Bilingual; tier_name: Bilingual; reward: number }
>;

export type Outcome =
  | PointsEarned
  | BadgeUnlocked
  | Told<"level_up", { level: number }>
  | Told<"streak_extended", { local_date: string; length: number }>
  | Told<"streak_saved", { local_date: string; freezes: number }>
  | Told<"points_reversed", { points: number; xp: number }>;

export const OUTCOME_TYPES = [
  "points_earned",
  "level_up",
  "badge_unlocked",
  "streak_extended",
  "streak_saved",
  "points_reversed",
] as const;

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

/** Put the server's own numbers over ours; they never go back. */
export function ahead(seen: Seen, told: Seen): Seen {
  const now: Record<string, number> = { ...seen };
  for (const [consumer, seq] of Object.entries(told)) {
    now[consumer] = Math.max(seq, now[consumer] ?? -1);
  }
  return now;
}
