import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Column, Meter } from "@/design/parts";
import { Ridge } from "@/design/ridge";
import { Empty, Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./courses-screen.module.css";
import { coursesQuery } from "./queries";

/** Every course that is open to you. */
export function CoursesScreen() {
  const t = useWords();
  const learner = useMe().role === "learner";
  const query = useQuery(coursesQuery);
  return (
    <Column airy>
      <h1>{t("Courses")}</h1>
      <Loaded query={query} bones={["card", "card"]}>
        {(courses) =>
          courses.length ? (
            <ul className={css.grid}>
              {courses.map((course) => (
                <li key={course.course_id}>
                  <CourseCard course={course} />
                </li>
              ))}
            </ul>
          ) : (
            <Empty icon="courses" title={t("No courses yet")}>
              {learner
                ? t("Your class has no course yet. Ask your teacher which one is yours.")
                : t("A course begins with the first file of questions that you import.")}
            </Empty>
          )
        }
      </Loaded>
    </Column>
  );
}

function CourseCard({ course }: { course: Schemas["CourseCard"] }) {
  const t = useWords();
  const learner = useMe().role === "learner";
  const { lessons_done: done, lessons, items } = course;
  return (
    <Card className={css.card}>
      <Ridge name={course.name} share={lessons > 0 ? done / lessons : 0} />
      <Link to="/courses/$course" params={{ course: course.course_id }} className={css.course}>
        <span>
          <strong>{course.name}</strong>
          <span>
            {t(
              "{lessons, plural, one {# lesson} other {# lessons}} · {items, plural, one {# question} other {# questions}}",
              { lessons, items },
            )}
          </span>
        </span>
        {learner && (
          <span>
            <Meter
              value={done}
              of={lessons}
              tone={done === lessons ? "gold" : "go"}
              label={t("{done} of {lessons, plural, one {# lesson} other {# lessons}} done", {
                done,
                lessons,
              })}
            />
            {done === lessons
              ? t(
                  "At the summit: {lessons, plural, one {the lesson is done} other {all # lessons done}}",
                  { lessons },
                )
              : t("{done} of {lessons, plural, one {# lesson} other {# lessons}} done", {
                  done,
                  lessons,
                })}
          </span>
        )}
      </Link>
    </Card>
  );
}
