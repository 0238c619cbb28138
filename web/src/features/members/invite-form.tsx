import { type FormEvent, useState } from "react";
import { Button } from "@/design/button";
import { Field, Options } from "@/design/field";
import { Card } from "@/design/parts";
import { useFault } from "@/design/states";
import { problemOf } from "@/platform/problem";
import { LONGEST_NAME, useMe } from "@/platform/session";
import { languageNow, useWords } from "@/platform/words";
import { LinkOut } from "./link-out";
import css from "./members.module.css";
import { type Role, useInvite } from "./queries";
import { useRoles } from "./words";

/** Let somebody in by a link. */
export function InviteForm() {
  const t = useWords();
  const { org } = useMe();
  const fault = useFault();
  const invite = useInvite();
  const roles = useRoles();
  const [name, setName] = useState("");
  const [signIn, setSignIn] = useState("");
  const [role, setRole] = useState<Role>("teacher");
  const problem = invite.error && problemOf(invite.error);
  const told = problem ? fault(problem).title : undefined;
  const aboutName = problem?.type === "accounts/unfit-name";

  function submit(event: FormEvent) {
    event.preventDefault();
    invite.mutate(
      {
        display_name: name.trim(),
        sign_in_name: signIn.trim(),
        role,
        zone: org.zone,
        locale: languageNow(),
      },
      {
        onSuccess: () => {
          setName("");
          setSignIn("");
        },
      },
    );
  }

  return (
    <Card topo>
      <h2>{t("Invite somebody")}</h2>
      <form className={css.invite} onSubmit={submit}>
        <Field
          label={t("Name that others see")}
          required
          maxLength={LONGEST_NAME}
          autoComplete="off"
          value={name}
          error={aboutName ? told : undefined}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label={t("Sign-in name")}
          required
          minLength={2}
          maxLength={80}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={signIn}
          error={aboutName ? undefined : told}
          onChange={(event) => setSignIn(event.target.value)}
        />
        <Options
          label={t("Role")}
          name="new-role"
          value={role}
          options={roles}
          onChange={setRole}
        />
        <Button type="submit" disabled={invite.isPending}>
          {t("Make their link")}
        </Button>
      </form>
      {invite.data && <LinkOut url={invite.data.link.url} name={invite.data.person.display_name} />}
    </Card>
  );
}
