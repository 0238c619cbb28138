// The types are those of the document beside them; whoever changes one makes the other anew.
import { readFileSync } from "node:fs";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";

const here = (path) => new URL(`../src/api/${path}`, import.meta.url);
const fresh = COMMENT_HEADER + astToString(await openapiTS(here("openapi.json")));
if (fresh !== readFileSync(here("schema.gen.ts"), "utf8")) {
  console.error("src/api/schema.gen.ts differs from openapi.json: run `make schema`");
  process.exit(1);
}
