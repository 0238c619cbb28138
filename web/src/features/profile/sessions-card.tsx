import { useQuery } from "@tanstack/react-query";
import { Button } from "@/design/button";
import { Card, Hint, Pill } from "@/design/parts";
import { Loaded, useTellFault } from "@/design/states";
import { shortMoment } from "@/platform/dates";
import { deviceName } from "@/platform/device";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import css from "./profile-screen.module.css";
import { sessionsQuery, useEndSession } from "./queries";

/** Where you are signed in. */
export function SessionsCard() {
  const t = useWords();
  const { zone } = useMe();
  const query = useQuery(sessionsQuery);
  const end = useEndSession();
  const onError = useTellFault();
  return (
    <Card>
      <h2>{t("Where you are signed in")}</h2>
      <Loaded query={query} bones={["card"]}>
        {(sessions) => (
          <ul>
            {sessions.map((session) => (
              <li key={session.session_id} className={css.session}>
                <div>
                  <strong>{deviceName(session.device)}</strong>
                  <Hint>{t("Last seen {when}", { when: shortMoment(session.seen_at, zone) })}</Hint>
                </div>
                {session.this ? (
                  <Pill tone="pou">{t("This device")}</Pill>
                ) : (
                  <Button
                    look="ghost"
                    small
                    disabled={end.isPending}
                    aria-label={t("Sign out {device}", {
                      device: deviceName(session.device),
                    })}
                    onClick={() => end.mutate(session.session_id, { onError })}
                  >
                    {t("Sign out there")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}
