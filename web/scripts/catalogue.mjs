// The words: PO files whose msgid is the English text; compiled for Lingui at build time.
import { readFileSync } from "node:fs";
import { compileMessage } from "@lingui/message-utils/compileMessage";

/** The screens of teaching and looking after: their words and files come with the console only. */
export const STAFF =
  /^src\/(features\/(teach|grades|imports|members|calendar|keys|audit|admin)\/|app\/desk-|platform\/words\/staff\/)/;

const quoted = (line) => JSON.parse(line.slice(line.indexOf('"')));

/** Read a PO file into entries: { id, text, check, notes }. */
export function parse(source) {
  const entries = [];
  let entry;
  let field;
  for (const line of source.split("\n")) {
    if (line.startsWith("msgid ")) {
      entry = { ...(entry?.id === undefined ? entry : {}), id: quoted(line), text: "" };
      field = "id";
    } else if (line.startsWith("msgstr ")) {
      entry.text = quoted(line);
      field = "text";
    } else if (line.startsWith('"')) {
      entry[field] += quoted(line);
    } else if (line.startsWith("#,")) {
      entry = { ...(entry ?? {}), check: line.includes("check") };
    } else if (!line.trim()) {
      if (entry?.id) entries.push(entry);
      entry = undefined;
    }
  }
  if (entry?.id) entries.push(entry);
  return entries;
}

/** Vite plugin: `import { messages } from "./mi-NZ.po"`. */
export function catalogues() {
  return {
    name: "catalogues",
    enforce: "pre",
    load(id) {
      if (!id.endsWith(".po")) return null;
      const english = id.endsWith("en-NZ.po");
      const messages = {};
      for (const { id: key, text } of parse(readFileSync(id, "utf8"))) {
        const compiled = compileMessage(text || key);
        const plain = compiled.length === 1 && compiled[0] === key;
        if (!(english && plain)) messages[key] = compiled;
      }
      const data = JSON.stringify(JSON.stringify(messages));
      return { code: `export const messages = JSON.parse(${data});`, moduleType: "js" };
    },
  };
}
