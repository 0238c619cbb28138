// Bring the catalogues up to date with the words in the source; `--check` only tells. Further
// catalogues named on the command line, as of a branch from before, give their words too.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { parse, STAFF } from "./catalogue.mjs";

const CALL = /\b(?:t|say|word)\(\s*("(?:[^"\\]|\\.)*")/g;
const found = { learner: new Set(), staff: new Set() };
for (const file of globSync("src/**/*.{ts,tsx}")) {
  if (file.includes(".test.") || file.endsWith(".gen.ts")) continue;
  const part = STAFF.test(file) ? "staff" : "learner";
  for (const [, text] of readFileSync(file, "utf8").matchAll(CALL))
    found[part].add(JSON.parse(text));
}
// What both read stands with the learner's words, which everyone has.
for (const text of found.learner) found.staff.delete(text);

/** The values and plurals that a text has places for, in any order. */
const gaps = (text) => (text.match(/\{\w+(?=[,}])/g) ?? []).sort().join();
const entries = (file) => parse(readFileSync(file, "utf8")).map((entry) => [entry.id, entry]);

const parts = { learner: "src/platform/words", staff: "src/platform/words/staff" };
const checking = process.argv.includes("--check");
const further = process.argv.slice(2).filter((name) => name.endsWith(".po"));
let faults = 0;

function check(name, known, wanted) {
  const silent = (id) => !name.endsWith("en-NZ.po") && !known.get(id)?.text;
  const absent = [...wanted].filter((id) => !known.has(id));
  const unused = [...known.keys()].filter((id) => !wanted.has(id));
  const untold = [...known.keys()].filter((id) => wanted.has(id) && silent(id));
  const astray = [...known.values()].filter(({ id, text }) => text && gaps(id) !== gaps(text));
  for (const id of absent) console.error(`${name}: not in the catalogue ${JSON.stringify(id)}`);
  for (const id of unused) console.error(`${name}: not used ${JSON.stringify(id)}`);
  for (const id of untold) console.error(`${name}: no words for ${JSON.stringify(id)}`);
  for (const { id } of astray) console.error(`${name}: other gaps in ${JSON.stringify(id)}`);
  faults += absent.length + unused.length + untold.length + astray.length;
}

function write(name, known, wanted) {
  const sorted = [...wanted].sort((a, b) => (a < b ? -1 : 1));
  const maori = name.endsWith("mi-NZ.po");
  const head = readFileSync(name, "utf8").split("\n\n")[0].trimEnd();
  const body = sorted.map((id) => {
    const { text = "", check = false } = known.get(id) ?? {};
    const flag = maori && check ? "#, check\n" : "";
    return `${flag}msgid ${JSON.stringify(id)}\nmsgstr ${JSON.stringify(text)}`;
  });
  writeFileSync(name, `${[head, ...body].join("\n\n")}\n`);
  const silent = sorted.filter((id) => (maori ? !known.get(id)?.text : !known.has(id)));
  console.log(`${name}: ${sorted.length} texts, ${silent.length} without words`);
}

for (const locale of ["en-NZ", "mi-NZ"]) {
  const files = Object.values(parts).map((folder) => `${folder}/${locale}.po`);
  const given = further.filter((name) => name.endsWith(`${locale}.po`));
  // A text keeps its words when it moves from one part to the other.
  const known = new Map([...given, ...files].flatMap(entries));
  for (const [part, folder] of Object.entries(parts)) {
    const name = `${folder}/${locale}.po`;
    if (checking) check(name, new Map(entries(name)), found[part]);
    else write(name, known, found[part]);
  }
}
process.exit(faults ? 1 : 0);
