import { every } from "../platform/time";
import type { World } from "../platform/world";
import type { ClientMessage, FirstOffer, IceServers, ServerMessage } from "../protocol/messages";
import { Capture } from "./capture";
import { watchFrames } from "./frames";
import { Ice } from "./ice";
import { Peer } from "./peer";
import {
  NO_CALL,
  type CallIntents,
  type CallState,
  type CallView,
  type DeviceKind,
} from "./types";

type MediaMessage = Extract<ClientMessage, { readonly type: `media.${string}` }>;
export type MediaNews = Extract<ServerMessage, { readonly type: `media.${string}` }>;

/** Which contact the call belongs to, and how far it may go. */
export interface CallTarget {
  /** Null while nobody is there yet: everything is made ready. */
  readonly contact: string | null;
  readonly epoch: number;
  /** Whether both have accepted: nothing of the picture leaves this page before that. */
  readonly open: boolean;
  /** Whether the other side is connected to the service. */
  readonly present: boolean;
}

export interface CallHooks {
  send(message: MediaMessage): void;
  /** Null: for a nurse who has no contact yet. */
  ice(contact: string | null): Promise<IceServers | null>;
  /** The service's clock. */
  now(): number;
  changed(view: CallView): void;
  /** Both sides have said to each other what a connection needs. */
  agreed(): void;
}

export type CallWorld = Pick<World, "clock" | "timers" | "random" | "media">;

const TICK = 500;
/** Until the picture is there, the other side is told again that this one is ready. */
const READY_AGAIN = 3_000;
/** A page that has just been met is left in peace to connect. */
const SETTLING = 8_000;
const LONG = 30_000;
/** The most that is kept of what comes before its time: an offer with its candidates. */
const EARLY = 40;
/** As long as the service takes a description. */
const LONGEST_SDP = 12_000;

/** The first half of a session names the page, the second the connection. */
const page = (session: string): string => session.slice(0, 8);

/** The video call of a page: own devices, and the connection to the other side's page. */
export class Call implements CallIntents {
  readonly #world: CallWorld;
  readonly #polite: boolean;
  readonly #hooks: CallHooks;
  readonly #capture: Capture;
  readonly #ice: Ice;
  readonly #page: string;
  #target: CallTarget | null = null;
  #outgoing: MediaStream | null = null;
  #peer: Peer | null = null;
  #session = "";
  #theirs: string | null = null;
  /** Other pages of the other side, older than the one in the call. */
  readonly #left = new Set<string>();
  /** What came before this page heard that both have accepted. */
  #early: MediaNews[] = [];
  /** The session whose offer went with the nurse's click. */
  #ahead = "";
  /** Contact and session of which the service knows that they are ready. */
  #announced = "";
  #metAt = 0;
  #readyAt = 0;
  #connectedBefore = false;
  #badSince = 0;
  #firstFrameAt: number | null = null;
  #cancelTick: (() => void) | null = null;

