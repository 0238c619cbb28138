import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Field, Options } from "@/design/field";
import { Card, Column, Hint } from "@/design/parts";
import { Empty, Fault, Loaded } from "@/design/states";
import { Problem } from "@/platform/problem";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import { ClassSizeCard } from "./class-size-card";
import { InviteForm } from "./invite-form";
import css from "./members.module.css";
import { PersonLine } from "./person-line";
import { peopleQuery, type Role } from "./queries";
import { useRoles } from "./words";

const MOST = 200;

/** Everybody here: who they are, and what can be done for them. */
export function PeopleScreen() {
  const { role } = useMe();
  if (role !== "admin") return <Fault whole cause={new Problem({ status: 403 }, 403)} />;
  return <People />;
}

function People() {
  const t = useWords();
  const roles = useRoles();
  const [search, setSearch] = useState("");
  const [role, setRole] = useState<Role | "">("");
  const query = useQuery(peopleQuery(useDeferredValue(search.trim()), role));
  return (
    <Column airy>
      <h1>{t("People")}</h1>
      <div className={css.first}>
        <InviteForm />
        <ClassSizeCard />
      </div>
      <Card>
        <div className={css.find}>
          <Field
            label={t("Name begins with")}
            type="search"
            autoComplete="off"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <Options
            label={t("Role")}
            name="role"
            value={role}
            options={[["", t("All")], ...roles]}
            onChange={setRole}
          />
        </div>
        <Loaded query={query} bones={["card", "card"]}>
          {(people) =>
            people.length ? (
              <>
                <ul className={css.people}>
                  {people.map((person) => (
                    <PersonLine key={person.account_id} person={person} />
                  ))}
                </ul>
                {people.length === MOST && (
                  <Hint>{t("These are the first 200. Type a name to find others.")}</Hint>
                )}
              </>
            ) : (
              <Empty icon="people" title={t("Nobody by that name")}>
                {t("Names are found by how they begin.")}
              </Empty>
            )
          }
        </Loaded>
      </Card>
    </Column>
  );
}
