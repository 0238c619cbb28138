import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Schemas } from "./api";
import { Problem } from "./problem";
import { deliver, flush, forget, keep, kept, type Unsent } from "./unsent";

const unsent = (key: string, at: number, account = "anahera"): Unsent => ({
  account,
  attempt: "attempt",
  body: { step: at, answer: { kind: "true_false", value: true }, key },
  at,
});

const answered = { fact_id: "fact" } as Schemas["Answered"];
const took = () => Promise.resolve(answered);
const offline = () => Promise.reject(new Problem({}, 0));

beforeEach(async () => {
  for (const one of await kept("anahera")) await forget(one.body.key);
});

describe("unsent answers", () => {
  it("stay here while the server cannot be reached", async () => {
    await expect(deliver(unsent("a", 1), offline)).rejects.toBeInstanceOf(Problem);

    expect((await kept("anahera")).map((one) => one.body.key)).toEqual(["a"]);
  });

  it("go in the order in which they were given, each under its own key", async () => {
    await keep(unsent("second", 2));
    await keep(unsent("first", 1));
    const keys: string[] = [];

    await flush("anahera", (_attempt, body) => {
      keys.push(body.key);
      return took();
    });

    expect(keys).toEqual(["first", "second"]);
    expect(await kept("anahera")).toEqual([]);
  });

  it("are nobody else's", async () => {
    await keep(unsent("hers", 1));

    expect(await kept("wiremu")).toEqual([]);
  });
});
