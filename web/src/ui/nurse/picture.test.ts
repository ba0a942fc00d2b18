import { describe, expect, it } from "vitest";
import { fit, fitting, pan, settle, turn, zoom, type Lie } from "./picture";

const photo = { width: 2000, height: 1000 };
const room = { width: 500, height: 500 };
const whole = fit(photo, room);

/** Where a point of the photo, counted from its middle, is seen in the room. */
function seen(lie: Lie, x: number, y: number): { x: number; y: number } {
  const angle = (lie.turn * Math.PI) / 2;
  return {
    x: lie.x + lie.scale * (x * Math.cos(angle) - y * Math.sin(angle)),
    y: lie.y + lie.scale * (x * Math.sin(angle) + y * Math.cos(angle)),
  };
}

describe("a photo in its window", () => {
  it("fits whole, also when turned", () => {
    expect(whole.scale).toBe(0.25);
    expect(fitting(photo, { width: 500, height: 1000 }, 1)).toBe(0.5);
    expect(fitting(photo, { width: 0, height: 0 }, 0)).toBe(1);
  });

  it("keeps what is under the pointer there while it grows", () => {
    const at = { x: 100, y: 20 };
    const before = zoom(whole, 4, { x: 0, y: 0 }, photo, room);
    const after = zoom(before, 1.5, at, photo, room);
    const point = { x: (at.x - before.x) / before.scale, y: (at.y - before.y) / before.scale };
    expect(seen(after, point.x, point.y).x).toBeCloseTo(at.x);
    expect(seen(after, point.x, point.y).y).toBeCloseTo(at.y);
  });

  it("never becomes smaller than whole nor larger than eight times", () => {
    expect(zoom(whole, 0.1, { x: 5, y: 5 }, photo, room)).toEqual(whole);
    expect(zoom(whole, 1000, { x: 0, y: 0 }, photo, room).scale).toBe(8);
  });

  it("never leaves its window", () => {
    const large = zoom(whole, 4, { x: 0, y: 0 }, photo, room);
    const far = pan(large, 1e6, -1e6, photo, room);
    expect(far.x).toBe((2000 - 500) / 2);
    expect(far.y).toBe(-(1000 - 500) / 2);
    expect(pan(whole, 40, 40, photo, room)).toEqual(whole);
  });

  it("turns about the middle of the window and comes round in four", () => {
    const large = pan(zoom(whole, 6, { x: 0, y: 0 }, photo, room), 120, -60, photo, room);
    const quarter = turn(large, photo, room);
    const middle = { x: -large.x / large.scale, y: -large.y / large.scale };
    expect(seen(quarter, middle.x, middle.y).x).toBeCloseTo(0);
    expect(seen(quarter, middle.x, middle.y).y).toBeCloseTo(0);
    let round = large;
    for (let i = 0; i < 4; i += 1) round = turn(round, photo, room);
    expect(round).toEqual(large);
    expect(turn(whole, photo, { width: 500, height: 1000 }).scale).toBe(0.5);
  });

  it("settles again when the window changes its size", () => {
    const small = { width: 200, height: 200 };
    expect(settle(whole, photo, { width: 1000, height: 1000 }).scale).toBe(0.5);
    expect(settle(whole, photo, small).scale).toBe(0.25);
  });
});
