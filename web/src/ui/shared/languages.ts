/**
 * Languages to choose for the talk, the commonest here first, then the others, each as its own
 * speakers write it. Written down here: a browser takes a millisecond to tell each of them, and not
 * every browser knows them all.
 */
const OWN_NAMES: ReadonlyMap<string, string> = new Map([
  ["sv", "svenska"],
  ["en", "English"],
  ["ar", "العربية"],
  ["so", "Soomaali"],
  ["fa", "فارسی"],
  ["prs", "دری"],
  ["ti", "ትግርኛ"],
  ["ru", "русский"],
  ["uk", "українська"],
  ["am", "አማርኛ"],
  ["pl", "polski"],
  ["fi", "suomi"],
  ["es", "español"],
  ["fr", "français"],
  ["de", "Deutsch"],
  ["tr", "Türkçe"],
  ["ku", "kurdî"],
  ["bs", "bosanski"],
  ["sq", "shqip"],
  ["ps", "پښتو"],
  ["th", "ไทย"],
  ["vi", "Tiếng Việt"],
  ["zh", "中文"],
  ["se", "davvisámegiella"],
  ["yi", "ייִדיש"],
]);

export const TALK_LANGUAGES: readonly string[] = [...OWN_NAMES.keys()];

/** Languages in the words of the `page`, some of which it brings, and as their own speakers write them. */
export function languageWords(
  codes: readonly string[],
  page: string,
  brought: Readonly<Record<string, string>>,
): (readonly [string, string])[] {
  let names: Intl.DisplayNames | undefined;
  const named = (code: string): string | undefined =>
    brought[code] ?? (names ??= new Intl.DisplayNames([page], { type: "language", fallback: "none" })).of(code);
  const capital = (text: string): string => text.slice(0, 1).toLocaleUpperCase(page) + text.slice(1);
  return codes.map((code) => {
    const here = named(code);
    const own = OWN_NAMES.get(code);
    if (!here || !own) return [code, capital(here ?? own ?? code)];
    return [code, own.toLowerCase() === here.toLowerCase() ? capital(here) : `${capital(here)} (${own})`];
  });
}
