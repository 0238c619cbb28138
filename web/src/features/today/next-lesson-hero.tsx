import { Button } from "@/design/button";
import { Hero } from "@/design/hero";
import { useFault } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { problemOf } from "@/platform/problem";
import { useStartLesson } from "@/platform/start-lesson";
import { useWords } from "@/platform/words";

type Next = Schemas["NextLesson"];

/** The next lesson, and why it is next. */
export function NextLessonHero({ lesson }: { lesson: Next }) {
  const t = useWords();
  const fault = useFault();
  const start = useStartLesson();
  const why = useWhy(lesson);
  const resuming = lesson.reason === "resume";
  return (
    <Hero label={t("Next lesson")}>
      <h2>{lesson.lesson}</h2>
      <p>
        {lesson.unit}. {why}
      </p>
      <strong>
        {t("{items, plural, one {# question} other {# questions}} · about {minutes} min", {
          items: lesson.items,
          minutes: lesson.minutes,
        })}
      </strong>
      <Button look="hero" disabled={start.isPending} onClick={() => start.mutate(lesson.lesson_id)}>
        {resuming ? t("Carry on climbing") : t("Start the climb")}
      </Button>
      {start.error && <p role="alert">{Object.values(fault(problemOf(start.error))).join(" ")}</p>}
    </Hero>
  );
}

function useWhy({ reason, course }: Next): string {
  const t = useWords();
  switch (reason) {
    case "resume":
      return t("You are in the middle of it; your answers are kept.");
    case "first":
      return t("The first step of {course}.", { course });
    case "again":
      return t("You have done every lesson; this one has the most left to gain.");
    default:
      return t("It comes after what you finished last.");
  }
}
