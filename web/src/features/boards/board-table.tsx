import { useLayoutEffect, useRef } from "react";
import { calm } from "@/design/motion";
import { Initials, Named, Num, numberCell, Pill, Table } from "@/design/parts";
import type { Schemas } from "@/platform/api";
import { count, useWords } from "@/platform/words";
import css from "./boards-screen.module.css";

type Row = Schemas["BoardRow"];

/** The top, and you with two on either side. */
export function BoardTable({ board }: { board: Schemas["Board"] }) {
  const t = useWords();
  const body = useSlide(board);
  const below = board.around.filter(
    (row) => !board.top.some((other) => other.place === row.place && other.name === row.name),
  );
  const gap =
    board.top.length > 0 && below[0] && below[0].place > (board.top.at(-1)?.place ?? 0) + 1;
  return (
    <Table label={t("Board")}>
      <caption>{t("XP from learning. Ties: whoever was there first.")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("Place")}</th>
          <th scope="col">{t("Climber")}</th>
          <th scope="col" className={numberCell}>
            XP
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        {board.top.map((row) => (
          <BoardLine key={row.place + row.name} row={row} />
        ))}
        {gap && (
          <tr className={css.cut}>
            <td colSpan={3}>{t("… and where you are")}</td>
          </tr>
        )}
        {below.map((row) => (
          <BoardLine key={row.place + row.name} row={row} />
        ))}
      </tbody>
    </Table>
  );
}

function BoardLine({ row }: { row: Row }) {
  const t = useWords();
  const look = [row.you && css.you, row.place === 1 && css.first].filter(Boolean).join(" ");
  return (
    <tr className={look} data-climber={row.name + row.hue}>
      <td>
        <span className={css.place} data-place={row.place}>
          <Num>{row.place}</Num>
        </span>
      </td>
      <th scope="row">
        <span className={css.who}>
          <Initials text={row.initials} hue={row.hue} />
          {row.you ? t("You") : <Named name={row.name} />}
          {row.you && row.masked && <Pill>{t("shown as {name}", { name: row.name })}</Pill>}
        </span>
      </th>
      <td className={numberCell}>
        <Num>{count(row.xp)}</Num>
      </td>
    </tr>
  );
}

const SLIDE_MS = 420;

/** Let rows slide to their new places (first, last, invert, play). */
function useSlide(board: unknown) {
  const body = useRef<HTMLTableSectionElement>(null);
  const before = useRef(new Map<string, number>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: places change with the board only
  useLayoutEffect(() => {
    const now = new Map<string, number>();
    for (const row of body.current?.querySelectorAll<HTMLElement>("[data-climber]") ?? []) {
      const key = row.dataset.climber ?? "";
      now.set(key, row.offsetTop);
      const was = before.current.get(key);
      if (was === undefined || was === row.offsetTop || calm()) continue;
      row.animate(
        { transform: [`translateY(${was - row.offsetTop}px)`, "none"] },
        { duration: SLIDE_MS, easing: "cubic-bezier(.2, .8, .2, 1)" },
      );
    }
    before.current = now;
  }, [board]);
  return body;
}
