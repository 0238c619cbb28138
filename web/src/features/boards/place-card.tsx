import { Link } from "@tanstack/react-router";
import { Icon } from "@/design/icon";
import { Card, Column, Hint, Muted, Pill } from "@/design/parts";
import { Ridge } from "@/design/ridge";
import type { Schemas } from "@/platform/api";
import { useMe } from "@/platform/session";
import { count, useWords } from "@/platform/words";
import css from "./boards-screen.module.css";

/** Where you stand, what is next, and what others see of you. */
export function PlaceCard({ board }: { board: Schemas["Board"] }) {
  const t = useWords();
  const me = useMe();
  const rows = [...board.top, ...board.around];
  const you = rows.find((row) => row.you);
  // As high as your XP beside the most: a climb, and no last place.
  const first = Math.max(0, ...rows.map((row) => row.xp));
  const above = you && rows.findLast((row) => row.place < you.place && row.xp > you.xp);
  return (
    <Card topo className={css.placed}>
      <Ridge name={me.display_name} share={first > 0 ? (you?.xp ?? 0) / first : 0} />
      <Column>
        {board.members !== null && (
          <div>
            <Pill tone="pou">
              <Icon name="class" size={18} />
              {t("{members, plural, one {# climber} other {# climbers}}", {
                members: board.members,
              })}
            </Pill>
          </div>
        )}
        {you ? (
          <>
            <h2 className={css.yours}>
              {board.members === null
                ? t("Place {place}", { place: count(you.place) })
                : t("Place {place} of {members}", {
                    place: count(you.place),
                    members: count(board.members),
                  })}
            </h2>
            <Muted>
              {above
                ? t("{left} XP to place {place}.", {
                    left: count(above.xp - you.xp),
                    place: count(above.place),
                  })
                : t("Nobody is above you. Enjoy the view.")}
            </Muted>
          </>
        ) : (
          me.role === "learner" && (
            <Muted>{t("You are not on this board yet. One answer puts you on it.")}</Muted>
          )
        )}
        {me.role === "learner" && (
          <Hint>
            {me.public_rank
              ? t("Others see your name here.")
              : t("Others see you here under a made-up climber’s name.")}{" "}
            <Link to="/me">{t("Change it in your profile")}</Link>
          </Hint>
        )}
      </Column>
    </Card>
  );
}
