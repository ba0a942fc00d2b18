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
/** Drawing a meeting waits for offer and answer, but no longer than this, which nobody sees. */
const DRAWN_AFTER = 160;
/** And then for the candidates, which come a moment later. */
const CANDIDATES = 20;

/** Where no language is chosen: the first of the person's own that the page has. */
export function firstLanguage(
  world: Pick<World, "drawer" | "page">,
  known: readonly string[],
): string {
  const wished = [world.drawer.get("language"), ...world.page.languages(), "sv"];
  return wished.find((tag): tag is string => known.includes(tag as string)) ?? "sv";
}

/** The page's world. Requests carry the language that the page has at that moment. */
export function worldFor(given: World | undefined, language: () => string): World {
  return given ?? browserWorld(language);
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly problem: PageProblem };

interface Common {
  readonly language: string;
  readonly call: CallView;
  readonly clockOffset: number;
}

/** What the shell tells the page; both pages' inputs hold these. */
type ShellInput<Intent> =
  | { readonly type: "connection"; readonly connection: ConnectionView }
  | { readonly type: "message"; readonly message: ServerMessage; readonly at: number }
  | { readonly type: "call"; readonly call: CallView }
  | { readonly type: "busy"; readonly intent: Intent; readonly on: boolean }
  | { readonly type: "problem"; readonly problem: PageProblem | null }
  | { readonly type: "language"; readonly language: string };

interface ShellHooks<Page, Intent> {
  readonly polite: boolean;
  readonly languages: readonly string[];
  resume(): readonly Resume[];
  target(page: Page): CallTarget | null;
  take(input: ShellInput<Intent>): void;
}

/** What both pages have in common: a store, a connection and a call that follow each other. */
export class Shell<Page extends Common, Intent> {
  readonly world: World;
  readonly store: Store<Page>;
  readonly connection: Connection;
  readonly call: Call;
  readonly #hooks: ShellHooks<Page, Intent>;
  #target: CallTarget | null = null;
  #cameraNeeded = false;
  #cameraUnwanted = false;
  #open = true;

  constructor(world: World, page: Page, hooks: ShellHooks<Page, Intent>) {
    this.world = world;
    this.store = new Store(page);
    this.#hooks = hooks;
    this.connection = new Connection(world, {
      role: hooks.polite ? "patient" : "nurse",
      language: () => this.page.language,
      resume: () => hooks.resume(),
      status: (status, why) => {
        this.#status(status, why);
      },
      message: (message) => {
        hooks.take({ type: "message", message, at: world.clock.now() });
      },
    });
    this.call = new Call(world, hooks.polite, {
      send: (message) => {
        this.connection.say(message);
      },
      ice: async (contact) => {
        const path = contact === null ? "/api/ice" : `/api/contacts/${contact}/ice`;
        const answer = await world.http.get<IceServers>(path);
        return answer.ok ? answer.value : null;
      },
      now: () => world.clock.now() + this.page.clockOffset,
      changed: (call) => {
        hooks.take({ type: "call", call });
      },
      agreed: () => {
        world.timers.after(CANDIDATES, () => {
          this.store.release();
        });
      },
    });
  }

  get page(): Page {
    return this.store.value;
  }

  get target(): CallTarget | null {
    return this.#target;
  }

  /**
   * Let call and camera follow the page. The camera goes on by itself when there is somebody to be
   * seen by, and off when that is over. `soon`: it is being tried, or will be needed in a moment.
   */
  follow(soon = false): void {
    const target = this.#hooks.target(this.page);
    if (!sameTarget(target, this.#target)) {
      // First the connection, then the picture of the page: drawing a meeting takes long enough
      // that the offer or its answer would wait for it.
      if (target?.open && !this.#target?.open) this.store.hold(this.world.timers, DRAWN_AFTER);
      this.#target = target;
      this.connection.quick = target?.open ?? false;
      this.call.follow(target);
    }
    const over = this.#cameraNeeded && !target && !soon;
    this.#cameraNeeded = target !== null || soon;
    if (over) this.call.stopCamera();
    else if (target && this.page.call.camera === "off" && !this.#cameraUnwanted)
      void this.call.startCamera();
  }

  /** The person wants the camera, or does not. */
  wantCamera(wanted: boolean): Promise<void> {
    this.#cameraUnwanted = !wanted;
    if (wanted) return this.call.startCamera();
    this.call.stopCamera();
    return Promise.resolve();
  }

  /** Ask over the socket; the person sees that it is under way, and why it was not done. */
  async ask(intent: Intent, request: Request, again = false): Promise<Reply> {
    return this.during(intent, () => this.connection.request(request, again));
  }

  /** The same for anything that is answered with a problem when it fails. */
  async during<R extends Outcome>(intent: Intent, work: () => Promise<R>): Promise<R> {
    const { take } = this.#hooks;
    take({ type: "problem", problem: null });
    take({ type: "busy", intent, on: true });
    const reply = await work();
    take({ type: "busy", intent, on: false });
    if (!reply.ok) take({ type: "problem", problem: reply.problem });
    return reply;
  }

  /** Ask over HTTP again while it may help. Undefined when the page is closed meanwhile. */
  async persist<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T> | undefined> {
    for (let attempt = 0; this.#open; attempt += 1) {
      const answer = await ask();
      if (answer.ok || !isPassing(answer.status)) return answer;
      this.#status("offline", null);
      await this.#wait(Math.min(LONGEST_WAIT, 1000 * 2 ** attempt) * this.world.random.number());
    }
    return undefined;
  }

  setLanguage(language: string): void {
    if (language === this.page.language || !this.#hooks.languages.includes(language)) return;
    this.world.drawer.set("language", language, MONTH);
    this.#hooks.take({ type: "language", language });
    this.connection.restart();
  }

  /** The intents of the call, safe to hand on as plain functions. */
  callIntents(): CallIntents {
    const { call } = this;
    return {
      startCamera: () => this.wantCamera(true),
      stopCamera: () => {
        void this.wantCamera(false);
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
    };
  }

  close(): void {
    this.#open = false;
    this.connection.stop();
    this.call.close();
  }

  #status(status: ConnectionView["status"], why: string | null): void {
    const connection = { status, since: this.world.clock.now(), why };
    this.#hooks.take({ type: "connection", connection });
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

/** How long to show that somebody is typing. */
export const TYPING_SHOWN = 5_000;

export const photoPath = (contact: string, photo: string, what: "view" | "thumbnail"): string =>
  `/api/contacts/${contact}/photos/${photo}/${what}`;
