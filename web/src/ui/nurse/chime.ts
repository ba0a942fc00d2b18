/** Two soft tones when something comes that must be answered. Made by the browser, no file. */

let context: AudioContext | null = null;

/** Make the sound. Silently nothing where the browser does not yet allow sound. */
export function chime(): void {
  try {
    context ??= new AudioContext();
    void context.resume();
    const start = context.currentTime + 0.02;
    tone(context, 659, start);
    tone(context, 880, start + 0.22);
  } catch {
    // No sound device. The title and the card say the same.
  }
}

function tone(audio: AudioContext, frequency: number, at: number): void {
  const source = audio.createOscillator();
  const volume = audio.createGain();
  source.type = "sine";
  source.frequency.value = frequency;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.18, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + 0.55);
}
