import { describe, expect, test } from "vitest";
import { judge, report, type Found } from "./verdict";

const GOOD: Found = { roundTrip: 40, loss: 0, rate: 800, relays: ["udp", "tcp", "tls"] };

describe("what a test means", () => {
  test.each<[string, Partial<Found>, string]>([
    ["all is well", {}, "good"],
    ["just enough for a picture", { rate: 500, loss: 0.03, roundTrip: 400 }, "good"],
    ["too little for a picture", { rate: 499 }, "unsteady"],
    ["a picture would have to be mended all the time", { loss: 0.04 }, "unsteady"],
    ["far away", { roundTrip: 401 }, "unsteady"],
    ["just enough for sound", { rate: 64, loss: 0.2, roundTrip: 1_000 }, "unsteady"],
    ["too little for sound", { rate: 63 }, "slow"],
    ["sound would have holes", { loss: 0.21 }, "slow"],
    ["nobody could talk", { roundTrip: 1_001 }, "slow"],
    ["nothing came through", { roundTrip: null, loss: null, rate: null }, "blocked"],
    ["no relay, but a way of its own", { relays: [] }, "good"],
  ])("%s", (_, found, verdict) => {
    expect(judge({ ...GOOD, ...found })).toBe(verdict);
  });

  test("is told in whole numbers, loss in percent", () => {
    expect(report({ ...GOOD, roundTrip: 41.6, loss: 0.0251, rate: 799.7 })).toEqual({
      verdict: "good",
      round_trip: 42,
      loss: 3,
      rate: 800,
      relays: ["udp", "tcp", "tls"],
    });
    expect(report({ ...GOOD, roundTrip: null, loss: null, rate: null, relays: [] })).toEqual({
      verdict: "blocked",
      round_trip: null,
      loss: null,
      rate: null,
      relays: [],
    });
  });
});
