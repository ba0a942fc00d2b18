/** Single-key shortcuts. They work only when nothing is being written and may be switched off. */

export type Command =
  | "take"
  | "accept"
  | "decline"
  | "line"
  | "chat"
  | "note"
  | "photos"
  | "mute"
  | "camera"
  | "help";

/** The key of each command, as it is printed on the key. */
export const KEYS: Readonly<Record<Command, string>> = {
  take: "N",
  accept: "A",
  decline: "D",
  line: "K",
  chat: "C",
  note: "J",
  photos: "B",
  mute: "M",
  camera: "V",
  help: "?",
};

const WRITES = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";

/** Radio buttons and tick boxes take no letters; other fields do. */
const TAKES_NO_LETTERS = "input[type='radio'], input[type='checkbox'], input[type='range'], input[type='button']";

/** Which command a key press means, or null: in a field, with a modifier, held down, in a dialog. */
export function command(event: KeyboardEvent): Command | null {
  if (event.defaultPrevented || event.repeat || event.isComposing) return null;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const target = event.target instanceof Element ? event.target : null;
  const field = target?.closest(WRITES);
  if (field && !field.matches(TAKES_NO_LETTERS)) return null;
  if (target?.closest("dialog, [role='dialog'], [role='menu'], [role='listbox']")) return null;
  const key = event.key.toUpperCase();
  const found = (Object.entries(KEYS) as [Command, string][]).find(([, letter]) => letter === key);
  return found?.[0] ?? null;
}
