import { sv, type Texts } from "./sv";

export type { Texts } from "./sv";

/** The languages of the patient's page, each in its own writing. The first is the source. */
export const LANGUAGES = [
  ["sv", "Svenska"],
  ["en", "English"],
  ["ar", "العربية"],
] as const;

/** The texts of `language`. Swedish is always here; the others are fetched, with their letters. */
export async function loadTexts(language: string): Promise<Texts> {
  switch (language) {
    case "en":
      return (await import("./en")).en;
    case "ar": {
      const [{ ar }] = await Promise.all([import("./ar"), import("../fonts/arabic.css")]);
      return ar;
    }
    default:
      return sv;
  }
}

export { sv as swedish } from "./sv";
