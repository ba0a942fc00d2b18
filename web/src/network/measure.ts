import { within } from "../platform/time";
import type { World } from "../platform/world";
import type { IceServers, Way } from "../protocol/messages";
import type { Found } from "./verdict";

/** The way to the echo. Null: the service cannot measure now. */
export interface EchoDoor {
  relays(): Promise<IceServers | null>;
  answer(offer: string): Promise<string | null>;
}

export type EchoWorld = Pick<World, "clock" | "timers" | "media">;

/** Milliseconds. Together under ten seconds, whatever does not answer. */
const GATHERING = 2_500;
/** After the first relay has answered, the others have so long. */
const OTHER_RELAYS = 600;
const CONNECTING = 3_000;
const SENDING = 1_500;
/** So long only small ones go, to see the network unhurried. */
const CALM = 300;
/** What has not come back after the last was sent by then, and a round trip, is lost. */
const STRAGGLERS = 400;
const LONGEST_ROUND_TRIP = 1_000;
const TURN = 10;
/** The bytes of a packet of picture. */
const LARGE = 1_000;
const SMALL = 16;
/** A picture's kilobit a second: no more is asked of the network. */
const WANTED = 800;
/** Little lies in the browser, or waiting there would be taken for the way. */
const QUEUED = 3_000;
const WAYS = ["udp", "tcp", "tls"] as const satisfies readonly Way[];

interface Probe {
  readonly sent: number;
  readonly bytes: number;
  back: number | null;
}

/**
 * Measure the network against the echo, over one data channel that does not send again.
 *
 * Small messages tell the round trip; large ones, at the pace of a picture, how much comes through.
 * The channel holds back when packets are lost, as calls do, so the rate is what it is at least.
 */
