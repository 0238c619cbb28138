import { expect, test } from "vitest";
import { skillName } from "./words";

test("a skill's slug is read as words", () => {
  expect(skillName("fraction-add")).toBe("Fraction add");
  expect(skillName("nz-landforms")).toBe("NZ landforms");
});
