/** Time as the page sees it. */
export interface Clock {
  /** Milliseconds since 1970, as this device believes. */
  now(): number;
  /** Milliseconds since the page began; never jumps. The clock of `performance.now()`. */
  elapsed(): number;
}

export interface Timers {
  /** Run once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};

export const systemTimers: Timers = {
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => {
      clearTimeout(id);
    };
  },
};

/** Run each `ms` until cancelled; the next turn is set after the work of this one. */
export function every(timers: Timers, ms: number, run: () => void): () => void {
  let cancel = timers.after(ms, function turn() {
    cancel = timers.after(ms, turn);
    run();
  });
  return () => {
    cancel();
  };
}

/** Wait for `promise`, but no longer than `ms`. */
export function within<T>(timers: Timers, ms: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const cancel = timers.after(ms, () => {
      resolve(undefined);
    });
    void promise
      .catch(() => undefined)
      .then((value) => {
        cancel();
        resolve(value);
      });
  });
}
