import { createContext } from "svelte";
import { loadTexts, swedish, type Texts } from "../texts/index";

const AGAIN = 2_000;

/** The texts of the page, in the language it is drawn in. */
export class Words {
  t = $state.raw<Texts>(swedish);
  #wanted = "sv";

  /** Change to `language` as soon as its texts are here. Keeps the present ones while they do not come. */
  async show(language: string): Promise<void> {
    this.#wanted = language;
    try {
      const texts = await loadTexts(language);
      if (this.#wanted === language) this.t = texts;
    } catch {
      // No network just now: the page stays in the language it has, and goes on asking.
      setTimeout(() => {
        if (this.#wanted === language) void this.show(language);
      }, AGAIN);
    }
  }
}

export const [words, giveWords] = createContext<Words>();
