import { CLOSE_CODES } from "../protocol/closeCodes";

/** The code a browser gives when the line broke without a close frame. */
export const BROKEN = 1006;

const SOON = 300;
const STEP = 1_000;
const LONGEST = 10_000;

/** Those who were told the same moment do not all come in it. */
const SPREAD = 0.25;

/**
 * How long to wait before connecting again, in milliseconds; null: never.
 *
 * Everybody who was cut off comes back at once, so each wait is spread evenly from 0 up ("full
 * jitter"): after a `now`, first over 0.3 s, then over twice as long for each attempt that fails.
 *
 * @param attempt how many attempts have failed since the last time of being connected
 * @param random at least 0, below 1
 * @param told when the service said that it has room, in milliseconds; null: it has not
 */
export function reconnectDelay(
  attempt: number,
  closeCode: number,
  random: number,
  told: number | null = null,
): number | null {
  const comeBack = closeCode === BROKEN ? "now" : (CLOSE_CODES[closeCode]?.comeBack ?? "later");
  if (comeBack === "never") return null;
  if (told !== null) return told * (1 + SPREAD * random);
  if (comeBack === "later") return random * LONGEST;
  return random * (attempt === 0 ? SOON : Math.min(LONGEST, STEP * 2 ** Math.min(attempt, 10)));
}
