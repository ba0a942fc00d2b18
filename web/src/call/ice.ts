import type { World } from "../platform/world";
import type { IceServers } from "../protocol/messages";
import { within } from "../platform/time";

export type IceWorld = Pick<World, "timers">;

/** New credentials are fetched this long before the old ones end. */
const MARGIN = 60_000;
const RETRY = 10_000;
const SHORTEST = 5_000;
/** When there are good ones already, those of a new contact are fetched once it has begun. */
const LATER = 3_000;
/** A call does not wait longer than this for relays: it may well go without. */
const PATIENCE = 1_000;

/** Whom relays are asked for: a contact, or null for a nurse who has none yet. */
export type IceOwner = string | null;

/** The addresses of relays, fetched ahead and kept fresh. */
export class Ice {
  readonly #world: IceWorld;
  readonly #fetch: (owner: IceOwner) => Promise<IceServers | null>;
  readonly #now: () => number;
  readonly #changed: () => void;
  /** Undefined: nobody needs any. */
  #owner: IceOwner | undefined = undefined;
  #servers: IceServers | null = null;
  #loading: Promise<void> | null = null;
  #cancel = (): void => undefined;

  /** `now` is the service's clock, in which credentials end. */
  constructor(
    world: IceWorld,
    fetch: (owner: IceOwner) => Promise<IceServers | null>,
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

  follow(owner: IceOwner | undefined): void {
    if (owner === this.#owner) return;
    this.#cancel();
    this.#owner = owner;
    if (owner === undefined) {
      this.#servers = this.#loading = null;
    } else if (this.#servers) {
      this.#cancel = this.#world.timers.after(LATER, () => void this.#load(owner));
    } else {
      this.#loading = this.#load(owner);
    }
  }

  /** Null when there is nothing to wait for. */
  waiting(): Promise<unknown> | null {
    return this.#loading && !this.#servers
      ? within(this.#world.timers, PATIENCE, this.#loading)
      : null;
  }

  async #load(owner: IceOwner): Promise<void> {
    const servers = await this.#fetch(owner);
    if (owner !== this.#owner) return;
    const wait = servers ? Math.max(SHORTEST, servers.expires - this.#now() - MARGIN) : RETRY;
    this.#cancel = this.#world.timers.after(Math.min(wait, 2 ** 31 - 1), () => {
      void this.#load(owner);
    });
    if (!servers) return;
    this.#servers = servers;
    this.#changed();
  }
}
