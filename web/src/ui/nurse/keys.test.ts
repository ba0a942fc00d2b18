import { afterEach, describe, expect, it } from "vitest";
import { KEYS, command, type Command } from "./keys";

afterEach(() => {
  document.body.replaceChildren();
});

/** Press a key with the focus in `html`, and say what the page would do. */
function press(key: string, html: string, more: KeyboardEventInit = {}): Command | null {
  document.body.innerHTML = html;
  const target = document.body.querySelector("[data-here]") ?? document.body;
  let heard: Command | null = null;
  const listen = (event: Event): void => {
    heard = command(event as KeyboardEvent);
  };
  document.addEventListener("keydown", listen);
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  document.removeEventListener("keydown", listen);
  return heard;
}

describe("shortcuts", () => {
  it("are told apart by their keys", () => {
    expect(new Set(Object.values(KEYS)).size).toBe(Object.keys(KEYS).length);
    expect(press("n", "<button data-here></button>")).toBe("take");
    expect(press("?", "<main data-here></main>")).toBe("help");
    expect(press("x", "<main data-here></main>")).toBeNull();
  });

  it("leave what is being written alone", () => {
    expect(press("a", "<textarea data-here></textarea>")).toBeNull();
    expect(press("a", "<input data-here>")).toBeNull();
    expect(press("a", "<select data-here></select>")).toBeNull();
    expect(press("a", "<input type='radio' data-here>")).toBe("accept");
  });

  it("leave dialogs and the browser's own shortcuts alone", () => {
    expect(press("a", "<dialog open><button data-here></button></dialog>")).toBeNull();
    expect(press("n", "<main data-here></main>", { ctrlKey: true })).toBeNull();
    expect(press("n", "<main data-here></main>", { repeat: true })).toBeNull();
  });
});
