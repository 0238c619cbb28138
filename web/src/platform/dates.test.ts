import { expect, test, vi } from "vitest";
import { shortDay } from "./dates";

test("a day of another year says which", () => {
  vi.setSystemTime("2026-11-27T00:00:00Z");

  expect(shortDay("2026-11-28T21:00:00Z", "UTC")).toBe("28 Nov");
  expect(shortDay("2027-11-28T21:00:00Z", "UTC")).toBe("28 Nov 2027");
  // The year turns where the reader is.
  expect(shortDay("2026-12-31T12:00:00Z", "Pacific/Auckland")).toBe("1 Jan 2027");
  vi.useRealTimers();
});
