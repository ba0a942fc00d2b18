import type { CareLevel, Channel, LineRow, Need, NoteDraft, NurseView, Phase, Urgency } from "../../protocol/messages";
import type { Missing, NurseTexts } from "../texts/nurse.sv";

const MINUTE = 60_000;

/** Where a list of contacts may be narrowed to. */
export type Filter = "all" | "video" | "chat";

/** What a person is called in a sentence: the name they gave, or that they gave none. */
export function calledOr(called: string, t: NurseTexts): string {
  return called.trim() || t.person.nameless;
}

/** What to call somebody in a short text: the first of the names they gave. */
export function shortName(called: string, t: NurseTexts): string {
  return called.trim().split(/\s+/)[0] || t.person.nameless;
}

/** "Maja, 34 år", or only the one that is known. */
export function person(of: { called: string; age: number | null }, t: NurseTexts): string {
  const name = calledOr(of.called, t);
  return of.age === null ? name : `${name}, ${t.person.age(of.age)}`;
}

/** A wait in words. Minutes, never seconds: it is somebody's wait, not a stopwatch. */
export function wait(from: number, now: number, t: NurseTexts): string {
  const minutes = Math.max(0, Math.floor((now - from) / MINUTE));
  if (minutes < 1) return t.time.now;
  if (minutes < 60) return t.time.minutes(minutes);
  return t.time.hours(Math.floor(minutes / 60), minutes % 60);
}

/** The time of day in the language of the page. */
export function clockTime(at: number, locale: string, t: NurseTexts): string {
  const text = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
  return t.time.clock(text);
}

/** The name of a language, in the language of the page; its code when the browser knows no name. */
export function languageName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The name of a language as its speakers write it. */
export function ownLanguageName(code: string): string {
  const name = languageName(code, code);
  return name.slice(0, 1).toLocaleUpperCase(code) + name.slice(1);
}

/** Languages written from right to left. */
export function direction(language: string): "ltr" | "rtl" {
  return ["ar", "fa", "prs", "ckb", "ps", "ur", "he", "yi"].includes(language) ? "rtl" : "ltr";
}

/** One paragraph of what was written, without line breaks. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** What remains before the draft can be signed, in the order of the form. */
export function missing(draft: NoteDraft): Missing[] {
  const empty = (text: string): boolean => text.trim() === "";
  const left: Missing[] = [];
  if (empty(draft.note.situation)) left.push("note.situation");
  if (empty(draft.note.assessment)) left.push("note.assessment");
  if (empty(draft.note.recommendation)) left.push("note.recommendation");
  if (draft.urgency === null) left.push("urgency");
  if (draft.care_level === null) left.push("care_level");
  if (empty(draft.advice)) left.push("advice");
  return left;
}

const HELD_ORDER: readonly Phase[] = ["talking", "calling", "interrupted", "joining", "wrapping_up"];

/** The contacts a nurse holds, the living talk first and the unsigned after it, oldest first. */
export function held<T extends { view: NurseView }>(contacts: readonly T[]): T[] {
  return contacts
    .filter((one) => HELD_ORDER.includes(one.view.phase))
    .sort(
      (a, b) =>
        HELD_ORDER.indexOf(a.view.phase) - HELD_ORDER.indexOf(b.view.phase) ||
        a.view.arrived_at - b.view.arrived_at,
    );
}

/** Whether the contact fills the nurse's seat, so that she cannot take another. */
export function fillsSeat(phase: Phase): boolean {
  return ["offered", "calling", "joining", "talking", "interrupted"].includes(phase);
}

/** Why somebody stands there, or was offered: what decided it, the wait if it is over, and what it needs. */
export function reason(code: string, need: Need, waited: number | null, t: NurseTexts, locale: string): string {
  const first = need.urgency === "P1" && code === "immediate" ? "" : t.lines.need.urgency(need.urgency);
  const minutes = waited === null ? "" : t.lines.need.waited(wait(0, waited, t), waited < MINUTE);
  const needs = [
    need.language === null ? "" : languageName(need.language, locale),
    need.competence === "general" ? "" : t.lines.competence[need.competence].toLocaleLowerCase(locale),
    need.protected ? t.lines.need.right : "",
  ].filter(Boolean);
  const how = [first, minutes].filter(Boolean).join(", ");
  return [
    code === "turn" || !t.why[code] ? "" : t.why[code],
    how.slice(0, 1).toLocaleUpperCase(locale) + how.slice(1),
    needs.length === 0 ? "" : t.lines.need.needs(needs.join(", ")),
    need.named ? t.lines.need.named : "",
  ]
    .filter(Boolean)
    .map((part) => `${part}.`)
    .join(" ");
}

/** What else a nurse has room for beside what she holds: anything, only chats, or nothing. */
export type Room = "all" | "chats" | "none";

/** Whether it needs a nurse with all her seats free: a video or a call does. */
export function whole(of: { channel: Channel; callback: unknown }): boolean {
  return of.channel === "video" || Boolean(of.callback);
}

/** What there is room for when a nurse of `chats` seats holds these. */
export function room(views: readonly NurseView[], chats: number): Room {
  const seated = views.filter((view) => fillsSeat(view.phase));
  if (seated.length === 0) return "all";
  return seated.some(whole) || seated.length >= chats ? "none" : "chats";
}

/** Whether there is a meeting with somebody at the other end. */
export function inTalk(phase: Phase): boolean {
  return phase === "talking" || phase === "interrupted";
}

/** Whether the talk, by page or by phone, is to be ended before it can be signed. */
export function mustEnd(phase: Phase): boolean {
  return inTalk(phase) || phase === "calling";
}

export function narrowed(rows: readonly LineRow[], filter: Filter): readonly LineRow[] {
  return filter === "all" ? rows : rows.filter((row) => row.channel === filter);
}

/** The arrival of the one who has waited longest, or null in an empty line. */
export function earliest(rows: readonly LineRow[]): number | null {
  return rows.length === 0 ? null : Math.min(...rows.map((row) => row.arrived_at));
}

/** How many wait in each urgency, the most urgent first and the unassessed last; only those that occur. */
export function mix(rows: readonly LineRow[]): { urgency: Urgency | null; count: number }[] {
  const order: (Urgency | null)[] = ["P1", "P2", "P3", "P4", "P5", null];
  return order
    .map((urgency) => ({ urgency, count: rows.filter((row) => row.urgency === urgency).length }))
    .filter((one) => one.count > 0);
}

/** The levels of care in the groups of the list. Every level stands in exactly one. */
export const CARE_GROUPS: readonly { group: keyof NurseTexts["care"]["groups"]; levels: readonly CareLevel[] }[] = [
  { group: "self", levels: ["INFORMATION", "SELF_CARE", "SELF_CARE_PHARMACY"] },
  { group: "primary", levels: ["PRIMARY_CARE", "PRIMARY_CARE_SAME_DAY", "URGENT_CARE"] },
  { group: "emergency", levels: ["EMERGENCY_DEPARTMENT", "AMBULANCE_112", "PSYCHIATRY_EMERGENCY"] },
  {
    group: "special",
    levels: [
      "CHILD_OR_MATERNITY_CENTRE",
      "YOUTH_CLINIC",
      "GYNAECOLOGY",
      "EYE_OR_ENT",
      "PSYCHIATRY_OUTPATIENT",
      "DENTAL_CARE",
    ],
  },
  { group: "other", levels: ["POISONS_INFORMATION", "SOCIAL_SERVICES", "POLICE"] },
];
