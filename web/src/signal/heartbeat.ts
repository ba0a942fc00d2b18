import type { Clock, Timers } from "../platform/time";

/** How often to ask whether the service is there, and how long to wait for the answer. */
export interface Pace {
  readonly interval: number;
  readonly patience: number;
}

export const CALM: Pace = { interval: 5_000, patience: 10_000 };
/** During a video call: a lost network shall be noticed at once. */
export const QUICK: Pace = { interval: 1_000, patience: 2_500 };

/** A timer this late means that the device slept: the answer may lie unread in the queue. */
const SLEPT = 1_000;

/** Notices a connection that is dead although nobody closed it. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #ping: () => void;
  readonly #dead: () => void;
  #pace = CALM;
  #running = false;
  #cancelBeat = (): void => undefined;
  #cancelVerdict: (() => void) | null = null;

  constructor(world: { clock: Clock; timers: Timers }, ping: () => void, dead: () => void) {
    this.#clock = world.clock;
    this.#timers = world.timers;
    this.#ping = ping;
    this.#dead = dead;
  }

  start(): void {
    this.stop();
    this.#running = true;
    this.#beat();
  }

  stop(): void {
    this.#running = false;
    this.#cancelBeat();
    this.heard();
  }

  /** Something came: it lives. */
  heard(): void {
    this.#cancelVerdict?.();
    this.#cancelVerdict = null;
  }

  set pace(pace: Pace) {
    if (pace === this.#pace) return;
    this.#pace = pace;
    if (this.#running) this.start();
  }

  /** Ask now and be impatient: the network has changed or the device has slept. */
  check(): void {
    if (!this.#running) return;
    this.heard();
    this.#ask(QUICK.patience);
  }

  #beat(): void {
    this.#cancelBeat = this.#timers.after(this.#pace.interval, () => {
      this.#ask(this.#pace.patience);
      this.#beat();
    });
  }

  #ask(patience: number): void {
    this.#ping();
    if (this.#cancelVerdict) return;
    const due = this.#clock.elapsed() + patience;
    this.#cancelVerdict = this.#timers.after(patience, () => {
      this.#cancelVerdict = null;
      if (this.#clock.elapsed() - due > SLEPT) this.#ask(QUICK.patience);
      else this.#dead();
    });
  }
}
