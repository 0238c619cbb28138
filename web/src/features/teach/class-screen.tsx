import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Card, Column, Muted } from "@/design/parts";
import { Empty, Fault, Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { count, useWords } from "@/platform/words";
import { CodeCard } from "./code-card";
import { LearnersTable } from "./learners-table";
import { NeedsCard } from "./needs-card";
import { classProgressQuery, classQuery, openRequestsQuery } from "./queries";
import { RequestsCard } from "./requests-card";
import css from "./teach.module.css";
import { UpwardCard } from "./upward-card";

/** Of fewer people than these no figure is shown: it would tell about one of them (P15). */
const FEWEST = 5;

/** A class: who is in it, how they are going, and its code. */
export function ClassScreen() {
  const { class: id } = useParams({ from: "/members/desk/teach/classes/$class" });
  const query = useQuery(classQuery(id));
  return (
    <Loaded whole query={query} bones={["title", "card", "tall"]}>
      {(room) => <Room room={room} />}
    </Loaded>
  );
}

function Room({ room }: { room: Schemas["ClassPage"] }) {
  const t = useWords();
  const progress = useQuery(classProgressQuery(room.class_id));
  const asked = useQuery(openRequestsQuery).data?.get(room.class_id);
  const rows = progress.data ?? [];
  const today = rows.filter((row) => row.active_today).length;
  const week = rows.filter((row) => row.week_xp > 0).length;
  const xp = rows.reduce((sum, row) => sum + row.week_xp, 0);
  return (
    <Column airy>
      <header>
        <Muted>
          <Link to="/teach">{t("Classes")}</Link>
        </Muted>
        <h1>{room.name}</h1>
      </header>
      {room.learners.length >= FEWEST && (
        <div className={css.figures}>
          <Figure
            number={`${week} / ${room.learners.length}`}
            text={t("learned something this week")}
          />
          <Figure number={count(today)} text={t("learning today")} />
          <Figure number={count(xp)} text={t("XP this week, all together")} />
        </div>
      )}
      {asked && <RequestsCard classId={room.class_id} open={asked} />}
      <div className={css.two}>
        <NeedsCard room={room} progress={rows} />
        <Column>
          <CodeCard room={room} />
          <UpwardCard classId={room.class_id} upward={room.boards_upward} />
        </Column>
      </div>
      {progress.error && <Fault cause={progress.error} again={() => void progress.refetch()} />}
      {room.learners.length ? (
        <LearnersTable room={room} progress={rows} />
      ) : (
        <Empty icon="class" title={t("Nobody here yet")}>
          {room.code_open
            ? t("Write the code on the board. Learners enter it at the start page.")
            : t("The code is closed. Open it above, then write it on the board.")}
        </Empty>
      )}
    </Column>
  );
}

function Figure({ number, text }: { number: string; text: string }) {
  return (
    <Card className={css.figure}>
      <b>{number}</b>
      <span>{text}</span>
    </Card>
  );
}
