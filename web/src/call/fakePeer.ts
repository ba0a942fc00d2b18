import type { Media } from "../platform/media";
import { noMedia } from "../platform/fakeWorld";

/** The part of a description that matters here, in place of SDP. */
interface Script {
  readonly by: number;
  readonly ufrag: string;
  readonly kinds: readonly string[];
  readonly candidates: number;
}

class FakeTrack extends EventTarget {
  readonly kind: string;
  readonly id: string;
  muted = false;
  enabled = true;
  stopped = false;
  onended: unknown = null;
  onmute: unknown = null;
  onunmute: unknown = null;

  constructor(kind: string, id: string) {
    super();
    this.kind = kind;
    this.id = id;
  }

  stop(): void {
    this.stopped = true;
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: this.id, facingMode: "user" };
  }
}

class FakeStream {
  #tracks: FakeTrack[] = [];

  getTracks(): FakeTrack[] {
    return [...this.#tracks];
  }

  getVideoTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === "video");
  }

  addTrack(track: FakeTrack): void {
    this.#tracks.push(track);
  }

  removeTrack(track: FakeTrack): void {
    this.#tracks = this.#tracks.filter((other) => other !== track);
  }
}

class FakeSender {
  track: FakeTrack | null = null;

  replaceTrack(track: FakeTrack | null): Promise<void> {
    this.track = track;
    return Promise.resolve();
  }

  scale = 1;

  getParameters(): { encodings: { scaleResolutionDownBy: number }[] } {
    return { encodings: [{ scaleResolutionDownBy: this.scale }] };
  }

  setParameters({ encodings }: ReturnType<FakeSender["getParameters"]>): Promise<void> {
    this.scale = encodings[0]?.scaleResolutionDownBy ?? 1;
    return Promise.resolve();
  }

  setStreams(): void {
    // Streams only tell which sound belongs to which picture.
  }
}

class FakeLine {
  readonly sender = new FakeSender();
  readonly kind: string;
  readonly receiver: { readonly track: FakeTrack };
  readonly byAddTrack: boolean;
  direction = "sendrecv";
  mid: number | null = null;

  constructor(kind: string, byAddTrack: boolean) {
    this.kind = kind;
    this.receiver = { track: new FakeTrack(kind, `remote-${kind}`) };
    this.byAddTrack = byAddTrack;
  }
}

interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** Stands for RTCPeerConnection: its states and events, with descriptions that are not SDP. */
export class FakeConnection {
  readonly id: number;
  readonly lines: FakeLine[] = [];
  connectionState = "new";
  signalingState = "stable";
  restarts = 0;
  local: Description | null = null;
  remote: Description | null = null;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: ((event: { track: FakeTrack }) => void) | null = null;
  readonly #network: FakeNetwork;
  #settledLocal: Description | null = null;
  #settledRemote: Description | null = null;
  #ufrag: string;
  readonly #shown = new Set<FakeTrack>();
  #restart = false;
  #needed = false;
  #chain: Promise<unknown> = Promise.resolve();
  bytes = 0;

  constructor(network: FakeNetwork, id: number) {
    this.#network = network;
    this.id = id;
    this.#ufrag = network.ufrag();
  }

  get localDescription(): Description | null {
    return this.local;
  }

  get pair(): { mine: string; theirs: string } | null {
    if (!this.#settledLocal || !this.#settledRemote) return null;
    return { mine: script(this.#settledLocal).ufrag, theirs: script(this.#settledRemote).ufrag };
  }

  addTransceiver(kind: string): FakeLine {
    const line = new FakeLine(kind, false);
    this.lines.push(line);
    this.#fire();
    return line;
  }

  addTrack(track: FakeTrack): FakeSender {
    const line = new FakeLine(track.kind, true);
    line.sender.track = track;
    this.lines.push(line);
    this.#fire();
    return line.sender;
  }

  getTransceivers(): FakeLine[] {
    return this.lines;
  }

  setConfiguration(): void {
    // Where the relays are does not matter here.
  }

  restartIce(): void {
    this.restarts += 1;
    this.#restart = true;
    this.need();
  }

  setLocalDescription(): Promise<void> {
    return this.#queue(() => {
      const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
      if (type === "offer") {
        if (this.#restart) this.#ufrag = this.#network.ufrag();
        for (const line of this.lines) line.mid ??= this.lines.indexOf(line);
        this.signalingState = "have-local-offer";
        this.#needed = false;
        this.local = this.#describe(type);
      } else {
        const before = this.#settledRemote && script(this.#settledRemote).ufrag;
        const now = this.remote && script(this.remote).ufrag;
        if (before !== null && before !== now) this.#ufrag = this.#network.ufrag();
        this.local = this.#describe(type);
        this.#stable();
      }
      queueMicrotask(() => {
        this.onicecandidate?.({
          candidate: { candidate: `candidate ${this.#ufrag}`, sdpMid: "0", sdpMLineIndex: 0 },
        });
      });
    });
  }

  setRemoteDescription(description: Description): Promise<void> {
    return this.#queue(() => {
      if (description.type === "answer") {
        if (this.signalingState !== "have-local-offer") throw new Error("no offer");
        this.remote = description;
        this.#restart = false;
        this.#stable();
        for (const { receiver } of this.lines) this.#show(receiver.track);
        return;
      }
      if (this.signalingState === "have-local-offer") this.#needed = true;
      this.signalingState = "have-remote-offer";
      this.remote = description;
      script(description).kinds.forEach((kind, mid) => {
        this.#match(kind, mid);
      });
    });
  }

