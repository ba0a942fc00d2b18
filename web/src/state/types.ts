import type { Role } from "../protocol/messages";

/** A value that tells when it changes: the store contract of Svelte (`$app`). */
export interface Readable<T> {
  subscribe(run: (value: T) => void): () => void;
}

/**
 * Something to tell the person. `text` is the service's sentence in the page's language; it is
 * empty for what the page finds itself and words itself:
 * `page.offline` (not sent, no connection), `page.unknown_outcome` (sent, but the connection broke
 * before the answer; the page shows what is), `page.too_large` (longer than one message may be),
 * `page.incomplete` (something is not filled in), `page.failed` (the answer made no sense).
 */
export interface PageProblem {
  readonly code: string;
  readonly text: string;
  /** The field at fault, if any; several are separated by commas. */
  readonly detail: string;
}

/** How the page's line to the service is. `refused`: it will not come back by itself. */
export interface ConnectionView {
  readonly status: "connecting" | "online" | "offline" | "refused";
  /** Since when, in milliseconds on this device's clock. */
  readonly since: number;
  /** When `refused`: the name of the close code (`sign_in`, `old_protocol`, …). */
  readonly why: string | null;
}

/** `sent`: the service keeps it. `read`: the other side has seen it. Those of others are `sent`. */
export type ChatStatus = "sending" | "sent" | "read" | "failed";

export interface ChatLine {
  readonly key: string;
  /** Its place in the contact; null until the service has it. */
  readonly version: number | null;
  readonly by: Role;
  /** Whether this page's side wrote it. */
  readonly mine: boolean;
  readonly name: string;
  readonly text: string;
  readonly at: number;
  readonly status: ChatStatus;
  readonly problem: PageProblem | null;
}
