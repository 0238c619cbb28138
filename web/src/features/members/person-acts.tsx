import { useEffect, useRef, useState } from "react";
import { Button } from "@/design/button";
import { Field } from "@/design/field";
import { Muted, Row } from "@/design/parts";
import { Fault } from "@/design/states";
import { tell } from "@/design/toast";
import { save } from "@/platform/files";
import { say, useWords } from "@/platform/words";
import { LinkOut } from "./link-out";
import css from "./members.module.css";
import {
  type Person,
  useChangePerson,
  useErase,
  useExportPerson,
  useNewLink,
  useResetFactors,
} from "./queries";
import { RoleForm } from "./role-form";

/** What an administrator can do for, with and about somebody. */
export function PersonActs({
  person,
  you,
  onClose,
}: {
  person: Person;
  you: boolean;
  onClose: () => void;
}) {
  const t = useWords();
  const [erasing, setErasing] = useState(false);
  if (erasing)
    return <EraseForm person={person} onDone={onClose} onBack={() => setErasing(false)} />;
  return (
    <>
      {you ? (
        <Muted>{t("Ask another administrator to change your own account.")}</Muted>
      ) : (
        <>
          <RoleForm person={person} />
          <Standing person={person} />
        </>
      )}
      <WayIn person={person} you={you} />
      <Data person={person} />
      <Row between wrap>
        <Button look="ghost" onClick={onClose}>
          {t("Done")}
        </Button>
        {!you && (
          <Button look="danger" onClick={() => setErasing(true)}>
            {t("Erase for good…")}
          </Button>
        )}
      </Row>
    </>
  );
}

/** Whether they may come in. */
function Standing({ person }: { person: Person }) {
  const t = useWords();
  const change = useChangePerson(person);
  const name = person.display_name;
  return (
    <div className={css.acts}>
      <Button
        look="ghost"
        disabled={change.isPending}
        onClick={() =>
          change.mutate(
            { active: !person.active },
            {
              onSuccess: (card) =>
                tell(
                  card.active
                    ? say("{name} may sign in again.", { name })
                    : say("{name} is signed out and stays out.", { name }),
                ),
            },
          )
        }
      >
        {person.active ? t("Suspend") : t("Let back in")}
      </Button>
      {change.error && <Fault cause={change.error} />}
    </div>
  );
}

/** How they get in again. */
function WayIn({ person, you }: { person: Person; you: boolean }) {
  const t = useWords();
  const link = useNewLink(person);
  const reset = useResetFactors(person);
  if (!person.sign_in_name) return null;
  return (
    <div className={css.acts}>
      {link.data ? (
        <LinkOut url={link.data.url} name={person.display_name} />
      ) : (
        <Button look="ghost" disabled={link.isPending} onClick={() => link.mutate()}>
          {t("Link to choose a new password")}
        </Button>
      )}
      {person.second_step && !you && (
        <Button
          look="ghost"
          disabled={reset.isPending}
          onClick={() =>
            reset.mutate(undefined, {
              onSuccess: () =>
                tell(
                  say("{name} sets up a new second step next time.", { name: person.display_name }),
                ),
            })
          }
        >
          {t("Their second step is lost: take it away")}
        </Button>
      )}
      {(link.error || reset.error) && <Fault cause={link.error ?? reset.error} />}
    </div>
  );
}

/** What is kept about them. */
function Data({ person }: { person: Person }) {
  const t = useWords();
  const data = useExportPerson(person);
  return (
    <div className={css.acts}>
      <Button
        look="ghost"
        disabled={data.isPending}
        onClick={() =>
          data.mutate(undefined, { onSuccess: (file) => save("tihi-about-them.zip", file) })
        }
      >
        {t("Everything kept about them, as a file")}
      </Button>
      {data.error && <Fault cause={data.error} />}
    </div>
  );
}

/** The last question before somebody is gone. */
function EraseForm({
  person,
  onDone,
  onBack,
}: {
  person: Person;
  onDone: () => void;
  onBack: () => void;
}) {
  const t = useWords();
  const erase = useErase(person);
  const [typed, setTyped] = useState("");
  const form = useRef<HTMLFormElement>(null);
  // What was pressed is gone with the acts.
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  return (
    <form
      ref={form}
      className={css.acts}
      onSubmit={(event) => {
        event.preventDefault();
        erase.mutate(typed, {
          onSuccess: () => {
            tell(say("Erased. What is left are numbers that lead to nobody."));
            onDone();
          },
        });
      }}
    >
      <Muted>
        {t(
          "Their name, sign-in and everything they typed are deleted. It cannot be undone. Backups drop them as they grow old.",
        )}
      </Muted>
      <Field
        label={t("Type {name} to go on", { name: person.display_name })}
        required
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {erase.error && <Fault cause={erase.error} />}
      <Row between wrap>
        <Button look="ghost" onClick={onBack}>
          {t("Keep them")}
        </Button>
        <Button
          look="danger"
          type="submit"
          disabled={erase.isPending || typed !== person.display_name}
        >
          {t("Erase for good")}
        </Button>
      </Row>
    </form>
  );
}
