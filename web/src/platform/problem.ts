import type { components } from "@/api/schema.gen";

/** Problem details with the extension members (RFC 9457 §3.2) that some refusals carry. */
type ProblemBody = components["schemas"]["ProblemBody"] & {
  trace_id?: string;
  retry_after?: number;
};

/** What went wrong, as the server (or the lack of one) says it. */
export class Problem extends Error {
  readonly type: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly retryAfter: number | undefined;

  constructor(body: Partial<ProblemBody>, status: number) {
    super(body.title ?? `HTTP ${status}`);
    this.type = (body.type ?? "").replace("urn:tihi:problem:", "");
    this.status = body.status ?? status;
    this.detail = body.detail ?? "";
    this.code = body.trace_id?.slice(0, 12) ?? (this.type || `http-${status}`);
    this.retryAfter = body.retry_after;
  }

  /** The request never reached the server. */
  get offline(): boolean {
    return this.status === 0;
  }
}

/** Make a problem of anything thrown or answered. */
export function problemOf(cause: unknown, status = 0): Problem {
  if (cause instanceof Problem) return cause;
  const body = typeof cause === "object" && cause !== null && "type" in cause ? cause : {};
  return new Problem(body as Partial<ProblemBody>, status);
}
