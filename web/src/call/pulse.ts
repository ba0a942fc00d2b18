import type { Clock } from "../platform/time";

/** Nothing for this long, and the way between the two is broken. */
const SILENCE = 1_500;

/**
 * Whether anything comes from the other side. A browser notices a broken way after 5 to 15 s; the
 * bytes that stop coming tell it sooner. Counted are all bytes: reports come even from a person
 * without camera and microphone, as long as we send something ourselves.
 */
export class Pulse {
  readonly #clock: Clock;
  readonly #pc: RTCPeerConnection;
  #bytes = 0;
  #felt = 0;
  #flowed = false;

  constructor(clock: Clock, pc: RTCPeerConnection) {
    this.#clock = clock;
    this.#pc = pc;
  }

  get silent(): boolean {
    return this.#flowed && this.#clock.elapsed() - this.#felt >= SILENCE;
  }

  /** It has just been connected: silence is counted from here. */
  begin(): void {
    this.#felt = this.#clock.elapsed();
  }

  async feel(): Promise<void> {
    if (this.#pc.connectionState !== "connected") return;
    let bytes = 0;
    try {
      (await this.#pc.getStats()).forEach((report: { type: string; bytesReceived?: number }) => {
        if (report.type === "transport" || report.type === "candidate-pair")
          bytes += report.bytesReceived ?? 0;
      });
    } catch {
      return;
    }
    if (bytes !== this.#bytes) {
      this.#flowed ||= this.#bytes > 0;
      this.begin();
    }
    this.#bytes = bytes;
  }
}
