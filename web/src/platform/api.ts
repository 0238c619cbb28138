import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "@/api/schema.gen";
import { Problem, problemOf } from "./problem";

export type Schemas = components["schemas"];

let signedOut = (): void => undefined;

/** Hear that a call was refused for want of a session. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

const guard: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("x-tihi", "1");
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) signedOut();
  },
  onError() {
    return new Problem({ title: "Offline" }, 0);
  },
};

export const api = createClient<paths>({ baseUrl: "" });
api.use(guard);

type Reply<T> = { data?: T; error?: unknown; response: Response };

/** Return the data of a reply, or throw its problem. */
export async function take<T>(reply: Promise<Reply<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await reply;
  if (error !== undefined || !response.ok) throw problemOf(error, response.status);
  return data as NonNullable<T>;
}

/** Wait for a reply without a body. */
export async function done(reply: Promise<Reply<unknown>>): Promise<void> {
  const { error, response } = await reply;
  if (!response.ok) throw problemOf(error, response.status);
}
