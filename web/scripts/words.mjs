// Bring the catalogues up to date with the words in the source; `--check` only tells.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { parse } from "./catalogue.mjs";

const CALL = /\b(?:t|say|word)\(\s*("(?:[^"\\]|\\.)*")/g;
const found = new Set();
for (const file of globSync("src/**/*.{ts,tsx}")) {
  if (file.includes(".test.") || file.endsWith(".gen.ts")) continue;
  for (const [, text] of readFileSync(file, "utf8").matchAll(CALL)) found.add(JSON.parse(text));
}
/** The values and plurals that a text has places for, in any order. */
const gaps = (text) => (text.match(/\{\w+(?=[,}])/g) ?? []).sort().join();

const wanted = [...found].sort((a, b) => (a < b ? -1 : 1));
const checking = process.argv.includes("--check");
let faults = 0;
for (const locale of ["en-NZ", "mi-NZ"]) {
  const file = `src/platform/words/${locale}.po`;
  const known = new Map(parse(readFileSync(file, "utf8")).map((entry) => [entry.id, entry]));
  const lacking = wanted.filter((id) =>
    locale === "en-NZ" ? !known.has(id) : !known.get(id)?.text,
  );
  const unused = [...known.keys()].filter((id) => !found.has(id));
  if (checking) {
    const absent = wanted.filter((id) => !known.has(id));
    for (const id of absent) console.error(`${locale}: not in the catalogue ${JSON.stringify(id)}`);
    for (const id of unused) console.error(`${locale}: not used ${JSON.stringify(id)}`);
    const untold = lacking.filter((id) => known.has(id));
    for (const id of untold) console.error(`${locale}: no words for ${JSON.stringify(id)}`);
    const astray = [...known.values()].filter(({ id, text }) => text && gaps(id) !== gaps(text));
    for (const { id } of astray) console.error(`${locale}: other gaps in ${JSON.stringify(id)}`);
    faults += absent.length + unused.length + untold.length + astray.length;
    continue;
  }
  const head = readFileSync(file, "utf8").split("\n\n")[0];
  const body = wanted.map((id) => {
    const { text = "", check = false } = known.get(id) ?? {};
    const flag = locale === "mi-NZ" && check ? "#, check\n" : "";
    return `${flag}msgid ${JSON.stringify(id)}\nmsgstr ${JSON.stringify(text)}`;
  });
  writeFileSync(file, `${[head, ...body].join("\n\n")}\n`);
  console.log(`${locale}: ${wanted.length} texts, ${lacking.length} without words`);
}
process.exit(faults ? 1 : 0);
