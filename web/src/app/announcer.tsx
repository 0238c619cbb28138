import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Unseen } from "@/design/parts";
import { tell } from "@/design/toast";
import { client, progressQuery } from "@/platform/queries";
import type { Outcome } from "@/platform/resume";
import { onOutcomes } from "@/platform/socket";
import { count, pick, say, useWords } from "@/platform/words";

const BUNDLE_MS = 2000;

/** The one polite voice for outcomes: what came within two seconds is one message. */
export function Announcer() {
  useWords();
  const [message, setMessage] = useState("");
  const navigate = useNavigate();
  useEffect(() => {
    let waiting: Outcome[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onOutcomes((outcomes, past) => {
      if (past) return;
      for (const one of outcomes)
        if (one.type === "points_reversed")
          tell(correction(one.data.points), {
            text: say("See why"),
            run: () => void navigate({ to: "/me/ledger" }),
          });
      waiting.push(...outcomes);
      timer ??= setTimeout(() => {
        setMessage(bundle(waiting));
        waiting = [];
        timer = undefined;
      }, BUNDLE_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [navigate]);
  return (
    <div aria-live="polite">
      <Unseen>{message}</Unseen>
    </div>
  );
}

/** Say quietly that a grade was corrected: it is neither a feat nor a fault. */
function correction(points: number): string {
  if (points === 0) return say("A teacher corrected a grade of yours. Your XP stay.");
  return points > 0
    ? say("A teacher corrected a grade of yours: {points} XP more.", { points: count(points) })
    : say("A teacher corrected a grade of yours: {points} XP less.", { points: count(-points) });
}

/** Make one message of outcomes. */
function bundle(outcomes: readonly Outcome[]): string {
  let points = 0;
  const parts: string[] = [];
  for (const outcome of outcomes) {
    if (outcome.type === "points_earned") points += outcome.data.points;
    if (outcome.type === "level_up")
      parts.push(say("Level {level} reached.", { level: outcome.data.level }));
    if (outcome.type === "badge_unlocked")
      parts.push(say("New badge: {badge}.", { badge: pick(outcome.data.name) }));
    if (outcome.type === "streak_extended")
      parts.push(
        say("{days, plural, one {Streak: # day.} other {Streak: # days.}}", {
          days: outcome.data.length,
        }),
      );
  }
  if (points > 0) {
    const progress = client.getQueryData(progressQuery.queryKey);
    if (progress)
      parts.unshift(
        say("Daily goal {done} of {goal}.", {
          done: progress.today_xp,
          goal: progress.daily_goal,
        }),
      );
    parts.unshift(
      say("{points, plural, one {# experience point.} other {# experience points.}}", { points }),
    );
  }
  return parts.join(" ");
}
