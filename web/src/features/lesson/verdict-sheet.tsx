import { useEffect, useId, useLayoutEffect, useRef } from "react";
import { Button } from "@/design/button";
import { Icon } from "@/design/icon";
import { spread, springIn } from "@/design/motion";
import { Num } from "@/design/parts";
import { SafeHtml } from "@/design/safe-html";
import { useCount } from "@/design/use-count";
import type { PointsEarned } from "@/platform/resume";
import { pick, useWords } from "@/platform/words";
import type { Answered, Verdict } from "./queries";
import css from "./verdict-sheet.module.css";

type Points = PointsEarned["data"];

/** What the answer was, why, and what it brought. */
export function VerdictSheet({
  told,
  points,
  onNext,
}: {
  told: Answered;
  points: Points | undefined;
  onNext: () => void;
}) {
  const t = useWords();
  const next = useRef<HTMLDivElement>(null);
  // At once, so that a quick Enter goes on and does not fall on what was pressed before.
  useLayoutEffect(() => {
    next.current?.querySelector("button")?.focus({ preventScroll: true });
  }, []);
  const titles = {
    right: t("Yes, that is it."),
    partial: t("Partly there."),
    wrong: t("Not yet."),
  };
  const coming = told.verdict !== "right" && !told.finished;
  return (
    <section className={css.sheet} data-verdict={told.verdict} aria-label={t("Verdict")}>
      <div className={css.inner}>
        <Burst verdict={told.verdict} points={points?.points ?? 0} />
        <div className={css.words} role="status">
          <h2>{titles[told.verdict]}</h2>
          {told.feedback_html.map((html, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two feedbacks may say the same
            <SafeHtml key={place} html={html} />
          ))}
          {coming && !told.feedback_html.length && (
            <p>{t("Look at the right answer; this one comes back later.")}</p>
          )}
          {points && points.points !== 0 && <Receipt points={points} />}
        </div>
        <div ref={next}>
          <Button wide onClick={onNext}>
            {told.finished ? t("See how it went") : t("Next")}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Burst({ verdict, points }: { verdict: Verdict; points: number }) {
  const t = useWords();
  const disc = useRef<HTMLSpanElement>(null);
  const wave = useRef<HTMLSpanElement>(null);
  const shown = useCount(points);
  const earned = points > 0;
  useEffect(() => springIn(disc.current), []);
  useEffect(() => {
    if (earned) spread(wave.current);
  }, [earned]);
  const icons = { right: "tick", partial: "half", wrong: "again" } as const;
  return (
    <span className={css.burst}>
      <span className={css.disc} ref={disc} data-verdict={verdict}>
        <Icon name={icons[verdict]} size={28} />
        <span className={css.wave} ref={wave} />
      </span>
      {earned && <span>{t("+{points} XP", { points: shown })}</span>}
    </span>
  );
}

function Receipt({ points }: { points: Points }) {
  const t = useWords();
  const id = useId();
  const parts = points.rules.map(
    ({ name, points: each }) => `${pick(name)} ${each > 0 ? "+" : ""}${each}`,
  );
  return (
    <div className={css.why}>
      {parts.slice(0, 2).join(" · ")}
      <button type="button" popoverTarget={id}>
        {t("Why?")}
      </button>
      <div id={id} popover="auto" className={css.receipt}>
        <h3>{t("Why {points} XP", { points: points.points })}</h3>
        <ul>
          {points.rules.map((rule) => (
            <li key={rule.rule}>
              {pick(rule.name)}
              <Num>{t("{points} XP", { points: rule.points })}</Num>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
