import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Options } from "@/design/field";
import { Card, Column, Strip } from "@/design/parts";
import { Empty, Loaded } from "@/design/states";
import type { Schemas } from "@/platform/api";
import { useMe } from "@/platform/session";
import { useWords } from "@/platform/words";
import { BoardTable } from "./board-table";
import css from "./boards-screen.module.css";
import { PlaceCard } from "./place-card";
import { boardQuery, type Period } from "./queries";

/** Who has climbed how far, this week and altogether. */
export function BoardsScreen() {
  const t = useWords();
  const me = useMe();
  const [where, setWhere] = useState(me.classes[0]?.class_id ?? "org");
  const [period, setPeriod] = useState<Period>("week");
  const scope = where === "org" ? "org" : "class";
  const query = useQuery(boardQuery(scope, period, scope === "class" ? where : undefined));
  return (
    <Column airy>
      <h1>{t("Boards")}</h1>
      <div className={css.choices}>
        <Options
          quiet
          label={t("Among whom")}
          name="scope"
          value={where}
          options={[
            ...me.classes.map((room) => [room.class_id, room.name] as const),
            ["org", me.org.name] as const,
          ]}
          onChange={setWhere}
        />
        <Options<Period>
          quiet
          label={t("Since when")}
          name="period"
          value={period}
          options={[
            ["week", t("This week")],
            ["all", t("All time")],
          ]}
          onChange={setPeriod}
        />
      </div>
      <Loaded query={query} bones={["tall"]}>
        {(board) => <BoardCard board={board} />}
      </Loaded>
    </Column>
  );
}

function BoardCard({ board }: { board: Schemas["Board"] }) {
  const t = useWords();
  if (board.off)
    return (
      <Empty icon="boards" title={t("Boards are off here")}>
        {t("Your teacher has turned boards off for this class. Your own XP counts as before.")}
      </Empty>
    );
  if (!(board.top.length || board.upward))
    return (
      <Empty icon="boards" title={t("Nobody has climbed yet")}>
        {t("The first answer of this period opens the board.")}
      </Empty>
    );
  return (
    <Column>
      {board.updating && (
        <Strip>{t("The board is being counted anew. It is right in a moment.")}</Strip>
      )}
      <div className={css.page}>
        {board.around.length + board.top.length > 0 && (
          <Card>
            <BoardTable board={board} />
          </Card>
        )}
        <PlaceCard board={board} />
      </div>
    </Column>
  );
}
