// Tables for spreadsheets.
import { save } from "./files";

type Cell = string | number | boolean | null | undefined;

/** A cell as text; what a spreadsheet could take for a formula is disarmed. */
function cell(value: Cell): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  return `"${value.replaceAll('"', '""').replace(/^[=+\-@\t\r]/, "'$&")}"`;
}

/** A table as CSV, the heads first. */
export const csv = (heads: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [heads.join(","), ...rows.map((row) => row.map(cell).join(","))].join("\n");

/** Give a table to the person as a file. */
export function download(name: string, text: string): void {
  save(`${name}.csv`, new Blob([text], { type: "text/csv" }));
}
