// After the build: the service worker with its list of files, and every text packed beside itself.
import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { STAFF } from "./catalogue.mjs";

const built = new URL("../../src/tihi/static/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", built), "utf8"));

const DEAR = 1024;

// Who teaches or looks after the whole has a connection; their screens are not kept.
const kept = Object.entries(manifest)
  .filter(([key]) => !STAFF.test(key))
  .flatMap(([, chunk]) => [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])])
  .filter((file) => !file.endsWith(".html"));
const files = ["/", ...[...new Set(kept)].sort().map((file) => `/${file}`)];
const worker = readFileSync(new URL("worker.js", import.meta.url), "utf8");
const index = readFileSync(new URL("index.html", built));
const build = createHash("sha256").update(index).update(files.join()).update(worker);
writeFileSync(
  new URL("worker.js", built),
  `const BUILD = "${build.digest("hex").slice(0, 16)}";\nconst FILES = ${JSON.stringify(files)};\n${worker}`,
);

const TEXTS = "{index.html,worker.js,assets/*.{js,css,svg}}";
for (const name of globSync(TEXTS, { cwd: built })) {
  const raw = readFileSync(new URL(name, built));
  if (raw.length < DEAR) continue;
  writeFileSync(new URL(`${name}.gz`, built), gzipSync(raw, { level: 9 }));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
  };
  writeFileSync(new URL(`${name}.br`, built), brotliCompressSync(raw, { params }));
}
