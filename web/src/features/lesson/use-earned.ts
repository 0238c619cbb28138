import { useEffect, useState } from "react";
import type { BadgeUnlocked, Outcome, PointsEarned } from "@/platform/resume";
import { onOutcomes } from "@/platform/socket";

export type Earned = {
  total: number;
  byFact: Readonly<Record<string, PointsEarned["data"]>>;
  badges: readonly BadgeUnlocked["data"][];
  level: number | undefined;
};

const NOTHING: Earned = { total: 0, byFact: {}, badges: [], level: undefined };

function add(was: Earned, outcome: Outcome): Earned {
  switch (outcome.type) {
    case "points_earned":
      return {
        ...was,
        total: was.total + outcome.data.points,
        byFact: outcome.cause ? { ...was.byFact, [outcome.cause]: outcome.data } : was.byFact,
      };
    case "badge_unlocked":
      return { ...was, badges: [...was.badges, outcome.data] };
    case "level_up":
      return { ...was, level: outcome.data.level };
    default:
      return was;
  }
}

/** What this attempt has brought since the page was opened. */
export function useEarned(attempt: string): Earned {
  const [earned, setEarned] = useState(NOTHING);
  useEffect(
    () =>
      onOutcomes((outcomes) => {
        const ours = outcomes.filter((outcome) => outcome.context === attempt);
        if (ours.length) setEarned((was) => ours.reduce(add, was));
      }),
    [attempt],
  );
  return earned;
}
