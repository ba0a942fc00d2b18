import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { VALUES, type PlaceView } from "../../protocol/messages";
import { patientView } from "../../state/samples";
import { startOfPatientPage } from "../../state/patientPage";
import { fakeApp } from "../../../dev/fakeApp";
import { waitingAr } from "../texts/waiting.ar";
import { waitingEn } from "../texts/waiting.en";
import { waitingSv } from "../texts/waiting.sv";
import CheckInTest from "./CheckInTest.svelte";
import { isSoon, windowsFrom } from "./view";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = new Date(2026, 10, 22, 14, 32).getTime();

const place = (patch: Partial<PlaceView>): PlaceView => ({
  contact: "c".repeat(32),
  place: 9,
  before_urgent: 0,
  before_earlier: 8,
  nurses: 2,
  forecast: null,
  told_at: null,
  held: null,
  paused: null,
  elsewhere: [],
  ...patch,
});

describe("soon", () => {
  it("is the second place, or five minutes, and never without a place", () => {
    expect(isSoon(null)).toBe(false);
    expect(isSoon(place({ place: 3 }))).toBe(false);
    expect(isSoon(place({ place: 2 }))).toBe(true);
    expect(isSoon(place({ forecast: { low: 7, high: 15 } }))).toBe(false);
    expect(isSoon(place({ forecast: { low: 5, high: 15 } }))).toBe(true);
  });
});

describe("the hours to choose from", () => {
  it.each([0, 15 * MINUTE, 16 * MINUTE, 28 * MINUTE, 9 * HOUR])("are whole, and not too near, after %d ms", (after) => {
    const now = START + after;
    const windows = windowsFrom(now);
    for (const { from, to, tomorrow } of windows) {
      expect(new Date(from).getMinutes()).toBe(0);
      expect(to - from).toBe(HOUR);
      expect(from - now).toBeGreaterThanOrEqual(45 * MINUTE);
      expect(from - now).toBeLessThan(12 * HOUR);
      expect(tomorrow).toBe(new Date(from).getDate() !== new Date(now).getDate());
    }
    expect((windows[0]?.from ?? 0) - now).toBeLessThan(105 * MINUTE + 1);
  });
});

describe("the questions", () => {
  it("are all there in every language, each another one", () => {
    for (const { worse } of [waitingSv, waitingEn, waitingAr]) {
      const questions = VALUES.RedFlag.map((flag) => worse.question[flag]);
      expect(new Set(questions).size).toBe(VALUES.RedFlag.length);
      for (const question of questions) expect(question).toMatch(/[?؟]$/);
    }
  });
});

describe("the gentle question", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: START });
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });

  const show = (next: number | null) => {
    const contact = patientView({ next_check: next });
    const page = { ...startOfPatientPage("sv", START), contact };
    return render(CheckInTest, { props: { app: fakeApp(page, () => undefined), page, contact } });
  };

  it("comes when its time has come, once, and is not a dialog", async () => {
    show(START + 20 * MINUTE);
    await vi.advanceTimersByTimeAsync(20 * MINUTE - 1);
    expect(screen.queryByRole("group")).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    const asked = screen.getByRole("group", { name: waitingSv.check.title });
    expect(asked.closest("[aria-live=polite]")).not.toBeNull();
    await vi.advanceTimersByTimeAsync(5 * HOUR);
    expect(screen.getAllByRole("group")).toHaveLength(1);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("goes away with the answer and comes back after the next time", async () => {
    const shown = show(START);
    await vi.advanceTimersByTimeAsync(0);
    expect(screen.getByRole("group")).toBeTruthy();
    await shown.rerender({ contact: patientView({ next_check: START + 30 * MINUTE }) });
    expect(screen.queryByRole("group")).toBeNull();
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(screen.getByRole("group")).toBeTruthy();
  });

  it("never comes to somebody who is not waiting", async () => {
    show(null);
    await vi.advanceTimersByTimeAsync(24 * HOUR);
    expect(screen.queryByRole("group")).toBeNull();
  });
});
