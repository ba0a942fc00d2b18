import { MAX_FRAME, type ClientMessage } from "../protocol/messages";
import type { Timers } from "../platform/time";

type WithRef = Extract<ClientMessage, { readonly ref: number }>;
type WithoutRef<M> = M extends WithRef ? Omit<M, "ref"> : never;

/** A message that the service answers. Its `ref` is given by the connection. */
export type Request = WithoutRef<ClientMessage>;
/** A message that nobody answers. */
export type Remark = Exclude<ClientMessage, WithRef | { readonly type: "hello" | "ping" }>;

/** What became of a request. */
export type Reply =
  | { readonly ok: true; readonly contact: string | null; readonly version: number | null }
  | { readonly ok: false; readonly problem: Problem };

interface Problem {
  readonly code: string;
  readonly text: string;
  readonly detail: string;
}

interface Pending {
  readonly frame: string;
  /** Carrying it out twice is the same as once, so it is sent until it is answered. */
  readonly again: boolean;
  sent: boolean;
  readonly settle: (reply: Reply) => void;
  cancelTimer: () => void;
}

/** How long somebody's click may wait for the connection: later than that it would surprise. */
const WAIT_TO_SEND = 8_000;
const WAIT_FOR_ANSWER = 15_000;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

const no = (code: string): Reply => ({ ok: false, problem: { code, text: "", detail: "" } });

/** The requests that have no answer yet, in the order in which they were made. */
export class Requests {
  readonly #timers: Timers;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Take in a request. `send` is how, or null while there is no connection. */
  add(request: Request, again: boolean, send: ((frame: string) => void) | null): Promise<Reply> {
    const ref = (this.#last = (this.#last + 1) % 2 ** 31);
    const frame = JSON.stringify({ ...request, ref });
    if (bytes(frame) > MAX_FRAME) return Promise.resolve(no("page.too_large"));
    return new Promise((settle) => {
      const pending: Pending = { frame, again, sent: false, settle, cancelTimer: () => undefined };
      this.#pending.set(ref, pending);
      if (send) this.#send(ref, pending, send);
      else if (!again) this.#giveUpAfter(WAIT_TO_SEND, ref, "page.offline");
    });
  }

  settle(ref: number, reply: Reply): void {
    const pending = this.#pending.get(ref);
    this.#pending.delete(ref);
    pending?.cancelTimer();
    pending?.settle(reply);
  }

  /** The connection is lost: whether the others were carried out, nobody knows. */
  lost(): void {
    for (const [ref, { again, sent }] of this.#pending)
      if (sent && !again) this.settle(ref, no("page.unknown_outcome"));
  }

  /** The connection is back. */
  flush(send: (frame: string) => void): void {
    for (const [ref, pending] of this.#pending) this.#send(ref, pending, send);
  }

  /** The connection will not come back. */
  giveUp(): void {
    for (const ref of [...this.#pending.keys()]) this.settle(ref, no("page.offline"));
  }

  #send(ref: number, pending: Pending, send: (frame: string) => void): void {
    pending.cancelTimer();
    pending.sent = true;
    if (!pending.again) this.#giveUpAfter(WAIT_FOR_ANSWER, ref, "page.unknown_outcome");
    send(pending.frame);
  }

  #giveUpAfter(ms: number, ref: number, code: string): void {
    const pending = this.#pending.get(ref);
    if (!pending) return;
    pending.cancelTimer = this.#timers.after(ms, () => {
      this.settle(ref, no(code));
    });
  }
}
