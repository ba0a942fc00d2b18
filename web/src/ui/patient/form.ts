import { LIMITS } from "../../protocol/messages";
import type { DraftForm } from "../../state/patientPage";
import type { Texts } from "../texts/index";

/** A thing to put right in the form: the id of its control, and what to say. */
export interface Wrong {
  readonly id: string;
  readonly text: string;
}

/** Characters as a person counts them; an emoji is one. */
export const lengthOf = (text: string): number => [...text].length;

/** The age in what was typed: a number, null for none, or `wrong`. */
export function ageIn(typed: string): number | null | "wrong" {
  const text = typed.trim();
  if (text === "") return null;
  const age = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  return age <= LIMITS.age ? age : "wrong";
}

/** What is missing before the next step, in the order of the form. */
export function wrongs(draft: DraftForm, age: string, t: Texts): Wrong[] {
  const found: Wrong[] = [];
  if (draft.region === null) found.push({ id: "region", text: t.start.regionMissing });
  if (draft.concerns === null) found.push({ id: "concerns", text: t.start.concernsMissing });
  if (ageIn(age) === "wrong") found.push({ id: "age", text: t.start.ageWrong });
  const over = lengthOf(draft.story) - LIMITS.story;
  if (draft.story.trim() === "") found.push({ id: "story", text: t.start.storyMissing });
  else if (over > 0) found.push({ id: "story", text: t.start.storyOver(over) });
  return found;
}

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

/** Most nurses speak these; with another one an interpreter is suggested. */
export const USUAL: ReadonlySet<string> = new Set(["sv", "en"]);

/** Languages in the words of the page, and as their own speakers write them. */
export function languageWords(codes: readonly string[], page: string): (readonly [string, string])[] {
  const names = new Intl.DisplayNames([page], { type: "language", fallback: "none" });
  const capital = (text: string): string => text.slice(0, 1).toLocaleUpperCase(page) + text.slice(1);
  return codes.map((code) => {
    const here = names.of(code);
    const own = OWN_NAMES.get(code);
    if (!here || !own) return [code, capital(here ?? own ?? code)];
    return [code, own.toLowerCase() === here.toLowerCase() ? capital(here) : `${capital(here)} (${own})`];
  });
}
