// Colours, sizes and durations stand in tokens.css only; everything else names them.
import { globSync, readFileSync } from "node:fs";

const LITERAL = /#[0-9a-f]{3,8}\b|\b\d*\.?\d+px\b|\brgba?\(|\bhsla?\(|\b\d*\.?\d+m?s\b(?!\w)/i;
let faults = 0;
for (const file of globSync("src/**/*.{css,tsx}")) {
  if (file.endsWith("tokens.css") || file.includes(".test.")) continue;
  const css = file.endsWith(".css");
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  text.split("\n").forEach((line, index) => {
    const bare = css
      ? line.replace(/url\([^)]*\)/g, "")
      : (line.match(/(?:fill|stroke|color|style)=.*/)?.[0] ?? "");
    // A hue may be data; how strong and how light it is stands in tokens.css.
    const hit = LITERAL.exec(bare.replace(/hsl\(\$\{\w+\} var/g, ""));
    if (!hit) return;
    console.error(`${file}:${index + 1}: ${hit[0]} belongs in tokens.css`);
    faults += 1;
  });
}
process.exit(faults ? 1 : 0);
