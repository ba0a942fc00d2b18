import type { Drawer } from "../platform/storage";
import type { ChatLine } from "./types";
import { EMPTY_DRAFT, type DraftForm, type PatientStep } from "./patientPage";

const TWO_HOURS = 2 * 60 * 60 * 1000;

type FormStep = Exclude<PatientStep, "loading" | "live">;

/** What the patient has filled in but not sent, kept on the device for two hours. */
export interface KeptDraft {
  readonly draft: DraftForm;
  readonly step: FormStep;
  /** Key of the contact that it will open, so that trying again opens only one. */
  readonly key: string;
}

/** A message that the service does not have yet. */
export type KeptLine = Pick<ChatLine, "key" | "text" | "at">;

const STEPS: readonly unknown[] = ["form", "consent", "devices"];

/** What an earlier version of the page kept is taken as far as it fits. */
export function takeDraft(drawer: Drawer): KeptDraft | null {
  const kept = drawer.get("draft") as Partial<KeptDraft> | null | undefined;
  if (typeof kept?.key !== "string") return null;
  const step = STEPS.includes(kept.step) && kept.step ? kept.step : "form";
  const known = Object.entries(kept.draft ?? {}).filter(([name]) => name in EMPTY_DRAFT);
  return { key: kept.key, step, draft: { ...EMPTY_DRAFT, ...Object.fromEntries(known) } };
}

export function keepDraft(drawer: Drawer, kept: KeptDraft): void {
  drawer.set("draft", kept, TWO_HOURS);
}

export function takeUnsent(drawer: Drawer, contact: string): readonly KeptLine[] {
  const lines = drawer.get(`unsent:${contact}`);
  return Array.isArray(lines) ? (lines as KeptLine[]) : [];
}

export function keepUnsent(drawer: Drawer, contact: string, lines: readonly ChatLine[]): void {
  if (!lines.length) drawer.remove(`unsent:${contact}`);
  else {
    const kept = lines.map(({ key, text, at }) => ({ key, text, at }));
    drawer.set(`unsent:${contact}`, kept, TWO_HOURS);
  }
}
