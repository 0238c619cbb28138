// What a person downloads, held to the design's budgets (kB after gzip; fonts as they are).
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const built = new URL("../../src/tihi/static/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", built), "utf8"));
const sizes = new Map();
const kB = (bytes) => bytes / 1000;

function size(file) {
  if (!sizes.has(file)) {
    const raw = readFileSync(new URL(file, built));
    sizes.set(file, kB(file.endsWith(".woff2") ? raw.length : gzipSync(raw, { level: 9 }).length));
  }
  return sizes.get(file);
}

/** Every file that comes with these modules, what they import at once included. */
function files(keys, seen = new Set()) {
  const found = new Set();
  for (const key of keys) {
    if (seen.has(key)) continue;
    seen.add(key);
    const chunk = manifest[key];
    if (!chunk) throw new Error(`${key} is not in the build`);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
    for (const file of files(chunk.imports ?? [], seen)) found.add(file);
  }
  return found;
}

const screens = (...names) => names.map((name) => `src/features/${name}-screen.tsx`);
const words = (locale, part = "") => `src/platform/words/${part}${locale}.po`;
const language = words("en-NZ");
const live = Object.keys(manifest).find((key) => /socket\.io-client/.test(key));
const first = files(["index.html", ...screens("today/today"), language, live]);
const without = (part, base) => new Set([...part].filter((file) => !base.has(file)));
const total = (part, ending) =>
  [...part].filter((file) => file.endsWith(ending)).reduce((sum, file) => sum + size(file), 0);

const fonts = new Set(
  readdirSync(new URL("assets/", built))
    .filter((name) => name.endsWith(".woff2"))
    .map((name) => `assets/${name}`),
);
const shell = "src/app/desk-shell.tsx";
const desk = screens(
  "teach/classes",
  "teach/class",
  "teach/items",
  "grades/answers",
  "imports/import",
  "admin/admin",
  "profile/profile",
);
const more = (...names) => without(files(screens(...names)), first);

// name, files, most JavaScript, most CSS, most fonts
const table = [
  ["learner home", new Set([...first, ...fonts]), 150, 12, 45],
  ["+ lesson", more("lesson/lesson"), 40, 4, 0],
  ["+ boards", more("boards/boards"), 20, 2, 0],
  ["+ courses", more("courses/courses", "courses/trail"), 20, 2, 0],
  ["+ badges", more("badges/badges", "badges/badge"), 20, 2, 0],
  ["+ ledger", more("ledger/ledger"), 20, 2, 0],
  ["+ profile", more("profile/profile"), 20, 2, 0],
  [
    "sign in and join",
    files(["index.html", language, ...screens("signin/signin", "signin/join", "signin/home")]),
    150,
    12,
    45,
  ],
  [
    "teacher console",
    new Set([
      ...files(["index.html", language, words("en-NZ", "staff/"), shell, ...desk]),
      ...fonts,
    ]),
    260,
    18,
    45,
  ],
  ["language en", files([language]), 15, 0, 0],
  ["language mi", files([words("mi-NZ")]), 15, 0, 0],
  ["+ staff en", files([words("en-NZ", "staff/")]), 15, 0, 0],
  ["+ staff mi", files([words("mi-NZ", "staff/")]), 15, 0, 0],
];

let over = 0;
const cell = (value, most) => {
  if (value > most) over += 1;
  return `${value.toFixed(1)} / ${most}${value > most ? " OVER" : ""}`.padStart(16);
};
console.log(
  `${"kB after gzip".padEnd(18)}${["script", "style", "fonts"].map((head) => head.padStart(16)).join("")}`,
);
for (const [name, part, js, css, font] of table) {
  const cells = [
    cell(total(part, ".js"), js),
    cell(total(part, ".css"), css),
    cell(total(part, ".woff2"), font),
  ];
  console.log(name.padEnd(18) + cells.join(""));
}
process.exit(over ? 1 : 0);
