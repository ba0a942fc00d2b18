import { describe, expect, test } from "vitest";
import { CLOSE_CODES } from "../protocol/closeCodes";
import { reconnectDelay } from "./policy";

const ALMOST_ONE = 0.999_999;

describe("reconnectDelay", () => {
  test.each([
    ["the service restarts", 0, 1001, 300],
    ["the line broke", 0, 1006, 300],
    ["the lease was lost", 0, 4007, 300],
    ["the second attempt", 1, 1006, 2_000],
    ["the third attempt", 2, 1001, 4_000],
    ["many attempts", 40, 1006, 10_000],
    ["the records are down", 0, 1013, 10_000],
    ["too fast", 3, 4005, 10_000],
    ["an unknown code", 0, 4999, 10_000],
  ])("%s: spread from nothing up to the longest", (_why, attempt, code, longest) => {
    expect(reconnectDelay(attempt, code, 0)).toBe(0);
    expect(reconnectDelay(attempt, code, ALMOST_ONE)).toBeCloseTo(longest, -1);
  });

  test("not before the moment that the service has told, and a little spread", () => {
    expect(reconnectDelay(0, 4010, 0, 3_000)).toBe(3_000);
    expect(reconnectDelay(9, 4010, ALMOST_ONE, 3_000)).toBeCloseTo(3_750, -1);
    expect(reconnectDelay(0, 4009, 0.5, 3_000)).toBeNull();
  });

  test.each(
    Object.entries(CLOSE_CODES).filter(([, { comeBack }]) => comeBack === "never"),
  )("never after %s", (code) => {
    expect(reconnectDelay(0, Number(code), 0.5)).toBeNull();
    expect(reconnectDelay(7, Number(code), 0.5)).toBeNull();
  });
});
