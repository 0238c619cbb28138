import { describe, expect, it } from "vitest";
import { ahead, isAfterGap, isRecent, type Outcome, takeIn } from "./resume";

const outcome = (consumer: string, seq: number): Outcome => ({
  id: `${consumer}-${seq}`,
  type: "level_up",
  time: "2026-11-24T00:00:00Z",
  consumer,
  seq,
  cause: null,
  context: null,
  data: { level: seq },
});

// R31.
describe("takeIn", () => {
  it("drops what was seen before", () => {
    const { fresh } = takeIn({ rewards: 4 }, [outcome("rewards", 4), outcome("rewards", 5)]);

    expect(fresh.map((one) => one.seq)).toEqual([5]);
  });

  it("takes each outcome once, however often and in whatever order it comes", () => {
    const told = [3, 1, 2, 3, 1].map((seq) => outcome("rewards", seq));
    const first = takeIn({}, told);
    const again = takeIn(first.seen, told);

    expect(first.fresh.map((one) => one.seq)).toEqual([1, 2, 3]);
    expect(again.fresh).toEqual([]);
  });

  it("counts each consumer by itself", () => {
    const { seen } = takeIn({ streaks: 9 }, [outcome("rewards", 1)]);

    expect(seen).toEqual({ streaks: 9, rewards: 1 });
  });
});

describe("ahead", () => {
  it("never goes back", () => {
    expect(ahead({ rewards: 7 }, { rewards: 5, streaks: 2 })).toEqual({ rewards: 7, streaks: 2 });
  });
});

describe("isAfterGap", () => {
  it.each([
    [{}, 1, false],
    [{}, 2, true],
    [{ rewards: 4 }, 4, false],
    [{ rewards: 4 }, 5, false],
    [{ rewards: 4 }, 6, true],
  ])("knows from %j whether number %i comes too early: %s", (seen, seq, early) => {
    expect(isAfterGap(seen, outcome("rewards", seq))).toBe(early);
  });
});

describe("isRecent", () => {
  it.each([
    ["2026-11-24T00:04:59Z", true],
    ["2026-11-24T00:05:00Z", false],
  ])("knows at %s whether a page being read may lack it: %s", (now, recent) => {
    expect(isRecent(outcome("rewards", 1), Date.parse(now))).toBe(recent);
  });
});
