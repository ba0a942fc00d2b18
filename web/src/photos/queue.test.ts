import { beforeEach, describe, expect, test } from "vitest";
import { FakeWorld, settle } from "../platform/fakeWorld";
import type { Answer } from "../platform/http";
import { PhotoQueue } from "./queue";
import type { PhotoUpload } from "./types";

const CONTACT = "c".repeat(32);
const ACCEPTED: Answer<unknown> = { ok: true, value: { photo: "p".repeat(32), how: "camera" } };
const NO_NETWORK = problem(0, "page.offline", "");

function problem(status: number, code: string, text: string): Answer<unknown> {
  return { ok: false, status, problem: { code, text, detail: "" } };
}

let world: FakeWorld;
let queue: PhotoQueue;
let shown: readonly PhotoUpload[];

const photo = (name = "rash.jpg", type = "image/jpeg", size = 1000): File =>
  new File([new Uint8Array(size)], name, { type });

function open(): PhotoQueue {
  return new PhotoQueue(world, {
    changed: (uploads) => {
      shown = uploads;
    },
  });
}

async function reply(answer: Answer<unknown>, at = -1): Promise<void> {
  world.files.requests.at(at)?.reply(answer);
  await settle();
}

beforeEach(() => {
  world = new FakeWorld(() => ({ send: () => undefined, drop: () => undefined }));
  shown = [];
  queue = open();
});

describe("sending", () => {
  test("one at a time, with progress, and gone when accepted", async () => {
    queue.follow(CONTACT);
    queue.add([photo("a.jpg"), photo("b.heic", "")], "camera");
    queue.add([photo("c.jpg")], "camera");
    expect(shown.map(({ status }) => status)).toEqual(["sending", "waiting", "waiting"]);
    expect(world.files.requests).toHaveLength(1);
    queue.cancel(shown[2]?.key ?? "");
    const [first] = world.files.requests;
    expect(first?.path).toBe(
      `/api/contacts/${CONTACT}/photos?how=camera&key=${shown[0]?.key ?? ""}`,
    );
    first?.progress(400);
    expect(shown[0]).toMatchObject({ name: "a.jpg", bytes: 1000, sent: 400, error: null });
    await reply(ACCEPTED);
    expect(shown.map(({ name, status }) => [name, status])).toEqual([["b.heic", "sending"]]);
    expect(world.files.requests[1]?.type).toBe("image/heic");
    await reply(ACCEPTED);
    expect(shown).toEqual([]);
    expect(world.page.urls.size).toBe(0);
    expect(await world.shelf("photos").all()).toEqual([]);
  });

  test("waits for the contact", async () => {
    queue.add([photo()], "gallery");
    expect(shown[0]?.status).toBe("waiting");
    expect(world.files.requests).toEqual([]);
    queue.follow(CONTACT);
    await settle();
    expect(world.files.requests).toHaveLength(1);
  });

  test("is tried again later and later while the network is away, with the same key", async () => {
    queue.follow(CONTACT);
    queue.add([photo()], "camera");
    world.random.next = 0;
    for (const wait of [500, 1_000, 2_000]) {
      await reply(NO_NETWORK);
      expect(shown[0]).toMatchObject({ status: "waiting", error: null });
      const before = world.files.requests.length;
      await world.time.pass(wait - 1);
      expect(world.files.requests).toHaveLength(before);
      await world.time.pass(1);
      expect(world.files.requests).toHaveLength(before + 1);
    }
    await reply(problem(503, "service.unavailable", "Not now."));
    world.page.wake("online");
    await reply(ACCEPTED);
    expect(shown).toEqual([]);
    expect(new Set(world.files.requests.map(({ path }) => path)).size).toBe(1);
  });

  test("is never tried again by itself after a refusal, and the next one goes on", async () => {
    queue.follow(CONTACT);
    queue.add([photo("bad.jpg"), photo("good.jpg")], "camera");
    await reply(problem(422, "photo.not_an_image", "Not an image."));
    expect(shown[0]).toMatchObject({
      name: "bad.jpg",
      status: "failed",
      error: { code: "photo.not_an_image", text: "Not an image." },
    });
    await reply(ACCEPTED);
    await world.time.pass(120_000);
    expect(world.files.requests).toHaveLength(2);
    queue.retry(shown[0]?.key ?? "");
    expect(shown[0]?.status).toBe("sending");
    expect(world.files.requests).toHaveLength(3);
  });

  test("too large a file is not sent at all", () => {
    queue.follow(CONTACT);
    queue.add([photo("big.jpg", "image/jpeg", 20 * 1024 * 1024 + 1)], "camera");
    expect(shown[0]).toMatchObject({ status: "failed", error: { code: "page.photo_too_large" } });
    expect(world.files.requests).toEqual([]);
  });

  test("can be cancelled in the middle", async () => {
    queue.follow(CONTACT);
    queue.add([photo("a.jpg"), photo("b.jpg")], "camera");
    queue.cancel(shown[0]?.key ?? "");
    expect(world.files.requests[0]?.cancelled).toBe(true);
    await reply(NO_NETWORK, 0);
    expect(shown.map(({ name, status }) => [name, status])).toEqual([["b.jpg", "sending"]]);
  });
});

describe("after a reload", () => {
  test("what was not confirmed is sent, with the same key", async () => {
    queue.follow(CONTACT);
    queue.add([photo()], "camera");
    const [{ key } = { key: "" }] = shown;
    queue.close();
    queue = open();
    queue.follow(CONTACT);
    await queue.load();
    expect(shown).toMatchObject([{ key, status: "sending", name: "rash.jpg" }]);
    expect(world.files.requests[1]?.path).toBe(world.files.requests[0]?.path);
  });

  test("another contact's photos stay away from this one", async () => {
    queue.follow(CONTACT);
    queue.add([photo()], "camera");
    queue.close();
    queue = open();
    await queue.load();
    queue.follow("d".repeat(32));
    await settle();
    expect(shown).toEqual([]);
    expect(world.files.requests).toHaveLength(1);
  });

  test("what is old is forgotten", async () => {
    queue.add([photo()], "camera");
    queue.close();
    await world.time.pass(2 * 60 * 60 * 1000 + 1);
    queue = open();
    await queue.load();
    expect(shown).toEqual([]);
    expect(await world.shelf("photos").all()).toEqual([]);
  });
});
