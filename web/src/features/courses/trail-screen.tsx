import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "@/design/button";
import { Icon } from "@/design/icon";
import { Card, Column, Hint, Meter, Muted } from "@/design/parts";
import { Ridge } from "@/design/ridge";
import { Empty, Fault, Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { useStartLesson } from "@/platform/start-lesson";
import { count, useWords } from "@/platform/words";
import { trailQuery } from "./queries";
import css from "./trail-screen.module.css";

/** A course as a trail: what is behind, what is next, what is ahead. */
export function TrailScreen() {
  const { course } = useParams({ from: "/members/learner/courses/$course" });
  const query = useQuery(trailQuery(course));
  return (
    <Loaded query={query} bones={["title", "tall"]}>
      {(trail) => <Trail trail={trail} />}
    </Loaded>
  );
}

function Trail({ trail }: { trail: Schemas["CourseTrail"] }) {
  const t = useWords();
  const start = useStartLesson();
  const lessons = trail.units.flatMap((unit) => unit.lessons);
  const done = lessons.filter((lesson) => lesson.state === "done").length;
  const label = t("{done} of {lessons} lessons done", { done, lessons: lessons.length });
  return (
    <Column airy>
      <div>
        <Muted>
          <Link to="/courses">{t("Courses")}</Link>
        </Muted>
        <h1>{trail.name}</h1>
      </div>
      <Card className={css.climb}>
        <Ridge name={trail.name} share={lessons.length > 0 ? done / lessons.length : 0} />
        <div>
          <Meter
            value={done}
            of={lessons.length}
            label={label}
            tone={done === lessons.length ? "gold" : "go"}
          />
          <Hint>{label}</Hint>
        </div>
      </Card>
      {start.error && <Fault cause={start.error} />}
      {!lessons.length && (
        <Empty icon="courses" title={t("This course is still empty")}>
          {t("Its lessons appear here when your teacher adds them.")}
        </Empty>
      )}
      <div className={css.units}>
        {trail.units.map((unit) => (
          <Card key={unit.unit_id} topo>
            <h2>{unit.name}</h2>
            <ol className={css.trail}>
              {unit.lessons.map((lesson) => (
                <Stop
                  key={lesson.lesson_id}
                  lesson={lesson}
                  busy={start.isPending}
                  onStart={() => start.mutate(lesson.lesson_id)}
                />
              ))}
            </ol>
          </Card>
        ))}
      </div>
    </Column>
  );
}

function Stop({
  lesson,
  busy,
  onStart,
}: {
  lesson: Schemas["LessonMark"];
  busy: boolean;
  onStart: () => void;
}) {
  const t = useWords();
  const icons = { done: "tick", next: "play", open: "flag" } as const;
  const acts = { done: t("Again"), next: t("Start"), open: t("Open") };
  const words = [
    t("{items, plural, one {# question} other {# questions}} · about {minutes} min", {
      items: lesson.items,
      minutes: lesson.minutes,
    }),
    lesson.best !== null && t("best {share}%", { share: count(Math.round(lesson.best * 100)) }),
  ].filter(Boolean);
  return (
    <li className={css.stop} data-state={lesson.state}>
      <span className={css.disc}>
        <Icon name={icons[lesson.state]} size={28} />
      </span>
      <div>
        <strong>{lesson.name}</strong>
        <Hint>{words.join(" · ")}</Hint>
      </div>
      <Button
        look={lesson.state === "next" ? "primary" : "ghost"}
        small
        disabled={busy}
        aria-label={`${acts[lesson.state]}: ${lesson.name}`}
        onClick={onStart}
      >
        {acts[lesson.state]}
      </Button>
    </li>
  );
}
