import { useSuspenseQuery } from "@tanstack/react-query";
import { api, done, type Schemas } from "./api";
import { Problem } from "./problem";
import { client, meQuery } from "./queries";
import { connect, disconnect } from "./socket";

export type Me = Schemas["Me"];

/** As long as a name shown to others may be. */
export const LONGEST_NAME = 40;

const MARK = "tihi.signed";

/** Who is signed in; only below a route that asked for it. */
export const useMe = (): Me => useSuspenseQuery(meQuery).data;

/** Whether somebody was signed in on this device when it was last used. */
export const wasSignedIn = (): boolean => localStorage.getItem(MARK) !== null;

/** Take in who is signed in. */
export function enter(me: Me): void {
  client.setQueryData(meQuery.queryKey, me);
  localStorage.setItem(MARK, "1");
  connect(me.account_id);
}

/** Nobody is signed in any more. */
export function leave(): void {
  localStorage.removeItem(MARK);
  disconnect();
  client.clear();
}

/** End the session on the server and here. */
export async function signOut(): Promise<void> {
  await done(api.POST("/api/v1/signout")).catch((cause: unknown) => {
    // It ended before, elsewhere: that is what was asked for.
    if (!(cause instanceof Problem && cause.status === 401)) throw cause;
  });
  leave();
}

/** The first page for a role. */
export function homeOf(role: Me["role"]): "/today" | "/teach" | "/admin" {
  if (role === "teacher") return "/teach";
  return role === "admin" ? "/admin" : "/today";
}
