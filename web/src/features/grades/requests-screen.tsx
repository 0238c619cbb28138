import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ButtonLink } from "@/design/button";
import { Column, Initials, initialsOf, Muted, Named, Row } from "@/design/parts";
import { Empty, Loaded } from "@/design/states";
import { useWords } from "@/platform/words";
import { AnswerCard } from "./answer-card";
import css from "./grades.module.css";
import { requestsQuery } from "./queries";

/** The grades that learners of a class ask about, the first to ask first. */
export function RequestsScreen() {
  const t = useWords();
  const { class: room } = useParams({ from: "/members/desk/teach/classes/$class/requests" });
  const query = useQuery(requestsQuery(room));
  return (
    <Column airy className={css.page}>
      <header className={css.head}>
        <Muted>
          <Link to="/teach/classes/$class" params={{ class: room }}>
            {t("Back to the class")}
          </Link>
        </Muted>
        <h1>{t("Grades to look at again")}</h1>
        <Muted>{t("Correct the grade, or keep it and say why. The learner reads both.")}</Muted>
      </header>
      <Loaded query={query} bones={["card", "card"]}>
        {(asked) =>
          asked.length ? (
            <ul className={css.answers}>
              {asked.map(({ learner_id: learner, display_name: name, answer }) => (
                <li key={answer.answer_id} className={css.asked}>
                  <Row>
                    <Initials {...initialsOf(name)} small />
                    <Link
                      to="/teach/classes/$class/learners/$learner"
                      params={{ class: room, learner }}
                    >
                      <Named name={name} />
                    </Link>
                  </Row>
                  <AnswerCard answer={answer} whose={{ room, learner }} />
                </li>
              ))}
            </ul>
          ) : (
            <Empty
              icon="tick"
              title={t("Nobody asks about a grade")}
              act={
                <ButtonLink to="/teach/classes/$class" params={{ class: room }} look="ghost">
                  {t("Back to the class")}
                </ButtonLink>
              }
            >
              {t("When a learner does, it shows here and on the page of classes.")}
            </Empty>
          )
        }
      </Loaded>
    </Column>
  );
}
