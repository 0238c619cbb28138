import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "@/design/button";
import { Icon } from "@/design/icon";
import { Card, Column, Hint, Meter, Muted, Pill, Row, Unseen } from "@/design/parts";
import { Ridge } from "@/design/ridge";
import { Empty, Fault, Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { useMe } from "@/platform/session";
import { useStartLesson } from "@/platform/start-lesson";
import { count, useWords } from "@/platform/words";
import { trailQuery } from "./queries";
import css from "./trail-screen.module.css";

type Lesson = Schemas["LessonMark"];
type Starting = { busy: boolean; onStart: (lesson: Lesson) => void };
/** Staff look at a trail and climb none. */
type Looking = Partial<Pick<Starting, "onStart">> & Pick<Starting, "busy">;

/** A course as a trail: what is behind, what is next, what is ahead. */
export function TrailScreen() {
  const { course } = useParams({ from: "/members/learner/courses/$course" });
  const query = useQuery(trailQuery(course));
  return (
    <Loaded whole query={query} bones={["title", "tall"]}>
      {(trail) => <Trail trail={trail} />}
    </Loaded>
  );
}

function Trail({ trail }: { trail: Schemas["CourseTrail"] }) {
  const t = useWords();
  const start = useStartLesson();
  const learner = useMe().role === "learner";
  const lessons = trail.units.flatMap((unit) => unit.lessons);
  const go = (lesson: Lesson) => start.mutate(lesson.lesson_id);
  return (
    <div className={css.page}>
      <header>
        <Muted>
          <Link to="/courses">{t("Courses")}</Link>
        </Muted>
        <h1>{trail.name}</h1>
      </header>
      {learner && (
        <ClimbCard name={trail.name} lessons={lessons} busy={start.isPending} onStart={go} />
      )}
      <Column airy className={css.units}>
        {start.error && <Fault cause={start.error} />}
        {!lessons.length && (
          <Empty icon="courses" title={t("This course is still empty")}>
            {t("Its lessons appear here when your teacher adds them.")}
          </Empty>
        )}
        {trail.units.map((unit) => (
          <Unit
            key={unit.unit_id}
            unit={unit}
            busy={start.isPending}
            {...(learner && { onStart: go })}
          />
        ))}
      </Column>
    </div>
  );
}

const behind = (lessons: readonly Lesson[]) =>
  lessons.filter((lesson) => lesson.state === "done").length;

/** The mountain of the course, how high you are, and the next step. */
function ClimbCard({
  name,
  lessons,
  busy,
  onStart,
}: {
  name: string;
  lessons: readonly Lesson[];
} & Starting) {
  const t = useWords();
  const done = behind(lessons);
  const next = lessons.find((lesson) => lesson.state === "next");
  const summit = lessons.length > 0 && done === lessons.length;
  const label = t("{done} of {lessons, plural, one {# lesson} other {# lessons}} done", {
    done,
    lessons: lessons.length,
  });
  return (
    <Card className={css.climb}>
      <Ridge name={name} share={lessons.length > 0 ? done / lessons.length : 0} />
      <div>
        <Meter value={done} of={lessons.length} label={label} tone={summit ? "gold" : "go"} />
        <Hint>
          {summit
            ? t(
                "At the summit: {lessons, plural, one {the lesson is done} other {all # lessons done}}",
                { lessons: done },
              )
            : label}
        </Hint>
        {next && (
          <>
            <h2>{next.name}</h2>
            <Button disabled={busy} onClick={() => onStart(next)}>
              {t("Start the climb")}
            </Button>
          </>
        )}
      </div>
    </Card>
  );
}

function Unit({ unit, busy, onStart }: { unit: Schemas["UnitTrail"] } & Looking) {
  const t = useWords();
  const done = behind(unit.lessons);
  const lessons = unit.lessons.length;
  return (
    <Card topo>
      <Row between>
        <h2>{unit.name}</h2>
        {onStart && lessons > 0 && (
          <Pill tone={done === lessons ? "gold" : "pou"}>
            <Unseen>
              {t("{done} of {lessons, plural, one {# lesson} other {# lessons}} done", {
                done,
                lessons,
              })}
            </Unseen>
            <span aria-hidden="true">
              {done} / {lessons}
            </span>
          </Pill>
        )}
      </Row>
      <ol className={css.trail}>
        {unit.lessons.map((lesson) => (
          <Stop key={lesson.lesson_id} lesson={lesson} busy={busy} {...(onStart && { onStart })} />
        ))}
      </ol>
    </Card>
  );
}

function Stop({ lesson, busy, onStart }: { lesson: Lesson } & Looking) {
  const t = useWords();
  const icons = { done: "tick", next: "play", open: "flag" } as const;
  const acts = { done: t("Again"), next: t("Start"), open: t("Open") };
  const { items, minutes, best } = lesson;
  const state = onStart ? lesson.state : "open";
  const words = t("{items, plural, one {# question} other {# questions}} · about {minutes} min", {
    items,
    minutes,
  }).split(" · ");
  if (best !== null) words.push(t("best {share}%", { share: count(Math.round(best * 100)) }));
  return (
    <li className={css.stop} data-state={state}>
      <span className={css.disc}>
        <Icon name={icons[state]} size={28} />
      </span>
      <div>
        <strong>{lesson.name}</strong>
        <ul className={css.facts}>
          {words.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </div>
      {onStart && (
        <Button
          look={state === "next" ? "primary" : "ghost"}
          small
          disabled={busy}
          aria-label={`${acts[state]}: ${lesson.name}`}
          onClick={() => onStart(lesson)}
        >
          {acts[state]}
        </Button>
      )}
    </li>
  );
}
