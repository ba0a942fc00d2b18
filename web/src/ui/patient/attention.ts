/** Calls a person back to the page: two tones and a short buzz. */

let audio: AudioContext | null = null;

/** Make sound possible later. Browsers allow that only from a click. */
export function allowSound(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
  } catch {
    // No sound device. The heading, the title and the buzz remain.
  }
}

export function callBack(): void {
  // Older browsers have none, and some phones forbid it.
  if ("vibrate" in navigator) navigator.vibrate([180, 120, 180]);
  if (audio?.state !== "running") return;
  ring(audio, 523, 0);
  ring(audio, 784, 0.28);
}

function ring(to: AudioContext, frequency: number, after: number): void {
  const at = to.currentTime + after;
  const tone = new OscillatorNode(to, { type: "triangle", frequency });
  const gain = new GainNode(to, { gain: 0 });
  gain.gain.setTargetAtTime(0.22, at, 0.015);
  gain.gain.setTargetAtTime(0, at + 0.18, 0.09);
  tone.connect(gain).connect(to.destination);
  tone.start(at);
  tone.stop(at + 0.9);
}

/** Keep the screen lit while it is wanted and the page is seen. Returns how to let go. */
export function keepLit(): () => void {
  let lock: WakeLockSentinel | null = null;
  let wanted = true;
  const take = async (): Promise<void> => {
    if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
    try {
      lock = await navigator.wakeLock.request("screen");
      if (!wanted) await lock.release();
    } catch {
      // A low battery: the screen may go dark, and the place is kept.
    }
  };
  const again = (): void => void take();
  document.addEventListener("visibilitychange", again);
  void take();
  return () => {
    wanted = false;
    document.removeEventListener("visibilitychange", again);
    void lock?.release();
  };
}
