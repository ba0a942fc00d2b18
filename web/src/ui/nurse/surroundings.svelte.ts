import { createContext } from "svelte";
import { sv, type NurseTexts } from "../texts/nurse.sv";
import { regionName } from "./regions";
import { clockTime, languageName, wait } from "./words";

/** How often waits in words are written anew. */
const TICK = 15_000;

/** What every part of the console needs: the texts, the language, and the service's time of day. */
export class Surroundings {
  t = $state.raw<NurseTexts>(sv);
  locale = $state("sv");
  /** The service's clock, in milliseconds; moves in steps of a quarter of a minute. */
  now = $state(Date.now());
  #offset = 0;

  /** Show another language. The page keeps the one it has until the texts have come. */
  async speak(language: string): Promise<void> {
    const texts = language === "en" ? (await import("../texts/nurse.en")).en : sv;
    this.t = texts;
    this.locale = language === "en" ? "en" : "sv";
  }

  /** Go by the service's clock, which is `offset` milliseconds ahead of this device's. */
  tellTime(offset: number): void {
    this.#offset = offset;
    this.now = this.exactly();
  }

  /** The service's time at this very moment. */
  exactly(): number {
    return Date.now() + this.#offset;
  }

  /** Keep `now` going. Returns how to stop it. */
  run(): () => void {
    const timer = setInterval(() => (this.now = this.exactly()), TICK);
    return () => {
      clearInterval(timer);
    };
  }

  /** The wait since `from`, in words. */
  waited(from: number): string {
    return wait(from, this.now, this.t);
  }

  /** "Har väntat 12 min", "Kom nyss". */
  waiting(from: number): string {
    const words = this.waited(from);
    return words === this.t.time.now ? this.t.line.came : this.t.line.wait(words);
  }

  /** The time of day of `at`. */
  clock(at: number): string {
    return clockTime(at, this.locale, this.t);
  }

  /** The name of a region. */
  region(code: string): string {
    return regionName(code);
  }

  /** The name of a language. */
  language(code: string): string {
    return languageName(code, this.locale);
  }
}

export const [surroundings, setSurroundings] = createContext<Surroundings>();
