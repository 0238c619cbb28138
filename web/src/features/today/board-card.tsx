import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Initials, Named, Num, Row, Unseen } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { count, useWords } from "@/platform/words";
import css from "./board-card.module.css";
import { peekQuery } from "./queries";

const MOST = 5;

/** A look at the class board, where you are. */
export function BoardCard({ room }: { room: { class_id: string; name: string } }) {
  const t = useWords();
  const { data: board } = useQuery(peekQuery(room.class_id));
  if (!board || board.off) return null;
  const rows = near(board);
  if (!rows.length) return null;
  return (
    <Card>
      <Row between>
        <h2>{t("{room}, this week", { room: room.name })}</h2>
        <Link to="/boards" className={css.all}>
          {t("All boards")}
        </Link>
      </Row>
      <ol className={css.list}>
        {rows.map((row) => (
          <li key={row.place + row.name} className={css.row} data-you={row.you || undefined}>
            <Num>
              <Unseen>{t("Place")} </Unseen>
              {row.place}
            </Num>
            <Initials text={row.initials} hue={row.hue} />
            <Named name={row.you ? t("You") : row.name} />
            <Num>
              {count(row.xp)}
              <Unseen> XP</Unseen>
            </Num>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** The five rows around you, or the first five. */
function near({ top, around }: Schemas["Board"]): Schemas["BoardRow"][] {
  if (around.length) return around.slice(0, MOST);
  const you = top.findIndex((row) => row.you);
  const first = Math.max(0, Math.min(you - 2, top.length - MOST));
  return top.slice(first, first + MOST);
}
