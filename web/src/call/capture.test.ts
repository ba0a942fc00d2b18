import { beforeEach, describe, expect, test } from "vitest";
import { settle } from "../platform/fakeWorld";
import type { Media } from "../platform/media";
import { Capture } from "./capture";
import { FakeNetwork } from "./fakePeer";

type Kind = "audio" | "video";

let asked: MediaStreamConstraints[];
let sent: Record<Kind, string | null>;
/** The error with which asking for a kind fails. */
let fails: Partial<Record<Kind, string>>;
let denied: Partial<Record<"camera" | "microphone", boolean>>;
let capture: Capture;

beforeEach(() => {
  const works = new FakeNetwork().media();
  asked = [];
  fails = {};
  denied = {};
  sent = { audio: null, video: null };
  const media: Media = {
    ...works,
    capture: (constraints) => {
      asked.push(constraints);
      const error = (constraints.video && fails.video) || (constraints.audio && fails.audio);
      return error ? Promise.reject(new DOMException("no", error)) : works.capture(constraints);
    },
    isDenied: (kind) => Promise.resolve(denied[kind] === true),
    devices: () =>
      Promise.resolve(
        ["camera-1", "camera-2"].map(
          (deviceId) => ({ deviceId, kind: "videoinput", label: deviceId }) as MediaDeviceInfo,
        ),
      ),
  };
  capture = new Capture(media, {
    changed: () => undefined,
    track: (kind, track) => {
      sent[kind] = track?.id ?? null;
    },
  });
});

const states = (): unknown[] => [capture.view().camera, capture.view().microphone];

describe("starting", () => {
  test("asks once for both, with echo cancellation", async () => {
    await capture.start();
    await capture.start();
    expect(asked).toHaveLength(1);
    expect(asked[0]?.audio).toEqual({
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    });
    expect(states()).toEqual(["on", "on"]);
    expect(capture.view()).toMatchObject({ facing: "user", canSwitch: true });
    expect(sent.video).toBe(capture.view().chosen.camera);
  });

  test.each([
    ["NotFoundError", "missing"],
    ["NotReadableError", "busy"],
    ["TypeError", "failed"],
  ])("a camera that fails with %s is %s, and sound goes on without it", async (error, state) => {
    fails.video = error;
    await capture.start();
    expect(states()).toEqual([state, "on"]);
    expect(capture.view().local?.getTracks()).toHaveLength(1);
  });

  test("who says no is not asked again by itself, but by trying again", async () => {
    fails = { audio: "NotAllowedError", video: "NotAllowedError" };
    await capture.start();
    expect(asked).toHaveLength(1);
    expect(states()).toEqual(["denied", "denied"]);
    expect(capture.view().local).toBeNull();
    fails = {};
    await capture.start();
    expect(states()).toEqual(["on", "on"]);
  });

  test("a camera forbidden for good leaves the microphone", async () => {
    fails.video = "NotAllowedError";
    denied.camera = true;
    await capture.start();
    expect(states()).toEqual(["denied", "on"]);
  });

  test("stopped before the answer came, it is off", async () => {
    const started = capture.start();
    capture.stop();
    await started;
    expect(states()).toEqual(["off", "off"]);
    expect(sent).toEqual({ audio: null, video: null });
  });
});

describe("changing", () => {
  test("mute and hide keep the tracks, and a new track is muted as well", async () => {
    await capture.start();
    capture.setMuted(true);
    capture.setCameraOff(true);
    await capture.choose("microphone", "other");
    const enabled = capture.view().local?.getTracks().map((track) => track.enabled);
    expect(enabled).toEqual([false, false]);
    expect(asked[1]).toMatchObject({ audio: { deviceId: { exact: "other" } }, video: false });
    expect(capture.level()).toBe(0);
  });

  test("switching sends the other camera, and stops the first before it", async () => {
    await capture.start();
    const before = capture.track("video") as unknown as { stopped: boolean };
    await capture.switchCamera();
    expect(before.stopped).toBe(true);
    expect(asked[1]?.video).toMatchObject({ facingMode: { ideal: "environment" } });
    expect(sent.video).toBe(capture.view().chosen.camera);
    expect(capture.view().camera).toBe("on");
  });

  test("a device that is unplugged is replaced by what there is", async () => {
    await capture.start();
    const track = capture.track("video");
    track?.onended?.(new Event("ended"));
    await settle();
    expect(capture.view().camera).toBe("on");
    expect(capture.track("video")).not.toBe(track);
    fails.video = "NotFoundError";
    capture.track("video")?.onended?.(new Event("ended"));
    await settle();
    expect(states()).toEqual(["missing", "on"]);
    expect(sent.video).toBeNull();
  });
});
