import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import { Icon } from "@/design/icon";
import { Card, Row, Unseen } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { useWords } from "@/platform/words";
import css from "./path-card.module.css";
import { trailQuery } from "./queries";

type Lesson = Schemas["LessonMark"];
const SHOWN = 5;
const STEP = 100;

/** Five steps of the trail around the next one. */
export function PathCard({ course, lesson }: { course: string; lesson: string }) {
  const t = useWords();
  const { data: trail } = useQuery(trailQuery(course));
  if (!trail) return null;
  const lessons = trail.units.flatMap((unit) => unit.lessons);
  const now = Math.max(
    0,
    lessons.findIndex((each) => each.lesson_id === lesson),
  );
  const first = Math.max(0, Math.min(now - 2, lessons.length - SHOWN));
  const shown = lessons.slice(first, first + SHOWN);
  const here = now - first;
  // On a phone the three around the next one; at an end the two beyond it.
  const reach = here === 0 || here === shown.length - 1 ? 2 : 1;
  const near = Math.max(0, here - reach);
  const nears = Math.min(shown.length, here + reach + 1) - near;
  return (
    <Card topo>
      <Row between wrap>
        <h2>{t("Your path")}</h2>
        <Link to="/courses/$course" params={{ course }} className={css.all}>
          {t("See the whole course")}
        </Link>
      </Row>
      <div className={css.path} style={{ "--steps": shown.length } as CSSProperties}>
        <TrailLine steps={shown.length} walked={here} />
        <TrailLine narrow from={near} steps={nears} walked={here - near} />
        <ol className={css.nodes}>
          {shown.map((each, index) => (
            <Node
              key={each.lesson_id}
              lesson={each}
              now={index === here}
              far={Math.abs(index - here) > reach}
            />
          ))}
        </ol>
      </div>
    </Card>
  );
}

function Node({ lesson, now, far }: { lesson: Lesson; now: boolean; far: boolean }) {
  const t = useWords();
  const state = now ? "now" : lesson.state === "done" ? "done" : "open";
  const words = { now: t("next"), done: t("done"), open: t("still to come") };
  const icons = { now: "play", done: "tick", open: "flag" } as const;
  return (
    <li className={css.node} data-state={state} data-far={far || undefined}>
      <b>
        <Icon name={icons[state]} size={28} />
      </b>
      <span className={css.name}>{lesson.name}</span>
      <Unseen>{words[state]}</Unseen>
    </li>
  );
}

/** The line from step to step, walked as far as the learner is. */
function TrailLine({
  from: start = 0,
  steps,
  walked,
  narrow,
}: {
  from?: number;
  steps: number;
  walked: number;
  narrow?: boolean;
}) {
  const y = (index: number) => ((start + index) % 2 === 0 ? 64 : 32);
  const curve = (from: number, to: number) => {
    let path = `M${from * STEP} ${y(from)}`;
    for (let at = from; at < to; at += 1) {
      const x = at * STEP;
      path += `C${x + 50} ${y(at)} ${x + 50} ${y(at + 1)} ${x + STEP} ${y(at + 1)}`;
    }
    return path;
  };
  const last = Math.min(steps, SHOWN) - 1;
  return (
    <svg
      className={narrow ? `${css.trail} ${css.narrow}` : css.trail}
      style={{ "--steps": steps } as CSSProperties}
      viewBox={`0 0 ${Math.max(1, last) * STEP} 96`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className={css.walked} d={curve(0, walked)} />
      <path className={css.ahead} d={curve(walked, last)} />
    </svg>
  );
}