  constructor(world: CallWorld, polite: boolean, hooks: CallHooks) {
    this.#world = world;
    this.#polite = polite;
    this.#hooks = hooks;
    this.#page = world.random.hex(8);
    this.#capture = new Capture(world.media, {
      changed: () => {
        this.#changed();
      },
      track: (kind, track) => this.#peer?.setTrack(kind, track),
    });
    this.#ice = new Ice(
      world,
      (contact) => hooks.ice(contact),
      () => hooks.now(),
      () => {
        // What was offered ahead has the old relays in it.
        if (this.#peer?.prepared && !this.#target?.open) this.#rebuild();
        else this.#peer?.configure(this.#ice.configuration);
      },
    );
  }

  /** Belong to `target` from now on. Repeating it changes nothing; a running call is left alone. */
  follow(target: CallTarget | null): void {
    const old = this.#target;
    this.#target = target;
    this.#ice.follow(target?.contact);
    const moved = old?.contact !== target?.contact || old?.epoch !== target?.epoch;
    if (moved || !target?.open || !old?.open) this.#badSince = this.#world.clock.elapsed();
    if (moved || !target?.open) this.#forget();
    if (target) this.#prepare();
    else this.#drop();
    this.#announce();
    if (target?.open && target.present && (moved || !old?.open || !old.present)) this.#ready();
    if (target?.open) for (const news of this.#early.splice(0)) this.receive(news);
    this.#changed();
  }

  receive(news: MediaNews): void {
    const target = this.#target;
    if (news.contact !== target?.contact || news.epoch !== target.epoch || !target.open) {
      // The other side may hear of the acceptance a moment before this one.
      this.#early = [...this.#early, news].slice(-EARLY);
      return;
    }
    if (news.type === "media.ready_now") {
      this.#meet(news.session, news.early);
      return;
    }
    if (news.to !== this.#session) return;
    if (news.session !== this.#theirs) this.#meet(news.session);
    if (news.to !== this.#session || news.session !== this.#theirs) return;
    if (news.type === "media.described") void this.#peer?.onDescription(news.kind, news.sdp);
    else {
      const { candidate, mid, line } = news;
      void this.#peer?.onCandidate({ candidate, sdpMid: mid, sdpMLineIndex: line });
    }
  }

  /** The connection to the service is back: what was said meanwhile is lost. */
  online(): void {
    this.#announced = "";
    if (this.#target?.open) {
      this.#ready();
      this.#peer?.meet();
    } else {
      // The network may be another one: the candidates of an offer made ahead are of the old.
      if (this.#peer?.prepared) this.#rebuild();
      this.#announce();
    }
  }

  /** The offer made ahead, to go with the click that takes somebody; null when there is none. */
  ahead(): FirstOffer | null {
    const sdp = this.#target?.open ? null : this.#peer?.ahead;
    if (!sdp || sdp.length > LONGEST_SDP) return null;
    this.#ahead = this.#session;
    return { session: this.#session, sdp };
  }

  async startCamera(): Promise<void> {
    await this.#capture.start();
  }

  stopCamera(): void {
    this.#capture.stop();
  }

  setMuted(muted: boolean): void {
    this.#capture.setMuted(muted);
  }

  setCameraOff(off: boolean): void {
    this.#capture.setCameraOff(off);
  }

  async switchCamera(): Promise<void> {
    await this.#capture.switchCamera();
  }

  async chooseDevice(kind: DeviceKind, id: string): Promise<void> {
    await this.#capture.choose(kind, id);
  }

  readonly remoteVideo = (video: HTMLVideoElement): (() => void) =>
    watchFrames(video, (stream) => {
      if (!stream || stream !== this.#peer?.remote) return;
      this.#firstFrameAt = this.#world.clock.elapsed();
      this.#changed();
    });

  close(): void {
    this.follow(null);
    this.#capture.close();
  }

  /** Have a connection ready, with own tracks and the first candidates. */
  #prepare(): void {
    if (this.#peer) return;
    this.#session = this.#page + this.#world.random.hex(8);
    this.#firstFrameAt = null;
    try {
      this.#outgoing ??= this.#world.media.stream();
      this.#peer = this.#newPeer(this.#outgoing);
    } catch {
      // A browser without calls, or one that forbids them: the state tells.
      return;
    }
    for (const kind of ["audio", "video"] as const) {
      const track = this.#capture.track(kind);
      if (track) this.#peer.setTrack(kind, track);
    }
    this.#cancelTick ??= every(this.#world.timers, TICK, () => {
      void this.#watch();
    });
    if (!this.#polite) void this.#offerAhead(this.#peer);
  }

  async #offerAhead(peer: Peer): Promise<void> {
    await this.#ice.waiting();
    if (peer === this.#peer) await peer.prepare();
  }

  #newPeer(outgoing: MediaStream): Peer {
    return new Peer(this.#world, this.#polite, this.#ice.configuration, outgoing, {
      description: (kind, sdp) => {
        this.#send({ type: "media.description", kind, sdp });
      },
      candidate: ({ candidate, sdpMid, sdpMLineIndex }) => {
        this.#send({ type: "media.candidate", candidate, mid: sdpMid, line: sdpMLineIndex });
      },
      changed: () => {
        this.#changed();
      },
      agreed: () => {
        this.#hooks.agreed();
      },
    });
  }

  #drop(): void {
    this.#cancelTick?.();
    this.#cancelTick = null;
    this.#peer?.close();
    this.#peer = null;
    this.#firstFrameAt = null;
  }

  /** This contact, or this turn of it, is over. A connection that was only prepared is kept. */
  #forget(): void {
    if (this.#peer?.talked) this.#drop();
    this.#theirs = null;
    this.#left.clear();
    this.#connectedBefore = false;
  }

  #rebuild(): void {
    this.#drop();
    this.#prepare();
    this.#changed();
  }

  /** The page `session` of the other side is ready. `early`: it was so before the click. */
  #meet(session: string, early = false): void {
    const now = this.#world.clock.elapsed();
    if (session !== this.#theirs) {
      // An older page of theirs does not take the call back from the newer one, or both would
      // pull at it without end; unless the newer one is gone.
      const settled = now - this.#metAt > SETTLING && this.#peer?.condition !== "connected";
      if (this.#left.has(page(session)) && !settled) return;
      if (this.#theirs) this.#left.add(page(this.#theirs));
      this.#left.delete(page(session));
      if (this.#peer?.talked) this.#rebuild();
      this.#theirs = session;
      this.#metAt = now;
      this.#ready();
    }
    const peer = this.#peer;
    // What went with the click is there already.
    if (early && this.#ahead === this.#session) peer?.given();
    const waiting = this.#polite ? null : this.#ice.waiting();
    if (!waiting) peer?.meet();
    else
      void waiting.then(() => {
        if (peer === this.#peer) peer?.meet();
      });
  }

  /** Who waits says that it is ready; the service tells the other side once both have accepted. */
  #announce(): void {
    const { contact, open } = this.#target ?? {};
    const announced = `${contact ?? ""} ${this.#session}`;
    if (!this.#polite || !contact || open || announced === this.#announced) return;
    this.#announced = announced;
    this.#ready();
  }

  #ready(): void {
    const { contact, epoch } = this.#target ?? {};
    if (!contact || epoch === undefined || !this.#peer) return;
    this.#readyAt = this.#world.clock.elapsed();
    this.#hooks.send({ type: "media.ready", contact, epoch, session: this.#session });
  }

  #send(
    message:
      | { type: "media.description"; kind: "offer" | "answer"; sdp: string }
      | { type: "media.candidate"; candidate: string; mid: string | null; line: number | null },
  ): void {
    const { contact, epoch, open } = this.#target ?? {};
    if (!contact || epoch === undefined || !open || !this.#theirs) return;
    const { type, ...content } = message;
    const address = { contact, epoch, session: this.#session, to: this.#theirs };
    this.#hooks.send({ type, ...address, ...content } as MediaMessage);
  }

  async #watch(): Promise<void> {
    const peer = this.#peer;
    if (!peer || !this.#target?.open) return;
    await peer.watch();
    if (peer !== this.#peer) return;
    const now = this.#world.clock.elapsed();
    if (peer.condition === "connected") return;
    if (peer.hopeless) {
      this.#rebuild();
      this.#theirs = null;
      this.#ready();
    } else if (this.#target.present && now - this.#readyAt >= READY_AGAIN) this.#ready();
    if (now - this.#badSince >= LONG) this.#changed();
  }

  #state(): CallState {
    if (!this.#target) return "idle";
    if (!this.#target.open) return "preparing";
    if (!this.#peer) return "failed";
    if (this.#peer.condition === "connected") return "connected";
    if (this.#world.clock.elapsed() - this.#badSince >= LONG) return "failed";
    return this.#connectedBefore ? "reconnecting" : "connecting";
  }

  #changed(): void {
    const state = this.#state();
    if (state === "connected") {
      this.#connectedBefore = true;
      this.#badSince = this.#world.clock.elapsed();
    }
    const remote = this.#peer?.remote;
    this.#hooks.changed({
      ...NO_CALL,
      ...this.#capture.view(),
      remote: remote?.getTracks().length ? remote : null,
      remotePicture: this.#peer?.hasPicture ?? false,
      state,
      firstFrameAt: this.#firstFrameAt,
      level: this.#level,
    });
  }

  readonly #level = (): number => this.#capture.level();
}
