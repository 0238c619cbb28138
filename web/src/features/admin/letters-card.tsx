import { useQuery } from "@tanstack/react-query";
import { Button } from "@/design/button";
import { Card, Hint, Muted, Table } from "@/design/parts";
import { Fault, Loaded } from "@/design/states";
import { tell } from "@/design/toast";
import { shortMoment } from "@/platform/dates";
import { useMe } from "@/platform/session";
import { say, useWords } from "@/platform/words";
import css from "./admin.module.css";
import { lettersQuery, useReplay } from "./queries";

/** Facts that could not be worked off, and a second go. */
export function LettersCard() {
  const t = useWords();
  const { zone } = useMe();
  const query = useQuery(lettersQuery);
  const replay = useReplay();
  const again = (letter: string) =>
    replay.mutate(letter, { onSuccess: () => tell(say("It is on its way again.")) });
  return (
    <Card>
      <h2>{t("Dead letters")}</h2>
      {replay.error && <Fault cause={replay.error} />}
      <Loaded query={query} bones={["card"]}>
        {(letters) =>
          letters.length ? (
            <Table cards label={t("Dead letters")}>
              <caption>{t("Facts that a consumer gave up on. Nothing is lost.")}</caption>
              <thead>
                <tr>
                  <th scope="col">{t("Fact")}</th>
                  <th scope="col">{t("What went wrong")}</th>
                  <th scope="col">{t("Acts")}</th>
                </tr>
              </thead>
              <tbody>
                {letters.map((letter) => (
                  <tr key={letter.letter_id}>
                    <th scope="row">
                      {letter.type}
                      <Hint>
                        {letter.consumer} · {shortMoment(letter.time, zone)}
                      </Hint>
                    </th>
                    <td>
                      <span className={css.error}>{letter.error}</span>
                      <Hint>
                        {t("{tries, plural, one {# try} other {# tries}}", {
                          tries: letter.tries,
                        })}
                      </Hint>
                    </td>
                    <td>
                      <Button
                        look="ghost"
                        small
                        disabled={replay.isPending}
                        onClick={() => again(letter.letter_id)}
                      >
                        {t("Replay")}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </Table>
          ) : (
            <Muted>{t("None. Every fact was worked off.")}</Muted>
          )
        }
      </Loaded>
    </Card>
  );
}
