import { tell } from "@/design/toast";
import { Problem } from "@/platform/problem";
import { client, meQuery } from "@/platform/queries";
import { leave, wasSignedIn } from "@/platform/session";
import { say } from "@/platform/words";
import { router } from "./routes";

let asking = false;

/** Whoever was signed out elsewhere is told so at the next call, and comes back here afterwards. */
export async function toTheDoor(): Promise<void> {
  // A wrong password is refused in the same way; only who was in can be out.
  if (asking || client.getQueryData(meQuery.queryKey) === undefined) return;
  asking = true;
  try {
    await client.fetchQuery({ ...meQuery, staleTime: 0 });
  } catch (cause) {
    if (!(cause instanceof Problem && cause.status === 401 && wasSignedIn())) return;
    leave();
    await router.navigate({ to: "/signin", search: { to: router.state.location.href } });
    tell(say("You were signed out. Sign in to carry on where you were."));
  } finally {
    asking = false;
  }
}
