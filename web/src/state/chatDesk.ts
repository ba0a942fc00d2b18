import type { World } from "../platform/world";
import type { Connection } from "../signal/connection";
import type { ChatLine, PageProblem } from "./types";

type DeskWorld = Pick<World, "clock" | "random">;

export interface ChatDeskHooks {
  /** The contact that is written to, and its chat. */
  place(): { readonly contact: string; readonly chat: readonly ChatLine[] } | null;
  wrote(contact: string, key: string, text: string, at: number): void;
  /** Refused, or (null) on its way again. */
  settled(contact: string, key: string, problem: PageProblem | null): void;
}

/** How often to say that somebody is typing. */
const TYPING_SAID = 2_000;

/** Where messages are handed in. Each is shown at once and sent until the service has it. */
export class ChatDesk {
  readonly #world: DeskWorld;
  readonly #connection: Connection;
  readonly #hooks: ChatDeskHooks;
  #typedAt = -Infinity;

  constructor(world: DeskWorld, connection: Connection, hooks: ChatDeskHooks) {
    this.#world = world;
    this.#connection = connection;
    this.#hooks = hooks;
  }

  send(text: string): void {
    const contact = this.#hooks.place()?.contact;
    if (!contact || !text.trim()) return;
    const key = this.#world.random.hex(32);
    this.deliver(contact, key, text, this.#world.clock.now());
  }

  resend(key: string): void {
    const place = this.#hooks.place();
    const line = place?.chat.find((other) => other.key === key && other.status === "failed");
    if (!place || !line) return;
    this.#hooks.settled(place.contact, key, null);
    this.#deliver(place.contact, key, line.text);
  }

  /** Show and send a message that has its key already. */
  deliver(contact: string, key: string, text: string, at: number): void {
    this.#hooks.wrote(contact, key, text, at);
    this.#deliver(contact, key, text);
  }

  /** May be called for every key that is pressed. */
  typing(): void {
    const contact = this.#hooks.place()?.contact;
    const now = this.#world.clock.elapsed();
    if (!contact || now - this.#typedAt < TYPING_SAID) return;
    this.#typedAt = now;
    this.#connection.say({ type: "chat.typing", contact });
  }

  #deliver(contact: string, key: string, text: string): void {
    // The key makes it the same message however often it is sent.
    void this.#connection
      .request({ type: "chat.send", contact, key, text }, true)
      .then((reply) => {
        if (!reply.ok) this.#hooks.settled(contact, key, reply.problem);
      });
  }
}