export async function measure(world: EchoWorld, door: EchoDoor, signal: AbortSignal): Promise<Found | null> {
  const servers = await door.relays();
  if (!servers || signal.aborted) return null;
  const connection = world.media.connection({
    iceServers: servers.servers.map(({ urls, ...rest }) => ({ ...rest, urls: [...urls] })),
    iceTransportPolicy: servers.policy,
  });
  const close = (): void => {
    connection.close();
  };
  signal.addEventListener("abort", close);
  try {
    const test = new Test(world, connection, door);
    const found = await test.run(servers.servers.some(({ credential }) => credential));
    return signal.aborted ? null : found;
  } catch {
    // The browser would not, or the test was called off.
    return null;
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

class Test {
  readonly #world: EchoWorld;
  readonly #connection: RTCPeerConnection;
  readonly #door: EchoDoor;
  readonly #channel: RTCDataChannel;
  readonly #relays = new Set<Way>();
  readonly #probes: Probe[] = [];

  constructor(world: EchoWorld, connection: RTCPeerConnection, door: EchoDoor) {
    this.#world = world;
    this.#connection = connection;
    this.#door = door;
    this.#channel = connection.createDataChannel("echo", { ordered: false, maxRetransmits: 0 });
    this.#channel.binaryType = "arraybuffer";
    this.#channel.onmessage = ({ data }) => {
      const probe = this.#probes[new DataView(data as ArrayBuffer).getUint32(0)];
      if (probe) probe.back ??= world.clock.elapsed();
    };
  }

  async run(relayed: boolean): Promise<Found | null> {
    const connection = this.#connection;
    const opened = new Promise<true>((resolve) => {
      this.#channel.onopen = () => {
        resolve(true);
      };
    });
    const gathered = this.#gathered(relayed);
    await connection.setLocalDescription();
    await gathered;
    const answer = await this.#door.answer(connection.localDescription?.sdp ?? "");
    if (answer === null) return null;
    await connection.setRemoteDescription({ type: "answer", sdp: answer });
    const open = await within(this.#world.timers, CONNECTING, opened);
    if (open) await this.#send();
    return { ...this.#result(), relays: WAYS.filter((way) => this.#relays.has(way)) };
  }

  /** Until every relay has been asked, or long enough. */
  #gathered(relayed: boolean): Promise<void> {
    const { timers } = this.#world;
    const connection = this.#connection;
    return new Promise((resolve) => {
      const end = timers.after(GATHERING, resolve);
      const done = (): void => {
        end();
        resolve();
      };
      connection.onicecandidate = ({ candidate }) => {
        if (!candidate) done();
        else if (candidate.type === "relay") {
          if (!this.#relays.size) timers.after(OTHER_RELAYS, done);
          this.#relays.add(wayOf(candidate));
        } else if (!relayed) timers.after(OTHER_RELAYS, done);
      };
    });
  }

  /** A small and some large ones each turn, as time goes and the channel takes them. */
  async #send(): Promise<void> {
    const { clock } = this.#world;
    const began = clock.elapsed();
    let large = 0;
    for (let turn = 0; ; turn += 1) {
      const passed = clock.elapsed() - began;
      if (passed >= SENDING || this.#channel.readyState !== "open") break;
      if (turn % 3 === 0) this.#probe(SMALL);
      while (large * LARGE * 8 < WANTED * (passed - CALM) && this.#channel.bufferedAmount < QUEUED) {
        this.#probe(LARGE);
        large += 1;
      }
      await this.#pause(TURN);
    }
    const roundTrip = Math.min(LONGEST_ROUND_TRIP, this.#roundTrip() ?? LONGEST_ROUND_TRIP);
    const until = clock.elapsed() + STRAGGLERS + roundTrip;
    while (clock.elapsed() < until && this.#probes.some(({ back }) => back === null)) await this.#pause(TURN);
  }

  #probe(bytes: number): void {
    const message = new DataView(new ArrayBuffer(bytes));
    message.setUint32(0, this.#probes.length);
    this.#probes.push({ sent: this.#world.clock.elapsed(), bytes, back: null });
    this.#channel.send(message.buffer);
  }

  #roundTrip(): number | null {
    const trips = this.#probes
      .flatMap(({ sent, bytes, back }) => (back === null || bytes !== SMALL ? [] : [back - sent]))
      .sort((a, b) => a - b);
    return trips[Math.floor(trips.length / 2)] ?? null;
  }

  #result(): Pick<Found, "roundTrip" | "loss" | "rate"> {
    const roundTrip = this.#roundTrip();
    const first = this.#probes[0];
    if (roundTrip === null || !first) return { roundTrip: null, loss: null, rate: null };
    // What still lies in the browser has not been lost.
    let kept = this.#channel.bufferedAmount;
    const left = this.#probes.filter(({ bytes, back }) => back !== null || (kept -= bytes) < 0);
    const arrived = left.flatMap((probe) => (probe.back === null ? [] : [{ ...probe, back: probe.back }]));
    const last = Math.max(...arrived.map(({ back }) => back));
    const quickest = Math.min(...arrived.map(({ sent, back }) => back - sent));
    const bytes = arrived.reduce((sum, probe) => sum + (probe.bytes === LARGE ? LARGE : 0), 0);
    const time = Math.max(SENDING, last - first.sent - quickest) - CALM;
    return { roundTrip, loss: 1 - arrived.length / left.length, rate: (bytes * 8) / time };
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#world.timers.after(ms, resolve);
    });
  }
}

/** Over what the relay was reached. Safari does not say; the type's preference then does. */
function wayOf(candidate: RTCIceCandidate): Way {
  const { relayProtocol } = candidate as RTCIceCandidate & { readonly relayProtocol?: Way | null };
  if (relayProtocol) return relayProtocol;
  // libwebrtc's relay preferences: 2 for UDP, 1 for TCP, 0 for TLS, in the highest byte.
  return (["tls", "tcp", "udp"] as const)[(candidate.priority ?? 0) >>> 24] ?? "udp";
}
