import { describe, expect, it } from "vitest";
import { FakeTime } from "../platform/fakeWorld";
import { Store } from "./store";

describe("a store that is held", () => {
  const held = (): { time: FakeTime; store: Store<number>; told: number[] } => {
    const time = new FakeTime();
    const store = new Store(0);
    const told: number[] = [];
    store.subscribe((value) => told.push(value));
    store.hold(time, 160);
    store.set(1);
    store.set(2);
    return { time, store, told };
  };

  it("tells the last value when it is released, and then each again", async () => {
    const { time, store, told } = held();
    store.release();
    store.set(3);
    await time.pass(1_000);
    expect(told).toEqual([0, 2, 3]);
  });

  it("is released by itself when nobody does it", async () => {
    const { time, told } = held();
    await time.pass(159);
    expect(told).toEqual([0]);
    await time.pass(1);
    expect(told).toEqual([0, 2]);
  });
});
