import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
// @ts-expect-error a plain script, shared with `npm run words`
import { catalogues } from "./scripts/catalogue.mjs";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Whichever style sheet comes first sets the order of the layers. */
const layers = {
  name: "layers",
  enforce: "pre" as const,
  transform: (code: string, id: string) =>
    id.endsWith(".css") ? `@layer tokens, base, parts, features;\n${code}` : null,
};

export default defineConfig({
  plugins: [react(), catalogues(), layers],
  resolve: { alias: { "@": here("./src") } },
  build: {
    outDir: here("../src/tihi/static"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
  },
  server: {
    proxy: {
      "/api": "http://127.0.0.1:8000",
      "/socket.io": { target: "http://127.0.0.1:8000", ws: true },
    },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "jsdom" },
});
