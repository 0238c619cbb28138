import { useState } from "react";
import { Button } from "@/design/button";
import { Dialog } from "@/design/dialog";
import { Hint, Initials, initialsOf, Named, Pill } from "@/design/parts";
import { longDate } from "@/platform/dates";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./members.module.css";
import { PersonActs } from "./person-acts";
import type { Person } from "./queries";
import { useRoles } from "./words";

/** Somebody in the list. */
export function PersonLine({ person }: { person: Person }) {
  const t = useWords();
  const { account_id } = useMe();
  const role = new Map(useRoles()).get(person.role);
  const [open, setOpen] = useState(false);
  const you = person.account_id === account_id;
  return (
    <li className={css.person} data-suspended={!person.active || undefined}>
      <Initials {...initialsOf(person.display_name)} small />
      <div>
        <strong>
          <Named name={person.display_name} />
        </strong>
        <Hint>
          {[role, person.sign_in_name ?? t("signs in with three words or not at all")].join(" · ")}
        </Hint>
      </div>
      <div className={css.marks}>
        {!person.active && <Pill tone="bad">{t("suspended")}</Pill>}
        {person.active && !person.has_password && person.sign_in_name && (
          <Pill tone="info">{t("invited")}</Pill>
        )}
        {person.role !== "learner" &&
          (person.second_step ? (
            <Pill tone="ok">{t("two steps")}</Pill>
          ) : (
            <Pill>{t("one step")}</Pill>
          ))}
        {person.ends_on && (
          <Pill tone="bad">
            {t("unused, erased from {day}", { day: longDate(person.ends_on) })}
          </Pill>
        )}
        {you && <Pill tone="pou">{t("you")}</Pill>}
      </div>
      <Button
        look="ghost"
        small
        aria-label={t("Look after {name}", { name: person.display_name })}
        onClick={() => setOpen(true)}
      >
        {t("Look after")}
      </Button>
      <Dialog open={open} title={person.display_name} onClose={() => setOpen(false)}>
        <PersonActs person={person} you={you} onClose={() => setOpen(false)} />
      </Dialog>
    </li>
  );
}
