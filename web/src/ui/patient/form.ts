import { LIMITS, type Channel, type Competence, type PauseView, type RegionItem, type Words } from "../../protocol/messages";
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

/** What keeps somebody new out of the region's line on this channel with this question, or null. */
export function pauseOf(region: RegionItem | undefined, channel: Channel, competence: Competence): PauseView | null {
  const parts = (one: PauseView): number => Number(one.channel !== null) + Number(one.competence !== null);
  const holds = (one: PauseView): boolean =>
    (one.channel === null || one.channel === channel) && (one.competence === null || one.competence === competence);
  return (region?.pauses ?? []).filter(holds).sort((a, b) => parts(a) - parts(b))[0] ?? null;
}

/** Where to turn instead, in the language of the page. */
export const turnTo = (pause: PauseView, language: string): string =>
  ownWords(pause.texts, language) ?? pause.texts[0]?.text ?? "";

/** What a region says in the language of the page; null when it has no words of its own in it. */
export const ownWords = (texts: readonly Words[], language: string): string | null =>
  texts.find((one) => one.language === language)?.text ?? null;

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

/** Most nurses speak these; with another one an interpreter is suggested. */
export const USUAL: ReadonlySet<string> = new Set(["sv", "en"]);

