import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Bones } from "@/design/states";
import { useMe } from "@/platform/session";
import css from "./lesson.module.css";
import { Player } from "./player";
import { attemptQuery } from "./queries";
import { Stuck } from "./stuck";
import { SummaryCard } from "./summary-card";
import { useEarned } from "./use-earned";

/** A lesson, full screen: questions, then one summary. */
export function LessonScreen() {
  const { attempt: id } = useParams({ from: "/members/learn/$attempt" });
  const { account_id: account } = useMe();
  const earned = useEarned(id);
  const { data, error, refetch } = useQuery(attemptQuery(id, account));
  if (data?.finished) return <SummaryCard attempt={data} earned={earned} />;
  if (data?.step) return <Player key={id} attempt={data} earned={earned} />;
  return (
    <main id="main" className={css.main}>
      {error ? <Stuck cause={error} again={() => void refetch()} /> : <Bones />}
    </main>
  );
}
