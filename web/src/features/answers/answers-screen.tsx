import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Column, Muted } from "@/design/parts";
import { Empty, Loaded } from "@/design/states";
import { useWords } from "@/platform/words";
import css from "./answers.module.css";
import { OwnAnswer } from "./own-answer";
import { type Answer, lessonAnswersQuery, ownRequestsQuery } from "./queries";

/** Your answers in one lesson, with their grades. */
export function LessonAnswersScreen() {
  const t = useWords();
  const { attempt } = useParams({ from: "/members/learner/own/me/answers/$attempt" });
  const query = useQuery(lessonAnswersQuery(attempt));
  return (
    <Column airy className={css.page}>
      <header>
        <Muted>
          <Link to="/me/ledger">{t("Every XP and why")}</Link>
        </Muted>
        <h1>{t("Your answers")}</h1>
      </header>
      <Loaded query={query} bones={["card", "card", "card"]}>
        {({ answers }) => <Answers answers={answers} />}
      </Loaded>
      <Muted>
        <Link to="/me/requests">{t("Grades you asked about")}</Link>
      </Muted>
    </Column>
  );
}

/** The answers whose grade you asked about, and what became of it. */
export function OwnRequestsScreen() {
  const t = useWords();
  const query = useQuery(ownRequestsQuery);
  return (
    <Column airy className={css.page}>
      <header>
        <Muted>
          <Link to="/me">{t("Me")}</Link>
        </Muted>
        <h1>{t("Grades you asked about")}</h1>
      </header>
      <Loaded query={query} bones={["card", "card"]}>
        {(answers) => <Answers answers={answers} />}
      </Loaded>
    </Column>
  );
}

function Answers({ answers }: { answers: readonly Answer[] }) {
  const t = useWords();
  if (!answers.length)
    return (
      <Empty icon="sprout" title={t("Nothing here yet")}>
        {t("After a lesson, or from an entry of your XP, you see your answers and can ask.")}
      </Empty>
    );
  return (
    <ul className={css.answers}>
      {answers.map((one) => (
        <li key={one.answer_id}>
          <OwnAnswer answer={one} />
        </li>
      ))}
    </ul>
  );
}
