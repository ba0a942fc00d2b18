import type { Media, Meter } from "../platform/media";
import { NO_DEVICES, type DeviceKind, type DeviceState, type Devices } from "./types";

type Kind = "audio" | "video";
type Source = "camera" | "microphone";

const KINDS = ["audio", "video"] as const;
const SOURCE: Record<Kind, Source> = { video: "camera", audio: "microphone" };

const REASONS: Readonly<Record<string, DeviceState>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
  NotSupportedError: "insecure",
};

export interface CaptureHooks {
  changed(): void;
  /** The track to send of a kind, or null for none. */
  track(kind: Kind, track: MediaStreamTrack | null): void;
}

/** The person's own camera and microphone. */
export class Capture {
  readonly #media: Media;
  readonly #hooks: CaptureHooks;
  readonly #unwatch: () => void;
  readonly #states: Record<Source, DeviceState> = { camera: "off", microphone: "off" };
  readonly #chosen: Record<DeviceKind, string | null> = {
    camera: null,
    microphone: null,
    speaker: null,
  };
  #stream: MediaStream | null = null;
  #devices = NO_DEVICES;
  #facing: "user" | "environment" = "user";
  #muted = false;
  #cameraOff = false;
  #meter: { readonly of: MediaStreamTrack; readonly meter: Meter } | null = null;
  /** Rise with each question and stop, so that an answer that comes late is known as such. */
  readonly #turns: Record<Kind, number> = { audio: 0, video: 0 };

  constructor(media: Media, hooks: CaptureHooks) {
    this.#media = media;
    this.#hooks = hooks;
    this.#unwatch = media.onDeviceChange(() => {
      void this.#list();
    });
  }

  get stream(): MediaStream | null {
    return this.#stream;
  }

  view() {
    const { cameras } = this.#devices;
    return {
      ...this.#states,
      muted: this.#muted,
      cameraOff: this.#cameraOff,
      local: this.#stream?.getTracks().length ? this.#stream : null,
      devices: this.#devices,
      chosen: { ...this.#chosen },
      facing: this.#facing,
      canSwitch: this.#states.camera === "on" && cameras.length > 1,
    };
  }

  track(kind: Kind): MediaStreamTrack | null {
    return this.#stream?.getTracks().find((track) => track.kind === kind) ?? null;
  }

  /** Ask for what is not there yet: both at first, after a refusal what was refused. */
  async start(): Promise<void> {
    const kinds = KINDS.filter((kind) => !["on", "asking"].includes(this.#states[SOURCE[kind]]));
    if (!kinds.length) return;
    this.#stream ??= this.#media.stream();
    await this.#take(kinds);
    if (kinds.length > 1 && (await this.#mayTakeOne()))
      for (const kind of kinds) if (this.#states[SOURCE[kind]] !== "off") await this.#take([kind]);
    await this.#list();
  }

  stop(): void {
    for (const kind of KINDS) {
      this.#turns[kind] += 1;
      this.#replace(kind, null);
      this.#states[SOURCE[kind]] = "off";
    }
    this.#stream = null;
    this.#closeMeter();
    this.#hooks.changed();
  }

  close(): void {
    this.stop();
    this.#unwatch();
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#enable();
  }

  setCameraOff(off: boolean): void {
    this.#cameraOff = off;
    this.#enable();
  }

  /** Between front and rear; where the device does not tell them apart, to the next in the list. */
  async switchCamera(): Promise<void> {
    if (this.#states.camera !== "on") return;
    const { cameras } = this.#devices;
    const old = this.#chosen.camera;
    const next = cameras[(cameras.findIndex(({ id }) => id === old) + 1) % cameras.length];
    this.#facing = this.#facing === "user" ? "environment" : "user";
    for (const id of [null, next?.id, old]) {
      if (id === undefined) continue;
      this.#chosen.camera = id;
      await this.#retake("video");
      const now = this.#chosen.camera;
      if (this.track("video") && (now !== old || id === old)) return;
    }
  }

  async choose(kind: DeviceKind, id: string): Promise<void> {
    this.#chosen[kind] = id;
    if (kind === "speaker") this.#hooks.changed();
    else await this.#retake(kind === "camera" ? "video" : "audio");
  }

  level(): number {
    const track = this.track("audio");
    if (!track || this.#muted) return 0;
    if (this.#meter?.of !== track) {
      this.#closeMeter();
      this.#meter = { of: track, meter: this.#media.meter(track) };
    }
    return this.#meter.meter.level();
  }

  /** Ask for devices, with one question to the person. */
  async #take(kinds: readonly Kind[]): Promise<void> {
    for (const kind of kinds) {
      this.#turns[kind] += 1;
      this.#states[SOURCE[kind]] = "asking";
    }
    const turns = { ...this.#turns };
    const current = (kind: Kind): boolean => turns[kind] === this.#turns[kind];
    this.#hooks.changed();
    try {
      const stream = await this.#media.capture({
        audio: kinds.includes("audio") && this.#wanted("audio"),
        video: kinds.includes("video") && this.#wanted("video"),
      });
      for (const track of stream.getTracks()) {
        if (current(track.kind as Kind)) this.#adopt(track);
        else track.stop();
      }
    } catch (error) {
      const state = REASONS[(error as Error).name] ?? "failed";
      for (const kind of kinds.filter(current)) this.#states[SOURCE[kind]] = state;
    }
    this.#hooks.changed();
  }

  /** Both could not be had together. Who said no just now is not asked again. */
  async #mayTakeOne(): Promise<boolean> {
    const { camera, microphone } = this.#states;
    if (camera === "on" || microphone === "on" || camera === "off") return false;
    if (camera !== "denied") return true;
    const [one, other] = await Promise.all([
      this.#media.isDenied("camera"),
      this.#media.isDenied("microphone"),
    ]);
    return one !== other;
  }

  /** Phones cannot open two cameras at once: let the old one go first. */
  async #retake(kind: Kind): Promise<void> {
    if (this.#stream) {
      this.#replace(kind, null);
      await this.#take([kind]);
      await this.#list();
    } else this.#hooks.changed();
  }

  #wanted(kind: Kind): MediaTrackConstraints {
    const id = this.#chosen[SOURCE[kind]];
    const device = id === null ? {} : { deviceId: { exact: id } };
    if (kind === "audio")
      return { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return {
      ...(id === null ? { facingMode: { ideal: this.#facing } } : device),
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30, max: 30 },
    };
  }

  #adopt(track: MediaStreamTrack): void {
    const kind = track.kind as Kind;
    const { deviceId, facingMode } = track.getSettings();
    this.#states[SOURCE[kind]] = "on";
    this.#chosen[SOURCE[kind]] = deviceId ?? null;
    if (kind === "video") this.#facing = facingMode === "environment" ? "environment" : "user";
    track.enabled = kind === "audio" ? !this.#muted : !this.#cameraOff;
    track.onended = () => {
      this.#ended(kind, track);
    };
    this.#replace(kind, track);
  }

  /** The device was unplugged or taken by the system: try the next best once. */
  #ended(kind: Kind, track: MediaStreamTrack): void {
    if (this.track(kind) !== track) return;
    this.#chosen[SOURCE[kind]] = null;
    void this.#retake(kind);
  }

  #replace(kind: Kind, track: MediaStreamTrack | null): void {
    const old = this.track(kind);
    if (old) {
      old.onended = null;
      old.stop();
      this.#stream?.removeTrack(old);
    }
    if (track) this.#stream?.addTrack(track);
    if (old || track) this.#hooks.track(kind, track);
  }

  #enable(): void {
    for (const track of this.#stream?.getTracks() ?? [])
      track.enabled = track.kind === "audio" ? !this.#muted : !this.#cameraOff;
    this.#hooks.changed();
  }

  #closeMeter(): void {
    this.#meter?.meter.close();
    this.#meter = null;
  }

  async #list(): Promise<void> {
    const all = await this.#media.devices();
    const of = (kind: MediaDeviceKind): Devices["cameras"] =>
      all
        .filter((device) => device.kind === kind)
        .map(({ deviceId, label }) => ({ id: deviceId, label }));
    this.#devices = {
      cameras: of("videoinput"),
      microphones: of("audioinput"),
      speakers: of("audiooutput"),
    };
    this.#hooks.changed();
  }
}
