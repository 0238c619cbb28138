import { useEffect, useState } from "react";
import { Unseen } from "@/design/parts";
import { client, progressQuery } from "@/platform/queries";
import type { Outcome } from "@/platform/resume";
import { onOutcomes } from "@/platform/socket";
import { pick, say, useWords } from "@/platform/words";

const BUNDLE_MS = 2000;

/** The one polite voice for outcomes: what came within two seconds is one message. */
export function Announcer() {
  useWords();
  const [message, setMessage] = useState("");
  useEffect(() => {
    let waiting: Outcome[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onOutcomes((outcomes, past) => {
      if (past) return;
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
  }, []);
  return (
    <div aria-live="polite">
      <Unseen>{message}</Unseen>
    </div>
  );
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
