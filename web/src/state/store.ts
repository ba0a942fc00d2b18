import type { Timers } from "../platform/time";
import type { Readable } from "./types";

/** A value that tells when it changes. */
export class Store<T> implements Readable<T> {
  #value: T;
  #told: T;
  #held = false;
  #cancel = (): void => undefined;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = this.#told = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Change the value. `tell` says it to the listeners. */
  put(value: T): void {
    this.#value = value;
  }

  /** Say what has changed, once for any number of changes. */
  tell(): void {
    if (this.#held || this.#value === this.#told) return;
    this.#told = this.#value;
    for (const listener of this.#listeners) listener(this.#value);
  }

  set(value: T): void {
    this.put(value);
    this.tell();
  }

  /** Say nothing until `release`, or for so many milliseconds, and then all at once. */
  hold(timers: Timers, ms: number): void {
    if (this.#held) return;
    this.#held = true;
    this.#cancel = timers.after(ms, () => {
      this.release();
    });
  }

  release(): void {
    this.#cancel();
    this.#held = false;
    this.tell();
  }

  readonly subscribe = (run: (value: T) => void): (() => void) => {
    this.#listeners.add(run);
    run(this.#value);
    return () => {
      this.#listeners.delete(run);
    };
  };
}
