import { describe, expect, test } from "vitest";
import { FakeTime, noMedia } from "../platform/fakeWorld";
import type { IceServers, Way } from "../protocol/messages";
import { measure, type EchoDoor } from "./measure";

const SERVERS: IceServers = {
  servers: [{ urls: ["turn:relay.example"], username: "1:x", credential: "y" }],
  policy: "all",
  expires: 10 ** 9,
};

interface Wire {
  /** Milliseconds there and back. */
  readonly trip?: number;
  /** Whether the message with this number is lost. */
  readonly loses?: (number: number) => boolean;
  /** Kilobit a second that leave the browser. */
  readonly rate?: number;
  readonly opens?: boolean;
  readonly relays?: readonly Way[];
}

/** A connection to an echo over a network as described. */
class EchoConnection {
  readonly localDescription = { sdp: "offer" };
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  closed = false;
  readonly #time: FakeTime;
  readonly #wire: Wire;
  readonly #channel: {
    bufferedAmount: number;
    readyState: string;
    onopen: (() => void) | null;
    onmessage: ((event: { data: ArrayBuffer }) => void) | null;
    send(data: ArrayBuffer): void;
  };
  #free = 0;

  constructor(time: FakeTime, wire: Wire) {
    this.#time = time;
    this.#wire = wire;
    let number = 0;
    this.#channel = {
      bufferedAmount: 0,
      readyState: "connecting",
      onopen: null,
      onmessage: null,
      send: (data) => {
        const { trip = 40, loses = () => false, rate = 10_000 } = wire;
        const lost = loses(number++);
        this.#channel.bufferedAmount += data.byteLength;
        this.#free = Math.max(this.#free, time.elapsed()) + (data.byteLength * 8) / rate;
        const left = this.#free - time.elapsed();
        time.after(left, () => {
          this.#channel.bufferedAmount -= data.byteLength;
        });
        if (!lost) time.after(left + trip, () => this.#channel.onmessage?.({ data }));
      },
    };
  }

  createDataChannel(): unknown {
    return this.#channel;
  }

  setLocalDescription(): Promise<void> {
    for (const relayProtocol of this.#wire.relays ?? [])
      this.#time.after(50, () => this.onicecandidate?.({ candidate: { type: "relay", relayProtocol } }));
    return Promise.resolve();
  }

  setRemoteDescription(): Promise<void> {
    if (this.#wire.opens ?? true)
      this.#time.after(100, () => {
        this.#channel.readyState = "open";
        this.#channel.onopen?.();
      });
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.#channel.readyState = "closed";
  }
}

async function run(wire: Wire, door: Partial<EchoDoor> = {}, abortAt?: number) {
  const time = new FakeTime();
  const connection = new EchoConnection(time, wire);
  const world = {
    clock: time,
    timers: time,
    media: { ...noMedia, connection: () => connection as unknown as RTCPeerConnection },
  };
  const abort = new AbortController();
  const result = measure(
    world,
    { relays: () => Promise.resolve(SERVERS), answer: () => Promise.resolve("answer"), ...door },
    abort.signal,
  );
  let found: Awaited<typeof result> | undefined;
  void result.then((value) => {
    found = value;
  });
  let took = 0;
  for (; found === undefined && took < 20_000; took += 10) {
    if (took === abortAt) abort.abort();
    await time.pass(10);
  }
  return { found, took, connection };
}

describe("measuring", () => {
  test("a good network", async () => {
    const { found, took, connection } = await run({ relays: ["udp", "tls"] });
    expect(found?.roundTrip).toBeGreaterThanOrEqual(40);
    expect(found?.roundTrip).toBeLessThan(45);
    expect(found?.loss).toBe(0);
    expect(found?.rate).toBeGreaterThan(700);
    expect(found?.relays).toEqual(["udp", "tls"]);
    expect(took).toBeLessThan(5_000);
    expect(connection.closed).toBe(true);
  });

  test("every tenth message is lost", async () => {
    const { found } = await run({ loses: (number) => number % 10 === 9 });
    expect(found?.loss).toBeCloseTo(0.1, 1);
  });

  test("what waits in the browser is not lost, and does not count as rate", async () => {
    const { found } = await run({ rate: 100 });
    expect(found?.loss).toBeLessThan(0.05);
    expect(found?.rate).toBeLessThan(105);
    expect(found?.rate).toBeGreaterThan(80);
  });

  test("nothing gets through: told in less than ten seconds", async () => {
    const { found, took } = await run({ opens: false });
    expect(found).toEqual({ roundTrip: null, loss: null, rate: null, relays: [] });
    expect(took).toBeLessThan(10_000);
  });

  test("opened, and then nothing comes back", async () => {
    const { found, took } = await run({ loses: () => true });
    expect(found).toEqual({ roundTrip: null, loss: null, rate: null, relays: [] });
    expect(took).toBeLessThan(10_000);
  });

  test("the service does not measure", async () => {
    expect((await run({}, { relays: () => Promise.resolve(null) })).found).toBeNull();
    const { found, connection } = await run({}, { answer: () => Promise.resolve(null) });
    expect(found).toBeNull();
    expect(connection.closed).toBe(true);
  });

  test("an answer that cannot be used", async () => {
    const { found, connection } = await run({}, { answer: () => Promise.reject(new Error("no")) });
    expect(found).toBeNull();
    expect(connection.closed).toBe(true);
  });

  test("called off", async () => {
    const { found, took, connection } = await run({}, {}, 3_000);
    expect(found).toBeNull();
    expect(took).toBeLessThan(5_000);
    expect(connection.closed).toBe(true);
  });
});