  addIceCandidate(): Promise<void> {
    return this.#queue(() => {
      if (!this.remote) throw new Error("no remote description");
    });
  }

  getStats(): Promise<Map<string, unknown>> {
    const some = this.bytes < 2000 || !this.#network.quiet;
    this.bytes += some && this.#network.flows(this) ? 1000 : 0;
    return Promise.resolve(new Map([["T", { type: "transport", bytesReceived: this.bytes }]]));
  }

  close(): void {
    this.signalingState = "closed";
    this.connectionState = "closed";
    this.#network.check();
  }

  /** As when a line is added or a direction changes. */
  need(): void {
    this.#needed = true;
    this.#fire();
  }

  become(state: string): void {
    if (this.connectionState === state || this.signalingState === "closed") return;
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  #match(kind: string, mid: number): void {
    const line =
      this.lines.find((other) => other.mid === mid) ??
      this.lines.find(
        (other) => other.mid === null && other.byAddTrack && other.receiver.track.kind === kind,
      );
    const matched = line ?? new FakeLine(kind, false);
    if (!line) {
      matched.direction = "recvonly";
      this.lines.push(matched);
    }
    matched.mid = mid;
    this.#show(matched.receiver.track);
  }

  /** Tell of a track of the other side, once. */
  #show(track: FakeTrack): void {
    if (this.#shown.has(track)) return;
    this.#shown.add(track);
    this.ontrack?.({ track });
  }

  #describe(type: "offer" | "answer"): Description {
    const kinds = this.lines.map((line) => line.receiver.track.kind);
    const content: Script = { by: this.id, ufrag: this.#ufrag, kinds, candidates: 0 };
    return { type, sdp: JSON.stringify(content) };
  }

  #stable(): void {
    this.signalingState = "stable";
    this.#settledLocal = this.local;
    this.#settledRemote = this.remote;
    this.#network.check();
    this.#fire();
  }

  #fire(): void {
    queueMicrotask(() => {
      const needed = this.#needed || this.lines.some(({ mid }) => mid === null);
      if (needed && this.signalingState === "stable") this.onnegotiationneeded?.();
    });
  }

  #queue(work: () => void): Promise<void> {
    const done = this.#chain.then(() => {
      if (this.signalingState === "closed") throw new Error("closed");
      work();
    });
    this.#chain = done.catch(() => undefined);
    return done;
  }
}

const script = (description: Description): Script => JSON.parse(description.sdp) as Script;

/** Joins the fake connections whose descriptions fit together. */
export class FakeNetwork {
  readonly connections: FakeConnection[] = [];
  readonly #dead = new Set<string>();
  /** Connections that never work again, whatever is negotiated. */
  readonly broken = new Set<FakeConnection>();
  #ufrags = 0;
  up = true;
  /** Nothing goes over the ways but what sets them up. */
  quiet = false;

  ufrag(): string {
    return `u${String((this.#ufrags += 1))}`;
  }

  /** What goes over the present ways is lost for good: as when a relay is killed. */
  breakWays(): void {
    for (const { pair } of this.connections) if (pair) this.#dead.add(pair.mine);
  }

  flows(connection: FakeConnection): boolean {
    return this.up && this.#partner(connection) !== undefined;
  }

  check(): void {
    for (const connection of this.connections)
      if (this.flows(connection))
        queueMicrotask(() => {
          connection.become("connected");
        });
  }

  /** Cameras, microphones and connections for one page. */
  media(): Media {
    let devices = 0;
    return {
      ...noMedia,
      capture: ({ audio, video }) => {
        const stream = new FakeStream();
        devices += 1;
        if (audio) stream.addTrack(new FakeTrack("audio", `microphone-${String(devices)}`));
        if (video) stream.addTrack(new FakeTrack("video", `camera-${String(devices)}`));
        return Promise.resolve(stream as unknown as MediaStream);
      },
      stream: () => new FakeStream() as unknown as MediaStream,
      connection: () => {
        const connection = new FakeConnection(this, this.connections.length);
        this.connections.push(connection);
        return connection as unknown as RTCPeerConnection;
      },
    };
  }

  #partner(connection: FakeConnection): FakeConnection | undefined {
    const { pair } = connection;
    if (!pair || this.#dead.has(pair.mine) || this.#dead.has(pair.theirs)) return undefined;
    if (this.broken.has(connection)) return undefined;
    return this.connections.find(
      (other) =>
        other !== connection &&
        other.signalingState !== "closed" &&
        connection.signalingState !== "closed" &&
        other.pair?.mine === pair.theirs &&
        other.pair.theirs === pair.mine,
    );
  }
}

