import { Button } from "@/design/button";
import { Hint, Initials, initialsOf, Unseen } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { useWords } from "@/platform/words";
import css from "./door.module.css";

type Person = Schemas["Welcome"]["demo_people"][number];

/** One press signs a demo person in. */
export function DemoPeople({
  people,
  busy,
  onChoose,
}: {
  people: Person[];
  busy: boolean;
  onChoose: (signInName: string) => void;
}) {
  const t = useWords();
  const roles = { learner: t("learner"), teacher: t("teacher"), admin: t("administrator") };
  return (
    <section aria-label={t("Demo people")}>
      <Hint>{t("This is a demo. Look around as one of them:")}</Hint>
      <div className={css.people}>
        {people.map((person) => (
          <Button
            key={person.sign_in_name}
            look="ghost"
            disabled={busy}
            onClick={() => onChoose(person.sign_in_name)}
          >
            <Initials {...initialsOf(person.display_name)} small />
            <span>
              <Unseen>{t("Look around as {name}", { name: person.display_name })} </Unseen>
              <span aria-hidden="true">{person.display_name}</span>
              <small>{roles[person.role]}</small>
            </span>
          </Button>
        ))}
      </div>
    </section>
  );
}
