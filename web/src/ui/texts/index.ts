import { sv, type Texts } from "./sv";

export type { Texts } from "./sv";

/** The languages of the patient's page, each in its own writing. The first is the source. */
export const LANGUAGES = [
  ["sv", "Svenska"],
  ["en", "English"],
  ["ar", "العربية"],
] as const;

export type PageLanguage = (typeof LANGUAGES)[number][0];

const isPageLanguage = (code: string): code is PageLanguage => LANGUAGES.some(([known]) => known === code);

/** The page language for what a browser or a person prefers, Swedish when we have none of it. */
export function pageLanguage(preferred: readonly string[]): PageLanguage {
  for (const tag of preferred) {
    const code = tag.slice(0, 2).toLowerCase();
    if (isPageLanguage(code)) return code;
  }
  return "sv";
}

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
