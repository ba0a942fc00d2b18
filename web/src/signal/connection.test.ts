import { beforeEach, describe, expect, test } from "vitest";
import { FakeWorld, settle } from "../platform/fakeWorld";
import type { ServerMessage } from "../protocol/messages";
import { Connection, type ConnectionStatus } from "./connection";
import { FakeServer } from "./fakeServer";

const CONTACT = "c".repeat(32);
const CHAT = { type: "chat.send", contact: CONTACT, key: "key-0001", text: "hello" } as const;
const LEAVE = { type: "contact.leave", contact: CONTACT } as const;

let server: FakeServer;
let world: FakeWorld;
let connection: Connection;
let statuses: (ConnectionStatus | string)[];
let messages: ServerMessage[];
let version: number;

beforeEach(async () => {
  server = new FakeServer();
  world = new FakeWorld(server.openSocket);
  statuses = [];
  messages = [];
  version = 0;
  connection = new Connection(world, {
    role: "patient",
    language: () => "sv",
    resume: () => [{ contact: CONTACT, version }],
    status: (status, why) => statuses.push(why ? `${status} ${why}` : status),
    message: (message) => messages.push(message),
  });
  connection.start();
  await settle();
});

const answerAll = (): void => {
  server.onMessage = (line, message) => {
    if ("ref" in message) line.send({ type: "done", ref: message.ref, contact: null, version: 7 });
  };
};

describe("coming back", () => {
  test("says hello with what it has, then is online", async () => {
    expect(server.of("hello")).toEqual([
      {
        type: "hello",
        role: "patient",
        protocol: 1,
        language: "sv",
        resume: [{ contact: CONTACT, version: 0 }],
      },
    ]);
    expect(statuses).toEqual(["connecting", "online"]);
    version = 12;
    server.cut();
    expect(connection.online).toBe(false);
    await world.time.pass(300);
    expect(server.of("hello")[1]?.resume).toEqual([{ contact: CONTACT, version: 12 }]);
    expect(statuses).toEqual(["connecting", "online", "offline", "online"]);
  });

  test("waits longer when it fails, and at once when the network is back", async () => {
    server.reachable = false;
    world.random.next = 0.9;
    server.cut();
    await world.time.pass(299);
    expect(server.opened).toBe(2);
    await world.time.pass(1_700);
    expect(server.opened).toBe(2);
    server.reachable = true;
    world.page.wake("online");
    await settle();
    expect(connection.online).toBe(true);
  });

  test("does not come back when it may not", async () => {
    server.cut(4002);
    const reply = await connection.request(LEAVE);
    await world.time.pass(60_000);
    world.page.wake("visible");
    await settle();
    expect(server.opened).toBe(1);
    expect(statuses.at(-1)).toBe("refused sign_in");
    expect(reply).toMatchObject({ ok: false, problem: { code: "page.offline" } });
  });

  test("a service that accepts and closes again is not hammered", async () => {
    world.random.next = 0.9;
    server.onHello = (line) => {
      line.close(1001);
    };
    server.cut(1001);
    await world.time.pass(10_000);
    expect(server.opened).toBeLessThan(6);
  });
});

describe("a silent line", () => {
  test("is left and replaced", async () => {
    server.silent = true;
    await world.time.pass(14_999);
    expect(connection.online).toBe(true);
    await world.time.pass(2);
    expect(connection.online).toBe(false);
    server.silent = false;
    await world.time.pass(300);
    expect(connection.online).toBe(true);
  });

  test("is noticed sooner in a call", async () => {
    connection.quick = true;
    server.silent = true;
    await world.time.pass(3_501);
    expect(connection.online).toBe(false);
  });

  test("is noticed sooner when the network changed", async () => {
    server.silent = true;
    world.page.wake("online");
    await world.time.pass(2_501);
    expect(connection.online).toBe(false);
  });

  test("answered pings keep it", async () => {
    await world.time.pass(120_000);
    expect(server.opened).toBe(1);
    expect(connection.online).toBe(true);
  });
});

describe("requests", () => {
  test("are answered by their ref", async () => {
    answerAll();
    expect(await connection.request(LEAVE)).toEqual({ ok: true, contact: null, version: 7 });
    server.onMessage = (line, message) => {
      if ("ref" in message)
        line.send({ type: "refused", ref: message.ref, code: "x.y", text: "No.", detail: "" });
    };
    expect(await connection.request(LEAVE)).toEqual({
      ok: false,
      problem: { code: "x.y", text: "No.", detail: "" },
    });
  });

  test("that may be repeated are sent again until they are answered", async () => {
    const reply = connection.request(CHAT, true);
    await settle();
    server.cut();
    const later = connection.request({ ...CHAT, key: "key-0002" }, true);
    answerAll();
    await world.time.pass(300);
    expect(server.of("chat.send").map((m) => m.key)).toEqual(["key-0001", "key-0001", "key-0002"]);
    expect(await reply).toMatchObject({ ok: true });
    expect(await later).toMatchObject({ ok: true });
  });

  test("that may not be repeated end with an unknown outcome", async () => {
    const reply = connection.request(LEAVE);
    await settle();
    server.cut();
    await world.time.pass(1_000);
    expect(await reply).toMatchObject({ ok: false, problem: { code: "page.unknown_outcome" } });
    expect(server.of("contact.leave")).toHaveLength(1);
  });

  test("made in a short gap go out after it, in a long one they are given up", async () => {
    answerAll();
    server.cut();
    const soon = connection.request(LEAVE);
    await world.time.pass(300);
    expect(await soon).toMatchObject({ ok: true });
    server.reachable = false;
    server.cut();
    const never = connection.request(LEAVE);
    await world.time.pass(8_001);
    expect(await never).toMatchObject({ ok: false, problem: { code: "page.offline" } });
    server.reachable = true;
    await world.time.pass(20_000);
    expect(server.of("contact.leave")).toHaveLength(1);
  });

  test("above the size of a frame are not sent", async () => {
    const reply = await connection.request({ ...CHAT, text: "å".repeat(9_000) }, true);
    expect(reply).toMatchObject({ ok: false, problem: { code: "page.too_large" } });
    expect(server.of("chat.send")).toEqual([]);
  });
});
