import { expect, test } from "vitest";
import { FakeTime, noMedia } from "../platform/fakeWorld";
import type { Answer, Http } from "../platform/http";
import { measureFor } from "./run";

const never = <T>(): Promise<Answer<T>> => new Promise(() => undefined);

async function after(ms: number, http: Partial<Http>) {
  const time = new FakeTime();
  const made: string[] = [];
  const world = {
    clock: time,
    timers: time,
    media: {
      ...noMedia,
      connection: () => {
        made.push("connection");
        return noMedia.connection({});
      },
    },
    http: { get: never, post: never, remove: never, ...http },
  };
  const said: unknown[] = [];
  void measureFor(world, "c".repeat(32), new AbortController().signal).then((network) => said.push(network));
  await time.pass(ms);
  return { said, made };
}

test("a service that hangs is given up in less than ten seconds", async () => {
  expect((await after(9_000, {})).said).toEqual([]);
  expect((await after(10_000, {})).said).toEqual([null]);
});

test("one that does not measure is asked for nothing more", async () => {
  const problem = { code: "network.not_measured", text: "", detail: "off" };
  const { said, made } = await after(0, {
    get: () => Promise.resolve({ ok: false, status: 503, problem }),
  });
  expect(said).toEqual([null]);
  expect(made).toEqual([]);
});
