/** What this browser's user likes: sounds and single-key shortcuts. Holds no patient data. */

const PREFIX = "nurse.";

function read(name: string): boolean {
  try {
    return localStorage.getItem(PREFIX + name) !== "off";
  } catch {
    return true;
  }
}

function write(name: string, on: boolean): void {
  try {
    localStorage.setItem(PREFIX + name, on ? "on" : "off");
  } catch {
    // Storage is closed: the choice lasts as long as the page.
  }
}

export class Preferences {
  #sound = $state(read("sound"));
  #shortcuts = $state(read("shortcuts"));

  get sound(): boolean {
    return this.#sound;
  }

  set sound(on: boolean) {
    this.#sound = on;
    write("sound", on);
  }

  get shortcuts(): boolean {
    return this.#shortcuts;
  }

  set shortcuts(on: boolean) {
    this.#shortcuts = on;
    write("shortcuts", on);
  }
}
