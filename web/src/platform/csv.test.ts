import { describe, expect, it } from "vitest";
import { csv } from "./csv";

describe("csv", () => {
  it("puts texts in quotes and doubles the quotes in them", () => {
    expect(csv(["name", "xp"], [['Anahera "Ana"', 12]])).toBe('name,xp\n"Anahera ""Ana""",12');
  });

  it.each(["=1+1", "+1", "-1", "@name"])("lets no spreadsheet work out %s", (name) => {
    expect(csv(["name"], [[name]])).toBe(`name\n"'${name}"`);
  });

  it("leaves what is not known empty", () => {
    expect(csv(["a", "b"], [[undefined, false]])).toBe("a,b\n,false");
  });
});
