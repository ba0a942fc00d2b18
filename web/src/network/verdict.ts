import type { Network, Verdict, Way } from "../protocol/messages";

/** What came of a test. Null where nothing came through. */
export interface Found {
  /** Milliseconds there and back, the middle one. */
  readonly roundTrip: number | null;
  /** Share of what was sent that did not come back, 0 to 1. */
  readonly loss: number | null;
  /** Kilobit a second that went there and came back, at least. */
  readonly rate: number | null;
  readonly relays: readonly Way[];
}

/** A small picture that moves, and sound, each way. */
const PICTURE_RATE = 500;
/** Opus with its packets' heads. */
const SOUND_RATE = 64;
/** Beyond it people begin to talk into each other's words (ITU-T G.114 has half of it one way). */
const PICTURE_ROUND_TRIP = 400;
const SOUND_ROUND_TRIP = 1_000;
/** Repair of a picture costs a round trip each time; of sound, Opus mends much more. */
const PICTURE_LOSS = 0.03;
const SOUND_LOSS = 0.2;

/** What a test means for a call, in one word. */
export function judge({ roundTrip, loss, rate }: Found): Verdict {
  if (roundTrip === null || loss === null || rate === null) return "blocked";
  if (rate < SOUND_RATE || loss > SOUND_LOSS || roundTrip > SOUND_ROUND_TRIP) return "slow";
  if (rate < PICTURE_RATE || loss > PICTURE_LOSS || roundTrip > PICTURE_ROUND_TRIP) return "unsteady";
  return "good";
}

/** The same in whole numbers, as the nurse's side is told. */
export function report(found: Found): Network {
  const { roundTrip, loss, rate, relays } = found;
  const whole = (value: number | null, most: number): number | null =>
    value === null ? null : Math.min(most, Math.max(0, Math.round(value)));
  return {
    verdict: judge(found),
    round_trip: whole(roundTrip, 60_000),
    loss: whole(loss === null ? null : loss * 100, 100),
    rate: whole(rate, 1_000_000),
    relays: [...relays],
  };
}
