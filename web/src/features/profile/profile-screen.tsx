import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "@/design/button";
import { Icon } from "@/design/icon";
import { Column, Initials, initialsOf, Muted } from "@/design/parts";
import { useTellFault } from "@/design/states";
import { signOut, useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import { AboutCard } from "./about-card";
import { ClassesCard } from "./classes-card";
import { ClimbCard } from "./climb-card";
import { DataCard, StepsCard } from "./data-card";
import { KeepPlaceCard } from "./keep-place-card";
import { LooksCard } from "./looks-card";
import { PauseCard } from "./pause-card";
import css from "./profile-screen.module.css";
import { SessionsCard } from "./sessions-card";

/** You: who, where, how it looks, how you come back. */
export function ProfileScreen() {
  const t = useWords();
  const me = useMe();
  const navigate = useNavigate();
  const out = useMutation({
    mutationFn: signOut,
    onSuccess: () => navigate({ to: "/signin" }),
    onError: useTellFault(),
  });
  const learns = me.role === "learner";
  return (
    <>
      <header className={css.head}>
        <Initials {...initialsOf(me.display_name)} />
        <div>
          <h1>{me.display_name}</h1>
          <Muted>{me.org.name}</Muted>
        </div>
        <Button look="ghost" small disabled={out.isPending} onClick={() => out.mutate()}>
          <Icon name="out" size={18} />
          {t("Sign out")}
        </Button>
      </header>
      {learns && <ClimbCard />}
      <div className={css.page}>
        <Column airy>
          <AboutCard />
          <LooksCard />
          <ClassesCard />
        </Column>
        <Column airy>
          {learns && <KeepPlaceCard />}
          {learns && <PauseCard />}
          <SessionsCard />
          <StepsCard />
          <DataCard />
        </Column>
      </div>
    </>
  );
}
