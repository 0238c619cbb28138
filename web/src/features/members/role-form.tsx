import { useRef, useState } from "react";
import { Button } from "@/design/button";
import { Options } from "@/design/field";
import { Muted, Row } from "@/design/parts";
import { Fault } from "@/design/states";
import { tell } from "@/design/toast";
import { say, useWords } from "@/platform/words";
import css from "./members.module.css";
import { type Person, type Role, useChangePerson } from "./queries";
import { useRoles } from "./words";

/** What somebody is here; another role is asked about first, with what comes of it. */
export function RoleForm({ person }: { person: Person }) {
  const t = useWords();
  const change = useChangePerson(person);
  const [wanted, setWanted] = useState<Role>();
  const chosen = wanted ?? person.role;
  const box = useRef<HTMLDivElement>(null);
  const name = person.display_name;
  const roles = useRoles();
  const acts: Readonly<Record<Role, string>> = {
    learner: t("Make {name} a learner", { name }),
    teacher: t("Make {name} a teacher", { name }),
    admin: t("Make {name} an administrator", { name }),
  };
  const means: Readonly<Record<Role, string>> = {
    learner: t("{name} will see no class and nobody else’s answers any more.", { name }),
    teacher: t("{name} will see the answers of their classes and may correct grades.", { name }),
    admin: t(
      "{name} will see everybody here and may change roles, correct grades and erase people.",
      { name },
    ),
  };

  function settle(role: Role) {
    setWanted(undefined);
    // What was pressed is gone with the question.
    box.current?.querySelector<HTMLInputElement>(`input[value="${role}"]`)?.focus();
  }

  return (
    <div className={css.acts} ref={box}>
      <Options
        label={t("Role")}
        name={`role-${person.account_id}`}
        value={chosen}
        options={roles}
        onChange={setWanted}
      />
      {chosen !== person.role && (
        <div className={css.asking} role="status">
          <p>{means[chosen]}</p>
          <Muted>{t("They are signed out everywhere at once, and sign in again.")}</Muted>
          <Row wrap>
            <Button
              disabled={change.isPending}
              onClick={() =>
                change.mutate(
                  { role: chosen },
                  {
                    onSuccess: () => {
                      settle(chosen);
                      tell(say("{name}: role changed.", { name }));
                    },
                  },
                )
              }
            >
              {acts[chosen]}
            </Button>
            <Button look="ghost" onClick={() => settle(person.role)}>
              {t("Leave it as it is")}
            </Button>
          </Row>
        </div>
      )}
      {change.error && <Fault cause={change.error} />}
    </div>
  );
}
