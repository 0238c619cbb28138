import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ButtonLink } from "@/design/button";
import { Options } from "@/design/field";
import { Older } from "@/design/older";
import { Column, Initials, initialsOf, Muted, Row } from "@/design/parts";
import { Bones, Empty, Fault } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { useWords } from "@/platform/words";
import { AnswerCard } from "./answer-card";
import css from "./grades.module.css";
import { answersQuery, type Whose } from "./queries";

type Loaded = Pick<
  UseInfiniteQueryResult<InfiniteData<Schemas["AnswersPage"]>>,
  "data" | "hasNextPage" | "isFetchingNextPage" | "fetchNextPage"
>;
type Shown = "all" | "missed" | "corrected";

/** What a learner was asked and answered, newest first; each grade can be corrected. */
export function AnswersScreen() {
  const t = useWords();
  const { class: room, learner } = useParams({
    from: "/members/desk/teach/classes/$class/learners/$learner",
  });
  const whose = { room, learner };
  const query = useInfiniteQuery(answersQuery(whose));
  const name = query.data?.pages[0]?.display_name;
  return (
    <Column airy className={css.page}>
      <header className={css.head}>
        <Muted>
          <Link to="/teach/classes/$class" params={{ class: room }}>
            {t("Back to the class")}
          </Link>
        </Muted>
        <Row>
          {name && <Initials {...initialsOf(name)} />}
          <h1>{name ? t("{name}: answers", { name }) : t("Answers")}</h1>
        </Row>
      </header>
      {query.error && <Fault cause={query.error} again={() => void query.refetch()} />}
      {query.isPending && <Bones shapes={["card", "card", "card"]} />}
      {query.data && <Answers whose={whose} query={query} />}
    </Column>
  );
}

function Answers({ whose, query }: { whose: Whose; query: Loaded }) {
  const t = useWords();
  const [shown, setShown] = useState<Shown>("all");
  const answers = query.data?.pages.flatMap((page) => page.answers) ?? [];
  const kept = answers.filter(
    (one) => shown === "all" || (shown === "missed" ? one.credit < 1 : one.corrections.length > 0),
  );
  if (!answers.length)
    return (
      <Empty
        icon="sprout"
        title={t("No answers yet")}
        act={
          <ButtonLink to="/teach/classes/$class" params={{ class: whose.room }} look="ghost">
            {t("Back to the class")}
          </ButtonLink>
        }
      >
        {t("What is answered in a lesson shows here at once.")}
      </Empty>
    );
  return (
    <Column airy>
      <Options
        quiet
        name="shown"
        label={t("Show")}
        value={shown}
        options={[
          ["all", t("All answers")],
          ["missed", t("Not fully right")],
          ["corrected", t("Corrected")],
        ]}
        onChange={setShown}
      />
      {kept.length ? (
        <ul className={css.answers}>
          {kept.map((one) => (
            <li key={one.answer_id}>
              <AnswerCard answer={one} whose={whose} />
            </li>
          ))}
        </ul>
      ) : (
        <Empty icon="tick" title={t("None of these")}>
          {query.hasNextPage
            ? t("Older answers may hold some.")
            : t("Choose something else, or all answers.")}
        </Empty>
      )}
      <Older query={query}>{t("Show older answers")}</Older>
    </Column>
  );
}
