/**
 * How a camera or microphone is doing. `busy`: another program holds it. `insecure`: the page did not
 * come over a secure connection. `failed`: the rest.
 */
export type DeviceState = "off" | "asking" | "on" | "denied" | "missing" | "busy" | "insecure" | "failed";

/**
 * How the connection between the two browsers is doing.
 * `preparing`: devices and network are being made ready while nobody is there yet.
 * `failed`: it has not come back for long; the page goes on trying.
 */
export type CallState =
  | "idle"
  | "preparing"
  | "connecting"
  | "connected"
  | "reconnecting"
  | "failed";

export type DeviceKind = "camera" | "microphone" | "speaker";

export interface Device {
  readonly id: string;
  /** Empty until the person has allowed the camera or microphone. */
  readonly label: string;
}

export interface Devices {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
}

/** What the page draws of a call. */
export interface CallView {
  readonly camera: DeviceState;
  readonly microphone: DeviceState;
  /** The person has silenced the microphone. */
  readonly muted: boolean;
  /** The person has hidden the picture. */
  readonly cameraOff: boolean;
  readonly local: MediaStream | null;
  readonly remote: MediaStream | null;
  /** Whether the other side sends a picture. Without one there is only sound, or neither. */
  readonly remotePicture: boolean;
  readonly state: CallState;
  /** When the first picture of the other side was drawn, on the clock of `performance.now()`. */
  readonly firstFrameAt: number | null;
  readonly devices: Devices;
  /** Ids of the devices in use. The speaker is for `setSinkId` on the video element. */
  readonly chosen: Readonly<Record<DeviceKind, string | null>>;
  readonly facing: "user" | "environment";
  /** Whether `switchCamera` has another camera to go to. */
  readonly canSwitch: boolean;
  /** Level of the own microphone now, 0 to 1. Cheap; call it for each frame drawn. */
  readonly level: () => number;
}

export const NO_DEVICES: Devices = { cameras: [], microphones: [], speakers: [] };

export const NO_CALL: CallView = {
  camera: "off",
  microphone: "off",
  muted: false,
  cameraOff: false,
  local: null,
  remote: null,
  remotePicture: false,
  state: "idle",
  firstFrameAt: null,
  devices: NO_DEVICES,
  chosen: { camera: null, microphone: null, speaker: null },
  facing: "user",
  canSwitch: false,
  level: () => 0,
};

/** What the person can do with camera, microphone and picture; the same on both pages. */
export interface CallIntents {
  /** Ask for camera and microphone. Call it from a click, so that browsers allow sound. */
  startCamera(): Promise<void>;
  stopCamera(): void;
  setMuted(muted: boolean): void;
  setCameraOff(off: boolean): void;
  /** Between the front and the rear camera, or to the next one. */
  switchCamera(): Promise<void>;
  chooseDevice(kind: DeviceKind, id: string): Promise<void>;
  /**
   * Watch the `<video>` that shows `call.remote`, to tell when the first frame is drawn. Has the
   * shape of a Svelte attachment: `<video {@attach app.remoteVideo}>`. The page sets `srcObject`.
   */
  readonly remoteVideo: (video: HTMLVideoElement) => () => void;
}
