// Answers that have not reached the server: kept on the device with their key, sent again.
import type { Schemas } from "./api";
import { Problem } from "./problem";

export type Unsent = {
  account: string;
  attempt: string;
  body: Schemas["GivenAnswer"];
  at: number;
};

export type Sender = (
  attempt: string,
  body: Schemas["GivenAnswer"],
) => Promise<Schemas["Answered"]>;

const STORE = "unsent";

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("tihi", 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { keyPath: "body.key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  return (await open()).transaction(STORE, mode).objectStore(STORE);
}

/** Keep an answer until the server has it. */
export async function keep(unsent: Unsent): Promise<void> {
  await settled((await store("readwrite")).put(unsent));
}

/** Forget an answer that the server has, or will never take. */
export async function forget(key: string): Promise<void> {
  await settled((await store("readwrite")).delete(key));
}

/** The answers of an account that are still here, oldest first. */
export async function kept(account: string): Promise<Unsent[]> {
  const all: Unsent[] = await settled((await store("readonly")).getAll());
  return all.filter((unsent) => unsent.account === account).sort((a, b) => a.at - b.at);
}

/** Whether sending again can help. */
export const worthAgain = (cause: unknown): boolean =>
  cause instanceof Problem && (cause.offline || cause.status === 429 || cause.status >= 500);

/** Send an answer; it stays kept unless the server took it or refused it for good. */
export async function deliver(unsent: Unsent, send: Sender): Promise<Schemas["Answered"]> {
  await keep(unsent).catch(() => undefined);
  try {
    const answered = await send(unsent.attempt, unsent.body);
    await forget(unsent.body.key).catch(() => undefined);
    return answered;
  } catch (cause) {
    if (!worthAgain(cause)) await forget(unsent.body.key).catch(() => undefined);
    throw cause;
  }
}

/** Send what is kept, in order; stop at the first that still does not go. */
export async function flush(account: string, send: Sender): Promise<Schemas["Answered"][]> {
  const sent: Schemas["Answered"][] = [];
  for (const unsent of await kept(account)) {
    try {
      sent.push(await deliver(unsent, send));
    } catch (cause) {
      if (worthAgain(cause)) break;
    }
  }
  return sent;
}
