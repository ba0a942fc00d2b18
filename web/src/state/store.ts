import type { Readable } from "./types";

/** A value that tells when it changes. */
export class Store<T> implements Readable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (value === this.#value) return;
    this.#value = value;
    for (const listener of this.#listeners) listener(value);
  }

  readonly subscribe = (run: (value: T) => void): (() => void) => {
    this.#listeners.add(run);
    run(this.#value);
    return () => {
      this.#listeners.delete(run);
    };
  };
}
