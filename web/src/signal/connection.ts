import { CLOSE_CODES } from "../protocol/closeCodes";
import { PROTOCOL_VERSION, type Resume, type Role, type ServerMessage } from "../protocol/messages";
import type { World } from "../platform/world";
import type { Socket } from "../platform/socket";
import { CALM, Heartbeat, QUICK } from "./heartbeat";
import { BROKEN, reconnectDelay } from "./policy";
import { Requests, type Remark, type Reply, type Request } from "./requests";

export type { Remark, Reply, Request } from "./requests";

/** `offline`: it was lost, or never came, and is tried again. `refused`: it is not tried again. */
export type ConnectionStatus = "connecting" | "online" | "offline" | "refused";

export interface ConnectionHooks {
  /** As whom the page speaks: a browser may be signed in as both. */
  readonly role: Role;
  language(): string;
  /** What the page has of each contact, asked for at each new connection. */
  resume(): readonly Resume[];
  status(status: ConnectionStatus, why: string | null): void;
  /** Everything that the service says, in order; answers to requests too. */
  message(message: ServerMessage): void;
}

export type ConnectionWorld = Pick<World, "clock" | "timers" | "random" | "openSocket" | "page">;

const PATH = "/socket";
const WAIT_FOR_WELCOME = 10_000;
/** Connected this long, an attempt counts as a success; before that it is one more failure. */
const STEADY = 5_000;

/** The page's line to the service. It comes back by itself, and nothing asked for is forgotten. */
export class Connection {
  readonly #world: ConnectionWorld;
  readonly #hooks: ConnectionHooks;
  readonly #requests: Requests;
  readonly #heartbeat: Heartbeat;
  #socket: Socket | null = null;
  #welcomed = false;
  #refused = false;
  #attempt = 0;
  /** When the service said that it has room, the last time it had none. */
  #told: number | null = null;
  #pings = 0;
  #cancelRetry: (() => void) | null = null;
  #cancelPatience = (): void => undefined;
  #unwatch: (() => void) | null = null;

  constructor(world: ConnectionWorld, hooks: ConnectionHooks) {
    this.#world = world;
    this.#hooks = hooks;
    this.#requests = new Requests(world.timers);
    this.#heartbeat = new Heartbeat(
      world,
      () => {
        this.#socket?.send(JSON.stringify({ type: "ping", n: ++this.#pings }));
      },
      () => {
        this.#lose(BROKEN);
      },
    );
  }

  get online(): boolean {
    return this.#welcomed;
  }

  /** Connect. Does nothing while it is connected or trying. */
  start(): void {
    if (this.#socket || this.#cancelRetry) return;
    this.#refused = false;
    this.#attempt = 0;
    this.#unwatch ??= this.#world.page.onWake((why) => {
      this.#wake(why);
    });
    this.#hooks.status("connecting", null);
    this.#open();
  }

  /** Leave for good; `start` begins anew. */
  stop(): void {
    this.#unwatch?.();
    this.#unwatch = null;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#letGo();
    this.#requests.giveUp();
  }

  /** Say `hello` anew, in another language or as somebody else. */
  restart(): void {
    if (!this.#unwatch) return;
    this.stop();
    this.start();
  }

  /** During a video call a lost network is noticed sooner. */
  set quick(quick: boolean) {
    this.#heartbeat.pace = quick ? QUICK : CALM;
  }

  /** Say something that needs no answer. Tells whether there was a connection to say it on. */
  say(remark: Remark): boolean {
    if (this.#welcomed) this.#socket?.send(JSON.stringify(remark));
    return this.#welcomed;
  }

  /**
   * Ask for something. With `again`, it is sent again after a lost connection until it is answered:
   * only for what is the same done once or twice. Never rejects.
   */
  request(request: Request, again = false): Promise<Reply> {
    const socket = this.#welcomed ? this.#socket : null;
    const reply = this.#requests.add(
      request,
      again,
      socket &&
        ((frame) => {
          socket.send(frame);
        }),
    );
    if (this.#refused || !this.#unwatch) this.#requests.giveUp();
    return reply;
  }

  #open(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#cancelPatience = this.#world.timers.after(WAIT_FOR_WELCOME, () => {
      this.#lose(BROKEN);
    });
    this.#socket = this.#world.openSocket(PATH, {
      opened: () => {
        this.#hello();
      },
      received: (text) => {
        this.#receive(text);
      },
      closed: (code) => {
        this.#lose(code);
      },
    });
  }

  #hello(): void {
    const hello = {
      type: "hello",
      protocol: PROTOCOL_VERSION,
      language: this.#hooks.language(),
      role: this.#hooks.role,
      resume: this.#hooks.resume(),
    };
    this.#socket?.send(JSON.stringify(hello));
  }

  #receive(text: string): void {
    let message: ServerMessage;
    try {
      message = JSON.parse(text) as ServerMessage;
    } catch {
      return;
    }
    this.#heartbeat.heard();
    if (message.type === "welcome") this.#welcome();
    else if (message.type === "busy") this.#told = message.retry_after;
    this.#hooks.message(message);
    if (message.type === "done") {
      const { ref, contact, version } = message;
      this.#requests.settle(ref, { ok: true, contact, version });
    } else if (message.type === "refused" && message.ref !== null) {
      const { ref, code, text: sentence, detail } = message;
      this.#requests.settle(ref, { ok: false, problem: { code, text: sentence, detail } });
    }
  }

  #welcome(): void {
    const socket = this.#socket;
    this.#welcomed = true;
    this.#cancelPatience();
    this.#cancelPatience = this.#world.timers.after(STEADY, () => {
      this.#attempt = 0;
    });
    this.#heartbeat.start();
    this.#hooks.status("online", null);
    this.#requests.flush((frame) => socket?.send(frame));
  }

  #letGo(): void {
    this.#cancelPatience();
    this.#heartbeat.stop();
    this.#welcomed = false;
    this.#socket?.drop();
    this.#socket = null;
  }

  #lose(code: number): void {
    this.#letGo();
    this.#requests.lost();
    const delay = reconnectDelay(this.#attempt++, code, this.#world.random.number(), this.#told);
    this.#told = null;
    if (delay === null) {
      this.#refused = true;
      this.#requests.giveUp();
      this.#hooks.status("refused", CLOSE_CODES[code]?.name ?? null);
      return;
    }
    this.#cancelRetry = this.#world.timers.after(delay, () => {
      this.#open();
    });
    this.#hooks.status("offline", null);
  }

  #wake(why: "visible" | "online"): void {
    if (this.#refused) return;
    if (this.#welcomed) this.#heartbeat.check();
    // An attempt begun on a network that is gone would hang for long.
    else if (this.#cancelRetry || why === "online") {
      this.#letGo();
      this.#open();
    }
  }
}
