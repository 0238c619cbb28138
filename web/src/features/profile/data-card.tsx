import { Link } from "@tanstack/react-router";
import { Button } from "@/design/button";
import { Icon } from "@/design/icon";
import { Card, Muted } from "@/design/parts";
import { Fault } from "@/design/states";
import { save } from "@/platform/files";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./profile-screen.module.css";
import { useExportMe } from "./queries";

/** What is kept about you, to take with you. */
export function DataCard() {
  const t = useWords();
  const { role } = useMe();
  const data = useExportMe();
  return (
    <Card>
      <h2>{t("Your data")}</h2>
      <div className={css.form}>
        <Muted>
          {t(
            "Everything that is kept about you, to read and for machines. To have it erased, ask an administrator of your organisation.",
          )}
        </Muted>
        <Button
          look="ghost"
          disabled={data.isPending}
          onClick={() =>
            data.mutate(undefined, { onSuccess: (file) => save("tihi-about-you.zip", file) })
          }
        >
          <Icon name="down" size={18} />
          {t("Get my data")}
        </Button>
        {data.error && <Fault cause={data.error} />}
        {role === "learner" && <Link to="/me/requests">{t("Grades you asked about")}</Link>}
      </div>
    </Card>
  );
}

/** The way to the second steps, for those who have some. */
export function StepsCard() {
  const t = useWords();
  const { role } = useMe();
  if (role === "learner") return null;
  return (
    <Card>
      <h2>{t("Signing in")}</h2>
      <div className={css.form}>
        <Muted>{t("An authenticator app or a passkey keeps your account yours.")}</Muted>
        <Link to="/me/factors">{t("Your second steps")}</Link>
      </div>
    </Card>
  );
}
