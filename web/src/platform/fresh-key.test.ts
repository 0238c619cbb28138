import { describe, expect, it } from "vitest";
import { freshKey } from "./fresh-key";

describe("freshKey", () => {
  it("is a random UUID, another one each time", () => {
    const keys = Array.from({ length: 50 }, freshKey);

    for (const key of keys)
      expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(new Set(keys).size).toBe(50);
  });
});
