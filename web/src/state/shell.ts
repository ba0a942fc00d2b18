import { Call, type CallTarget } from "../call/call";
import type { CallIntents, CallView } from "../call/types";
import { isPassing, type Answer } from "../platform/http";
import { within } from "../platform/time";
import { browserWorld, type World } from "../platform/world";
import type { IceServers, Resume, ServerMessage } from "../protocol/messages";
import { Connection, type Reply, type Request } from "../signal/connection";
import { Store } from "./store";
import { sameTarget } from "./target";
import type { ConnectionView, PageProblem } from "./types";

const MONTH = 30 * 24 * 60 * 60 * 1000;
const LONGEST_WAIT = 10_000;

/** Where no language is chosen: the first of the person's own that the page has. */
export function firstLanguage(world: Pick<World, "drawer" | "page">, known: readonly string[]): string {
  const wished = [world.drawer.get("language"), ...world.page.languages(), "sv"];
  return wished.find((tag): tag is string => known.includes(tag as string)) ?? "sv";
}

/** The page's world. Requests carry the language that the page has at that moment. */
export function worldFor(given: World | undefined, language: () => string): World {
  return given ?? browserWorld(language);
}

interface Common {
  readonly language: string;
  readonly call: CallView;
  readonly clockOffset: number;
}

interface ShellHooks<Page, Intent> {
  readonly polite: boolean;
  readonly languages: readonly string[];
  resume(): readonly Resume[];
  target(page: Page): CallTarget | null;
  connection(connection: ConnectionView): void;
  message(message: ServerMessage): void;
  call(call: CallView): void;
  busy(intent: Intent, on: boolean): void;
  problem(problem: PageProblem | null): void;
  language(language: string): void;
}

/** What both pages have in common: a store, a connection and a call that follow each other. */
export class Shell<Page extends Common, Intent> {
  readonly world: World;
  readonly store: Store<Page>;
  readonly connection: Connection;
  readonly call: Call;
  readonly #hooks: ShellHooks<Page, Intent>;
  #target: CallTarget | null = null;
  #open = true;

  constructor(world: World, page: Page, hooks: ShellHooks<Page, Intent>) {
    this.world = world;
    this.store = new Store(page);
    this.#hooks = hooks;
    this.connection = new Connection(world, {
      language: () => this.page.language,
      resume: () => hooks.resume(),
      status: (status, why) => {
        hooks.connection({ status, since: world.clock.now(), why });
      },
      message: (message) => {
        hooks.message(message);
      },
    });
    this.call = new Call(world, hooks.polite, {
      send: (message) => {
        this.connection.say(message);
      },
      ice: async (contact) => {
        const answer = await world.http.get<IceServers>(`/api/contacts/${contact}/ice`);
        return answer.ok ? answer.value : null;
      },
      now: () => world.clock.now() + this.page.clockOffset,
      changed: (view) => {
        hooks.call(view);
      },
    });
  }

  get page(): Page {
    return this.store.value;
  }

  get target(): CallTarget | null {
    return this.#target;
  }

  /** Let the call follow the page. */
  follow(): void {
    const target = this.#hooks.target(this.page);
    if (sameTarget(target, this.#target)) return;
    this.#target = target;
    this.connection.quick = target?.open ?? false;
    this.call.follow(target);
  }

  /** Ask over the socket; the person sees that it is under way, and why it was not done. */
  async ask(intent: Intent, request: Request, again = false): Promise<Reply> {
    return this.during(intent, () => this.connection.request(request, again));
  }

  /** The same for anything that is answered with a problem when it fails. */
  async during<R extends { readonly ok: true } | { readonly ok: false; readonly problem: PageProblem }>(
    intent: Intent,
    work: () => Promise<R>,
  ): Promise<R> {
    this.#hooks.problem(null);
    this.#hooks.busy(intent, true);
    const reply = await work();
    this.#hooks.busy(intent, false);
    if (!reply.ok) this.#hooks.problem(reply.problem);
    return reply;
  }

  /** Ask over HTTP again and again while it may help. Undefined when the page is closed meanwhile. */
  async persist<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T> | undefined> {
    for (let attempt = 0; this.#open; attempt += 1) {
      const answer = await ask();
      if (answer.ok || !isPassing(answer.status)) return answer;
      this.#hooks.connection({ status: "offline", since: this.world.clock.now(), why: null });
      await this.#wait(Math.min(LONGEST_WAIT, 1000 * 2 ** attempt) * this.world.random.number());
    }
    return undefined;
  }

  setLanguage(language: string): void {
    if (language === this.page.language || !this.#hooks.languages.includes(language)) return;
    this.world.drawer.set("language", language, MONTH);
    this.#hooks.language(language);
    this.connection.restart();
  }

  close(): void {
    this.#open = false;
    this.connection.stop();
    this.call.close();
  }

  /** Until the time is over or the network is back. */
  async #wait(ms: number): Promise<void> {
    let stop = (): void => undefined;
    const awake = new Promise<void>((resolve) => {
      stop = this.world.page.onWake(() => {
        resolve();
      });
    });
    await within(this.world.timers, ms, awake);
    stop();
  }
}

/** The intents of the call, safe to hand on as plain functions. */
export const callIntents = (call: Call): CallIntents => ({
  startCamera: () => call.startCamera(),
  stopCamera: () => {
    call.stopCamera();
  },
  setMuted: (muted) => {
    call.setMuted(muted);
  },
  setCameraOff: (off) => {
    call.setCameraOff(off);
  },
  switchCamera: () => call.switchCamera(),
  chooseDevice: (kind, id) => call.chooseDevice(kind, id),
  remoteVideo: call.remoteVideo,
});

/** Let a hasty person's repeated sign out once in a while: "is typing" lasts longer than that. */
export function throttle(world: Pick<World, "clock">, ms: number, run: () => void): () => void {
  let last = -Infinity;
  return () => {
    if (world.clock.elapsed() - last < ms) return;
    last = world.clock.elapsed();
    run();
  };
}

/** How often to say that somebody is typing, and how long to show it. */
export const TYPING_SAID = 2_000;
export const TYPING_SHOWN = 5_000;

export const photoPath = (contact: string, photo: string, what: "view" | "thumbnail"): string =>
  `/api/contacts/${contact}/photos/${photo}/${what}`;
