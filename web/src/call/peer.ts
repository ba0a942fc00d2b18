import type { World } from "../platform/world";
import { Pulse } from "./pulse";

type Kind = "audio" | "video";
const KINDS = ["audio", "video"] as const;

export interface PeerHooks {
  description(kind: "offer" | "answer", sdp: string): void;
  candidate(candidate: RTCIceCandidate): void;
  changed(): void;
  /** Offer and answer are exchanged: what is left, the browsers do by themselves. */
  agreed(): void;
}

export type PeerWorld = Pick<World, "clock" | "media">;

/** How long to wait for an effect before trying again. */
const RETRY = 1_500;
/** An offer this young is on its way. */
const FRESH = 700;
/** A connection that has not come by then is tried anew. */
const SLOW = 5_000;
/**
 * The first pictures are sent this many times smaller each way, and grow by halves: the first frame of
 * a large picture takes long to encode and, before the way is known to bear more, longer to send.
 */
const FIRST_SCALE = 4;
const GROW_EVERY = 500;
/** So many attempts in a row, and the connection itself is given up. */
const ATTEMPTS = 8;

/**
 * One connection to one page of the other side, by perfect negotiation: either side may offer at
 * any time; when both do, the polite one gives way. The impolite one begins, and alone restarts.
 */
export class Peer {
  readonly remote: MediaStream;
  readonly #world: PeerWorld;
  readonly #hooks: PeerHooks;
  readonly #polite: boolean;
  readonly #pc: RTCPeerConnection;
  readonly #outgoing: MediaStream;
  readonly #tracks: Record<Kind, MediaStreamTrack | null> = { audio: null, video: null };
  readonly #pulse: Pulse;
  #configuration: string;
  #making = false;
  #taking = false;
  #after = false;
  #answering = false;
  #ignoring = false;
  #offeredAt = 0;
  #attempts = 0;
  #closed = false;
  #scale = FIRST_SCALE;
  #scaledAt = 0;
  /** The other side came while the first offer was being made. */
  #awaited = false;
  /** Whether any description was exchanged: it then belongs to that page of the other side. */
  talked = false;
  everConnected = false;

  constructor(
    world: PeerWorld,
    polite: boolean,
    configuration: RTCConfiguration,
    outgoing: MediaStream,
    hooks: PeerHooks,
  ) {
    this.#world = world;
    this.#polite = polite;
    this.#configuration = JSON.stringify(configuration);
    this.#outgoing = outgoing;
    this.#hooks = hooks;
    this.remote = world.media.stream();
    this.#pc = world.media.connection(configuration);
    this.#pulse = new Pulse(world.clock, this.#pc);
    // The impolite one lays out the lines. The other's tracks fall into them by kind.
    if (!polite) for (const kind of KINDS) this.#pc.addTransceiver(kind, { streams: [outgoing] });
    this.#resize();
    this.#listen();
  }

