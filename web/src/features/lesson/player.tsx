import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "@/design/button";
import { Dialog } from "@/design/dialog";
import { Icon } from "@/design/icon";
import { Muted, Pill, Row, Strip } from "@/design/parts";
import { SafeHtml, textOf } from "@/design/safe-html";
import { useFault } from "@/design/states";
import { useCount } from "@/design/use-count";
import { problemOf } from "@/platform/problem";
import { lineNow, onLine } from "@/platform/socket";
import { useWords } from "@/platform/words";
import { AnswerForm } from "./answer-form";
import css from "./lesson.module.css";
import { type Attempt, earnedQuery, type Step, type Verdict } from "./queries";
import type { Earned } from "./use-earned";
import { useKeys } from "./use-keys";
import { usePlayer } from "./use-player";
import { VerdictSheet } from "./verdict-sheet";

const LONG = 110;

/** One question at a time. */
export function Player({ attempt, earned }: { attempt: Attempt; earned: Earned }) {
  const t = useWords();
  const fault = useFault();
  const play = usePlayer(attempt);
  const xp = useXp(attempt, earned);
  const { step, phase, told } = play;
  const line = useSyncExternalStore(onLine, lineNow);
  const [leaving, setLeaving] = useState(false);
  const prompt = useId();
  useKeys((key, event) => {
    if (key === "Escape") {
      event.preventDefault();
      setLeaving(true);
    }
    if (key === "Enter" && phase === "told") play.next();
  });
  if (!step) return null;
  const problem = play.fault === undefined ? undefined : fault(problemOf(play.fault));
  return (
    <>
      {phase === "kept" && line !== "lost" && (
        <Strip>{t("You are offline. Your answer is kept here and goes by itself.")}</Strip>
      )}
      <TopBar
        step={step}
        trail={play.trail}
        told={phase === "told"}
        xp={xp}
        onLeave={() => setLeaving(true)}
      />
      <main id="main" className={css.main}>
        <Question key={step.step} attempt={attempt} step={step} id={prompt} />
        {problem && (
          <p className={css.fault} role="alert">
            {problem.title} {problem.todo}
          </p>
        )}
        <AnswerForm
          key={`answer-${step.step}`}
          item={step.item}
          given={play.given}
          told={told}
          locked={phase !== "ask"}
          labelledBy={prompt}
          onAnswer={play.answer}
        />
      </main>
      {told && <VerdictSheet told={told} points={earned.byFact[told.fact_id]} onNext={play.next} />}
      <LeaveDialog open={leaving} onStay={() => setLeaving(false)} />
    </>
  );
}

/** What the attempt has brought: while the page is open, and before it was opened anew. */
function useXp({ attempt_id, answered }: Attempt, { total, byFact }: Earned): number {
  const [began] = useState(answered > 0);
  const { data } = useQuery({ ...earnedQuery(attempt_id), enabled: began });
  const before = data?.entries.filter(({ fact }) => !(fact && fact.id in byFact)) ?? [];
  return before.reduce((sum, { points }) => sum + points, total);
}

function Question({ attempt, step, id }: { attempt: Attempt; step: Step; id: string }) {
  const t = useWords();
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);
  const { prompt_html } = step.item;
  return (
    <>
      <h1 tabIndex={-1} ref={ref}>
        {step.again
          ? t("Once more · question {step} of {of} · {lesson}", {
              step: step.step,
              of: step.of,
              lesson: attempt.lesson,
            })
          : t("Question {step} of {of} · {lesson}", {
              step: step.step,
              of: step.of,
              lesson: attempt.lesson,
            })}
      </h1>
      <div
        id={id}
        className={css.prompt}
        data-long={textOf(prompt_html).length > LONG || undefined}
      >
        <SafeHtml html={prompt_html} />
      </div>
    </>
  );
}

function TopBar({
  step,
  trail,
  told,
  xp,
  onLeave,
}: {
  step: Step;
  trail: readonly Verdict[];
  told: boolean;
  xp: number;
  onLeave: () => void;
}) {
  const t = useWords();
  const shown = useCount(xp);
  const marks = Array.from({ length: Math.max(step.of, trail.length) }, (_mark, index) => {
    const at = trail[index];
    return at ?? (index === step.step - 1 && !told ? "now" : "open");
  });
  return (
    <header className={css.top}>
      <Button look="round" aria-label={t("Leave the lesson")} onClick={onLeave}>
        <Icon name="cross" />
      </Button>
      <div
        className={css.steps}
        role="progressbar"
        aria-label={t("Question {step} of {of}", { step: step.step, of: step.of })}
        aria-valuemin={0}
        aria-valuenow={trail.length}
        aria-valuemax={step.of}
      >
        {marks.map((mark, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
          <i key={index} data-step={mark} />
        ))}
      </div>
      <Pill {...(shown > 0 && { tone: "gold" })}>{t("+{points} XP", { points: shown })}</Pill>
    </header>
  );
}

function LeaveDialog({ open, onStay }: { open: boolean; onStay: () => void }) {
  const t = useWords();
  const navigate = useNavigate();
  return (
    <Dialog open={open} title={t("Leave the lesson?")} onClose={onStay}>
      <Muted>{t("Your answers are kept. You can carry on right here later.")}</Muted>
      <Row wrap>
        <Button onClick={onStay}>{t("Stay")}</Button>
        <Button look="ghost" onClick={() => void navigate({ to: "/today" })}>
          {t("Leave for now")}
        </Button>
      </Row>
    </Dialog>
  );
}
