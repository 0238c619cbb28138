// Points that are late: the server is asked whether they are on their way (R13).
import { client, progressQuery } from "./queries";
import { catchUp, onOutcomes } from "./socket";

const LATE_MS = 4000;
const expected = new Map<string, ReturnType<typeof setTimeout>>();

/** Expect the points for an accepted answer; the last of them to be late asks once for all. */
export function expectPoints(fact: string): void {
  clearTimeout(expected.get(fact));
  expected.set(
    fact,
    setTimeout(() => ask(fact), LATE_MS),
  );
}

function ask(fact: string): void {
  expected.delete(fact);
  // Who knows already that points are on their way does not ask again.
  if (client.getQueryData(progressQuery.queryKey)?.waiting) return;
  // A push may be lost for good, and the next one that would show the gap is far off.
  catchUp();
  void client.invalidateQueries({ queryKey: progressQuery.queryKey });
}

onOutcomes((outcomes) => {
  for (const { cause } of outcomes) {
    if (!cause) continue;
    clearTimeout(expected.get(cause));
    expected.delete(cause);
  }
});
