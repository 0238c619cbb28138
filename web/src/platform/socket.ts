// One connection for the whole app: outcomes come in, answers go out.
import type { Socket } from "socket.io-client";
import type { Schemas } from "./api";
import { patch } from "./patch";
import { Problem } from "./problem";
import { client, meQuery } from "./queries";
import {
  ahead,
  isAfterGap,
  isRecent,
  OUTCOME_TYPES,
  type Outcome,
  type Seen,
  takeIn,
} from "./resume";

export type Line = "off" | "up" | "lost" | "back";
/** `past`: told on the first connection of a session, most of it known from before. */
type Listener = (outcomes: Outcome[], past: boolean) => void;

const BACK_MS = 4000;
const LOST_MS = 1500;
const ACK_MS = 4000;

let socket: Socket | undefined;
let account = "";
let seen: Seen = {};
/** In which `seen` counts: a restored server begins another one. */
let epoch = "";
let asking: Promise<unknown> = Promise.resolve();
let line: Line = "off";
let timer: ReturnType<typeof setTimeout> | undefined;
let again: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<Listener>();
const watchers = new Set<() => void>();

const drawer = () => `tihi.heard.${account}`;

function setLine(next: Line): void {
  clearTimeout(timer);
  line = next;
  for (const tell of watchers) tell();
  if (next === "back") timer = setTimeout(() => setLine("up"), BACK_MS);
}

function keep(next: Seen): void {
  seen = next;
  sessionStorage.setItem(drawer(), JSON.stringify({ epoch, seen }));
}

function receive(outcomes: Outcome[], past = false): void {
  const taken = takeIn(seen, outcomes);
  if (!taken.fresh.length) return;
  keep(taken.seen);
  // What is past is in the pages already, but for what came while they were being read.
  const now = Date.now();
  for (const outcome of taken.fresh) if (!past || isRecent(outcome, now)) patch(outcome);
  for (const listener of listeners) listener(taken.fresh, past);
}

/** Ask for what was missed. To a session that begins, all of it is past. */
async function resume(live: Socket): Promise<void> {
  const first = sessionStorage.getItem(drawer()) === null;
  const asked = { seen, epoch };
  const told: Schemas["Missed"] | Schemas["ProblemBody"] = await live
    .timeout(ACK_MS)
    .emitWithAck("resume", asked);
  if ("status" in told) throw new Problem(told, told.status);
  receive(told.outcomes, first);
  const same = told.epoch === epoch;
  epoch = told.epoch;
  keep(same ? ahead(seen, told.seen) : told.seen);
  if (told.snapshot) await client.invalidateQueries();
}

/** A server that is asked too often, or catching its breath, says when to ask again. */
function askAgain(live: Socket, cause: unknown): void {
  if (!(cause instanceof Problem && cause.retryAfter)) return;
  clearTimeout(again);
  again = setTimeout(() => ask(live), cause.retryAfter * 1000);
}

function ask(live: Socket): void {
  if (live !== socket) return;
  asking = asking.then(() => resume(live)).catch((cause) => askAgain(live, cause));
}

/** Ask for what was lost on its way, when what was expected has not come. */
export function catchUp(): void {
  if (socket?.connected) ask(socket);
}

/** Take a pushed outcome in; what was lost on its way before it is asked for first. */
function hear(live: Socket, outcome: Outcome): void {
  asking = asking
    .then(() => (isAfterGap(seen, outcome) ? resume(live) : undefined))
    .then(() => receive([outcome]))
    .catch((cause) => askAgain(live, cause));
}

/** Connect for an account; a second call for the same one does nothing. */
export function connect(accountId: string): void {
  if (account === accountId) return;
  disconnect();
  account = accountId;
  open(accountId).catch(() => {
    // The program for it did not come; the next page tries again.
    if (account === accountId) account = "";
  });
}

async function open(accountId: string): Promise<void> {
  const { io } = await import("socket.io-client");
  if (account !== accountId) return;
  const kept = JSON.parse(sessionStorage.getItem(drawer()) ?? "{}") as {
    seen?: Seen;
    epoch?: string;
  };
  seen = kept.seen ?? {};
  epoch = kept.epoch ?? "";
  const live = io({ transports: ["websocket", "polling"], reconnectionDelayMax: 5000 });
  socket = live;
  live.on("connect", () => {
    setLine(line === "lost" ? "back" : "up");
    ask(live);
  });
  live.on("disconnect", lose);
  live.on("connect_error", lose);
  // The client tries again by itself, but for a server that will not have it.
  live.on("disconnect", (reason) => reason === "io server disconnect" && stillSignedIn());
  live.on("connect_error", () => live.active || stillSignedIn());
  // The device says when the network is there again: sooner than the next try would find out.
  addEventListener("online", hurry);
  for (const type of OUTCOME_TYPES) live.on(type, (outcome: Outcome) => hear(live, outcome));
}

function hurry(): void {
  // A client that waits for its next try starts over, or it would go on waiting.
  if (socket && !socket.connected) socket.disconnect().connect();
}

/** Ask who is signed in; whoever is not hears of it from the refusal. */
function stillSignedIn(): void {
  client.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => undefined);
}

function lose(): void {
  if (line === "lost") return;
  clearTimeout(timer);
  timer = setTimeout(() => setLine("lost"), LOST_MS);
}

/** Close the connection, when somebody signs out. */
export function disconnect(): void {
  removeEventListener("online", hurry);
  clearTimeout(again);
  socket?.disconnect();
  socket = undefined;
  account = "";
  setLine("off");
}

/** Send an answer over the open connection; undefined when there is none to answer in time. */
export async function answerBySocket(
  attempt: string,
  body: Schemas["GivenAnswer"],
): Promise<Schemas["Answered"] | undefined> {
  if (!socket?.connected) return undefined;
  let reply: Schemas["Answered"] | Schemas["ProblemBody"];
  try {
    reply = await socket.timeout(ACK_MS).emitWithAck("complete_task", { attempt, ...body });
  } catch {
    return undefined;
  }
  if ("status" in reply) throw new Problem(reply, reply.status);
  return reply;
}

/** Hear every new outcome once. */
export function onOutcomes(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const lineNow = (): Line => line;
export function onLine(tell: () => void): () => void {
  watchers.add(tell);
  return () => watchers.delete(tell);
}