  /** `silent`: connected by name, but nothing comes. */
  get condition(): "new" | "connected" | "silent" | "lost" {
    const { connectionState } = this.#pc;
    // Only who sends something is owed reports: silence means nothing to others.
    const owed = KINDS.some((kind) => this.#tracks[kind] !== null);
    if (connectionState === "connected")
      return owed && this.#pulse.silent ? "silent" : "connected";
    return connectionState === "new" || connectionState === "connecting" ? "new" : "lost";
  }

  get hopeless(): boolean {
    return this.#pc.connectionState === "closed" || this.#attempts >= ATTEMPTS;
  }

  get hasPicture(): boolean {
    return this.remote.getVideoTracks().some((track) => !track.muted);
  }

  /** Send this track of a kind from now on, or nothing. Needs no new negotiation. */
  setTrack(kind: Kind, track: MediaStreamTrack | null): void {
    this.#tracks[kind] = track;
    const line = this.#lines().find(({ receiver }) => receiver.track.kind === kind);
    if (line) void line.sender.replaceTrack(track).catch(() => undefined);
    else if (track) {
      this.#pc.addTrack(track, this.#outgoing);
      if (kind === "video") this.#resize();
    }
  }

  /** Take other ICE servers. What runs goes on; they count from the next restart. */
  configure(configuration: RTCConfiguration): void {
    const text = JSON.stringify(configuration);
    if (text === this.#configuration || this.#closed) return;
    this.#configuration = text;
    try {
      this.#pc.setConfiguration(configuration);
    } catch {
      // Some browsers cannot change it: the next connection will have them.
    }
  }

  /** Whether the first offer waits, with its candidates, for somebody to send it to. */
  get prepared(): boolean {
    return !this.talked && this.#pc.signalingState === "have-local-offer";
  }

  /** Make the first offer ahead and gather its candidates, so that it can be sent at once. */
  async prepare(): Promise<void> {
    if (this.#polite || this.#making || this.talked || this.#closed) return;
    this.#making = true;
    try {
      await this.#pc.setLocalDescription();
    } catch {
      // It will be made when it is needed.
    } finally {
      this.#making = false;
    }
    if (this.#awaited) this.meet();
  }

  /** The first offer, to go with the nurse's click; null when it is not ready. */
  get ahead(): string | null {
    return this.prepared ? (this.#pc.localDescription?.sdp ?? null) : null;
  }

  /** The first offer went ahead, and the other side has it. */
  given(): void {
    if (!this.prepared) return;
    this.talked = true;
    this.#offeredAt = this.#world.clock.elapsed();
  }

  /** The other side is there: send the first offer, or again what it may have missed. */
  meet(): void {
    if (this.#closed) return;
    if (this.#pc.signalingState === "have-local-offer") {
      // Both sides greet each other when they meet: an offer just sent answers both greetings.
      if (this.talked && this.#waited() < FRESH) return;
      this.talked = true;
      this.#repeat();
    } else if (!this.talked && !this.#polite) {
      this.#awaited = this.#making;
      void this.#negotiate();
    }
  }

  async onDescription(kind: "offer" | "answer", sdp: string): Promise<void> {
    const pc = this.#pc;
    if (kind === "answer" && pc.signalingState !== "have-local-offer") return;
    const ready = !this.#making && (pc.signalingState === "stable" || this.#answering);
    this.#ignoring = kind === "offer" && !this.#polite && !ready;
    if (this.#ignoring) return;
    this.talked = this.#taking = true;
    this.#answering = kind === "answer";
    try {
      await pc.setRemoteDescription({ type: kind, sdp });
      this.#answering = false;
      if (kind === "offer") {
        this.#fill();
        await pc.setLocalDescription();
        this.#repeat();
      }
      this.#hooks.agreed();
    } catch {
      // A description of a moment that has passed; the next one sets it right.
    } finally {
      this.#taking = this.#answering = false;
      if (this.#after) void this.#negotiate();
    }
  }

  async onCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    try {
      await this.#pc.addIceCandidate(candidate);
    } catch {
      // One of an offer that was ignored, or of a name this network does not know: others will do.
    }
  }

  /** Look how it goes, twice a second, and repair what is broken. */
  async watch(): Promise<void> {
    const before = this.condition;
    await this.#pulse.feel();
    if (this.#closed) return;
    if (this.condition === "connected") {
      this.#attempts = 0;
      this.#grow();
    }
    if (before !== this.condition) this.#hooks.changed();
    if (this.talked) this.#repair();
  }

  close(): void {
    this.#closed = true;
    this.#pc.close();
  }

  #listen(): void {
    const pc = this.#pc;
    pc.onnegotiationneeded = () => {
      if (this.talked) void this.#negotiate();
    };
    pc.onicecandidate = ({ candidate }) => {
      if (candidate && !this.#closed) this.#hooks.candidate(candidate);
    };
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === "connected") {
        this.everConnected = true;
        this.#scaledAt = this.#world.clock.elapsed();
        this.#pulse.begin();
      }
      if (!this.#closed) this.#hooks.changed();
    };
    pc.ontrack = ({ track }) => {
      for (const old of this.remote.getTracks())
        if (old.kind === track.kind) this.remote.removeTrack(old);
      this.remote.addTrack(track);
      track.onmute = track.onunmute = () => {
        this.#hooks.changed();
      };
      this.#hooks.changed();
    };
  }

  #lines(): RTCRtpTransceiver[] {
    return this.#pc.getTransceivers().filter(({ direction }) => direction !== "stopped");
  }

  /** Open every line that was offered in both directions, so that a camera can come later. */
  #fill(): void {
    for (const line of this.#lines()) {
      const track = this.#tracks[line.receiver.track.kind as Kind];
      if (!line.sender.track && track) void line.sender.replaceTrack(track).catch(() => undefined);
      if (line.direction === "recvonly" || line.direction === "inactive") {
        line.direction = "sendrecv";
        line.sender.setStreams(this.#outgoing);
      }
    }
  }

  #grow(): void {
    const now = this.#world.clock.elapsed();
    if (this.#scale === 1 || now - this.#scaledAt < GROW_EVERY) return;
    this.#scale /= 2;
    this.#scaledAt = now;
    this.#resize();
  }

  #resize(): void {
    for (const { sender, receiver } of this.#lines()) {
      if (receiver.track.kind !== "video") continue;
      const parameters = sender.getParameters();
      for (const encoding of parameters.encodings) encoding.scaleResolutionDownBy = this.#scale;
      // A browser that cannot do it sends the whole picture.
      void sender.setParameters(parameters).catch(() => undefined);
    }
  }

  async #negotiate(): Promise<void> {
    // While theirs is being taken in, ours would become an answer.
    this.#after = this.#taking;
    if (this.#making || this.#taking || this.#closed) return;
    this.#making = true;
    this.talked = true;
    try {
      await this.#pc.setLocalDescription();
      this.#repeat();
    } catch {
      // The other side's offer came in between; its answer is on the way.
    } finally {
      this.#making = false;
    }
  }

  /** Send the latest description, with every candidate found so far. */
  #repeat(): void {
    const description = this.#pc.localDescription;
    if (this.#closed || (description?.type !== "offer" && description?.type !== "answer")) return;
    this.#offeredAt = this.#world.clock.elapsed();
    this.#hooks.description(description.type, description.sdp);
  }

  #waited(): number {
    return this.#world.clock.elapsed() - this.#offeredAt;
  }

  #repair(): void {
    const { condition } = this;
    // Each attempt is given a little longer than the one before: some networks are slow.
    if (this.#making || this.#waited() < RETRY * (1 + this.#attempts / 2)) return;
    // A new offer before the answer to the old one would confuse the two.
    if (this.#pc.signalingState === "have-local-offer") this.#repeat();
    if (this.#polite || this.#pc.signalingState !== "stable" || condition === "connected") return;
    if (condition !== "new" || this.#waited() >= SLOW) {
      this.#attempts += 1;
      this.#pc.restartIce();
      void this.#negotiate();
    }
  }
}
