import type { World } from "../platform/world";
import type { IceServers } from "../protocol/messages";
import { within } from "../platform/time";

export type IceWorld = Pick<World, "timers">;

/** New credentials are fetched this long before the old ones end. */
const MARGIN = 60_000;
const RETRY = 10_000;
const SHORTEST = 5_000;
/** A call does not wait longer than this for relays: it may well go without. */
const PATIENCE = 1_000;

/** The addresses of one contact's relays, fetched ahead and kept fresh. */
export class Ice {
  readonly #world: IceWorld;
  readonly #fetch: (contact: string) => Promise<IceServers | null>;
  readonly #now: () => number;
  readonly #changed: () => void;
  #contact: string | null = null;
  #servers: IceServers | null = null;
  #loading: Promise<void> | null = null;
  #cancel = (): void => undefined;

  /** `now` is the service's clock, in which credentials end. */
  constructor(
    world: IceWorld,
    fetch: (contact: string) => Promise<IceServers | null>,
    now: () => number,
    changed: () => void,
  ) {
    this.#world = world;
    this.#fetch = fetch;
    this.#now = now;
    this.#changed = changed;
  }

  /** One candidate pool, so that gathering begins before there is anybody to talk to. */
  get configuration(): RTCConfiguration {
    const iceServers = (this.#servers?.servers ?? []).map(({ urls, ...rest }) => ({
      ...rest,
      urls: [...urls],
    }));
    return {
      iceServers,
      iceTransportPolicy: this.#servers?.policy ?? "all",
      iceCandidatePoolSize: 1,
      bundlePolicy: "max-bundle",
    };
  }

  follow(contact: string | null): void {
    if (contact === this.#contact) return;
    this.#cancel();
    this.#contact = contact;
    this.#servers = null;
    this.#loading = contact === null ? null : this.#load(contact);
  }

  /** Null when there is nothing to wait for. */
  waiting(): Promise<unknown> | null {
    return this.#loading && !this.#servers
      ? within(this.#world.timers, PATIENCE, this.#loading)
      : null;
  }

  async #load(contact: string): Promise<void> {
    const servers = await this.#fetch(contact);
    if (contact !== this.#contact) return;
    const wait = servers ? Math.max(SHORTEST, servers.expires - this.#now() - MARGIN) : RETRY;
    this.#cancel = this.#world.timers.after(Math.min(wait, 2 ** 31 - 1), () => {
      void this.#load(contact);
    });
    if (!servers) return;
    this.#servers = servers;
    this.#changed();
  }
}
