import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Button } from "@/design/button";
import { Field } from "@/design/field";
import { Card, Column, Meter, Muted, Pill, Row } from "@/design/parts";
import { Ridge } from "@/design/ridge";
import { Empty, Loaded, useFault } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { problemOf } from "@/platform/problem";
import { classesQuery } from "@/platform/queries";
import { useWords } from "@/platform/words";
import { openRequestsQuery, useNewClass } from "./queries";
import css from "./teach.module.css";

/** Your classes, and a new one. */
export function ClassesScreen() {
  const t = useWords();
  const query = useQuery(classesQuery);
  const asked = useQuery(openRequestsQuery).data;
  return (
    <Column airy>
      <header className={css.head}>
        <h1>{t("Classes")}</h1>
        <NewClassForm />
      </header>
      <Loaded query={query} bones={["card", "card"]}>
        {(classes) =>
          classes.length ? (
            <ul className={css.grid}>
              {classes.map((room) => (
                <li key={room.class_id}>
                  <ClassCard room={room} asked={asked?.get(room.class_id)} />
                </li>
              ))}
            </ul>
          ) : (
            <Empty icon="class" title={t("No classes yet")}>
              {t("Name your first class above. Its code lets learners in without an account.")}
            </Empty>
          )
        }
      </Loaded>
    </Column>
  );
}

function ClassCard({ room, asked }: { room: Schemas["ClassCard"]; asked: number | undefined }) {
  const t = useWords();
  const { learners, active_this_week: active } = room;
  const label =
    active === null
      ? t("{learners, plural, one {# learner} other {# learners}}", { learners })
      : t("{active} of {learners} active in the last 7 days", { active, learners });
  return (
    <Card className={css.class}>
      <Ridge name={room.name} share={active !== null && learners > 0 ? active / learners : 0} />
      <div>
        <h2>
          <Link to="/teach/classes/$class" params={{ class: room.class_id }}>
            {room.name}
          </Link>
        </h2>
        <Muted>{label}</Muted>
        {active !== null && <Meter value={active} of={learners} tone="go" label={label} />}
        <Row wrap>
          {room.code_open ? (
            <Pill tone="pou">{t("Code {code}", { code: room.join_code })}</Pill>
          ) : (
            <Pill>{t("Code closed")}</Pill>
          )}
          {asked && <Pill tone="info">{t("{open} to look at again", { open: asked })}</Pill>}
        </Row>
      </div>
    </Card>
  );
}

function NewClassForm() {
  const t = useWords();
  const fault = useFault();
  const navigate = useNavigate();
  const make = useNewClass();
  const [name, setName] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!name.trim()) return;
    make.mutate(name.trim(), {
      onSuccess: (room) =>
        navigate({ to: "/teach/classes/$class", params: { class: room.class_id } }),
    });
  }

  return (
    <form className={css.new} onSubmit={submit}>
      <Field
        label={t("Name of a new class")}
        required
        maxLength={60}
        autoComplete="off"
        value={name}
        error={make.error ? fault(problemOf(make.error)).title : undefined}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" look="ghost" disabled={make.isPending || make.isSuccess}>
        {t("Make the class")}
      </Button>
    </form>
  );
}
