import { useCallback, useEffect, useState } from "react";
import { freshKey } from "@/platform/fresh-key";
import { problemOf } from "@/platform/problem";
import { client } from "@/platform/queries";
import { sendAnswer } from "@/platform/send-answer";
import { useMe } from "@/platform/session";
import { onLine } from "@/platform/socket";
import { attemptKey } from "@/platform/start-lesson";
import { deliver, type Unsent, worthAgain } from "@/platform/unsent";
import type { Answered, Attempt, Response, Verdict } from "./queries";

const AGAIN_MS = 5000;

/** Where a question is: asked, pressed, kept for want of a connection, answered. */
export type Phase = "ask" | "sent" | "kept" | "told";

/** Play an attempt: one question, one answer, its verdict, the next. */
export function usePlayer(attempt: Attempt) {
  const { account_id: account } = useMe();
  const [step, setStep] = useState(attempt.step);
  const [trail, setTrail] = useState<Verdict[]>(attempt.trail);
  const [phase, setPhase] = useState<Phase>("ask");
  const [given, setGiven] = useState<Response>();
  const [told, setTold] = useState<Answered>();
  const [waiting, setWaiting] = useState<Unsent>();
  const [fault, setFault] = useState<unknown>();

  const send = useCallback(async (unsent: Unsent) => {
    try {
      const answered = await deliver(unsent, sendAnswer);
      setTold(answered);
      setTrail((was) => [...was, answered.verdict]);
      setWaiting(undefined);
      setPhase("told");
    } catch (cause) {
      if (worthAgain(cause)) {
        setWaiting(unsent);
        setPhase("kept");
        return;
      }
      setWaiting(undefined);
      setFault(problemOf(cause));
      setPhase("ask");
      setGiven(undefined);
    }
  }, []);

  useEffect(() => {
    if (!waiting) return;
    const again = () => void send(waiting);
    const timer = setInterval(again, AGAIN_MS);
    const stop = onLine(again);
    window.addEventListener("online", again);
    return () => {
      clearInterval(timer);
      stop();
      window.removeEventListener("online", again);
    };
  }, [waiting, send]);

  function answer(response: Response): void {
    if (phase !== "ask" || !step) return;
    setFault(undefined);
    setGiven(response);
    setPhase("sent");
    void send({
      account,
      attempt: attempt.attempt_id,
      body: { step: step.step, answer: response, key: freshKey() },
      at: Date.now(),
    });
  }

  function next(): void {
    if (!told) return;
    const ended = told.finished || !told.next;
    client.setQueryData<Attempt>(attemptKey(attempt.attempt_id), {
      ...attempt,
      trail,
      answered: trail.length,
      finished: ended,
      step: told.next,
    });
    if (ended) return;
    setStep(told.next);
    setTold(undefined);
    setGiven(undefined);
    setPhase("ask");
  }

  return { step, trail, phase, given, told, fault, answer, next };
}
