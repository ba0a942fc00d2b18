import { describe, expect, test } from "vitest";
import { FakeTime, settle } from "./fakeWorld";
import { isPassing, read } from "./http";
import { browserDrawer } from "./storage";
import { every, within } from "./time";

describe("an answer", () => {
  test("of success is its body", () => {
    expect(read(200, '{"a":1}')).toEqual({ ok: true, value: { a: 1 } });
    expect(read(204, "")).toEqual({ ok: true, value: null });
  });

  test("of refusal is the service's problem", () => {
    const problem = { code: "contact.taken", text: "Taken.", detail: "" };
    expect(read(409, JSON.stringify(problem))).toEqual({ ok: false, status: 409, problem });
  });

  test.each([
    [200, "<html>"],
    [502, "<html>"],
    [500, "{}"],
  ])("of status %i that is not ours has a code of the page's own", (status, body) => {
    expect(read(status, body)).toMatchObject({ ok: false, problem: { code: "page.failed" } });
  });

  test("may pass or not", () => {
    expect([0, 408, 429, 500, 503].every(isPassing)).toBe(true);
    expect([400, 401, 404, 409, 413, 422].some(isPassing)).toBe(false);
  });
});

describe("what is kept on the device", () => {
  test("is there until it expires", async () => {
    const time = new FakeTime();
    localStorage.clear();
    const drawer = browserDrawer(time);
    drawer.set("draft", { story: "x" }, 1_000);
    expect(drawer.get("draft")).toEqual({ story: "x" });
    await time.pass(1_000);
    expect(drawer.get("draft")).toBeUndefined();
    expect(localStorage).toHaveLength(0);
  });

  test("and has expired is removed when the page opens, whatever else is there", async () => {
    const time = new FakeTime();
    localStorage.clear();
    localStorage.setItem("video-advice:odd", "not JSON");
    browserDrawer(time).set("draft", "secret", 1_000);
    localStorage.setItem("another-page", "stays");
    await time.pass(2_000);
    browserDrawer(time);
    expect(JSON.stringify(localStorage)).not.toContain("secret");
    expect(localStorage.getItem("another-page")).toBe("stays");
  });

  test("is nothing where storage is forbidden", () => {
    const drawer = browserDrawer(new FakeTime(), () => {
      throw new DOMException("no", "SecurityError");
    });
    drawer.set("draft", 1, 1_000);
    expect(drawer.get("draft")).toBeUndefined();
  });
});

describe("timers", () => {
  test("every: until it is cancelled, also by itself", async () => {
    const time = new FakeTime();
    let turns = 0;
    const cancel = every(time, 100, () => {
      turns += 1;
      if (turns === 3) cancel();
    });
    await time.pass(1_000);
    expect(turns).toBe(3);
  });

  test("within: the value in time, else nothing", async () => {
    const time = new FakeTime();
    expect(await within(time, 100, Promise.resolve(1))).toBe(1);
    expect(await within(time, 100, Promise.reject(new Error("no")))).toBeUndefined();
    let late: unknown = "waiting";
    void within(time, 100, new Promise(() => undefined)).then((value) => {
      late = value;
    });
    await time.pass(100);
    await settle();
    expect(late).toBeUndefined();
  });
});
