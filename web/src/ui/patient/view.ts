import type { CallState } from "../../call/types";
import type { NurseCard, PatientView, PlaceView } from "../../protocol/messages";
import type { PatientPage } from "../../state/patientPage";
import type { Texts } from "../texts/index";

/** What is drawn. Focus moves to the heading when it changes, and only then. */
export type ViewName = "loading" | "form" | "consent" | "waiting" | "calling" | "meeting" | "wrapping" | "after";

export function viewOf(page: PatientPage): ViewName {
  if (page.step === "loading") return "loading";
  if (page.step === "form") return "form";
  if (page.step !== "live") return "consent";
  switch (page.contact?.phase) {
    case undefined:
      return "loading";
    case "waiting":
    case "scheduled":
    case "offered":
      return "waiting";
    case "calling":
      return "calling";
    case "joining":
    case "talking":
    case "interrupted":
      return "meeting";
    case "wrapping_up":
      return "wrapping";
    case "ended":
      return "after";
  }
}

/** The same rule as video_advice/notices.py follows with its built-in times. */
export function isSoon(place: PlaceView | null): boolean {
  if (!place) return false;
  return place.place <= 2 || (place.forecast !== null && place.forecast.low <= 5);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const EARLIEST = 45 * MINUTE;
const WINDOWS = 8;

export interface Window {
  readonly from: number;
  readonly to: number;
  readonly tomorrow: boolean;
}

/** The hours within which somebody may choose to be called, from the first whole one that is not too near. */
export function windowsFrom(now: number): readonly Window[] {
  const first = new Date(now + EARLIEST);
  if (first.getMinutes() + first.getSeconds() + first.getMilliseconds() > 0) first.setHours(first.getHours() + 1);
  first.setMinutes(0, 0, 0);
  const today = new Date(now).getDate();
  return Array.from({ length: WINDOWS }, (_, index) => {
    const from = first.getTime() + index * HOUR;
    return { from, to: from + HOUR, tomorrow: new Date(from).getDate() !== today };
  });
}

/** The name to use in a sentence: the first of the nurse's names. */
export function firstName(nurse: NurseCard | null, t: Texts): string {
  return nurse?.name.split(" ")[0] || t.chat.nurse;
}

/** "KA" for Karin Ahl. */
export function initials(name: string): string {
  return name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => part.slice(0, 1).toLocaleUpperCase())
    .join("");
}

export function regionName(page: PatientPage, code: string | null | undefined): string {
  return page.catalogue?.regions.find((region) => region.code === code)?.name ?? "";
}

/** What has gone wrong with the meeting so that the other one cannot be met, or null. */
export type Trouble = "nurse" | "self" | null;

export function troubleOf(page: PatientPage, contact: PatientView): Trouble {
  // Picture and sound do not need the service: as long as they run there is no trouble to show.
  const seen = contact.channel === "video" && page.call.state === "connected";
  if (seen) return null;
  if (page.connection.status !== "online") return "self";
  if (contact.phase !== "interrupted") return null;
  return contact.peer_present ? "self" : "nurse";
}

export interface ConnectionTold {
  readonly strength: 0 | 1 | 2 | 3;
  readonly strong: string;
  readonly rest: string;
}

const CALL_STRENGTH: Record<CallState, 0 | 1 | 2 | 3> = {
  idle: 2,
  preparing: 2,
  connecting: 2,
  connected: 3,
  reconnecting: 1,
  failed: 0,
};

/** How the connection is, in words. Never says that she sees or hears what she cannot. */
export function connectionTold(page: PatientPage, contact: PatientView, t: Texts): ConnectionTold {
  const name = firstName(contact.nurse, t);
  const { call } = page;
  if (contact.channel === "chat") {
    const here = page.connection.status === "online" && contact.peer_present && contact.phase === "talking";
    if (here) return { strength: 3, strong: t.meeting.inChat, rest: t.meeting.inChatText(name) };
    if (page.connection.status !== "online") return { strength: 0, strong: t.meeting.selfAway, rest: "" };
    if (contact.phase === "interrupted") return { strength: 1, strong: t.meeting.nurseAway(name), rest: "" };
    return { strength: 2, strong: t.meeting.connecting, rest: t.meeting.connectingText };
  }
  const strength = CALL_STRENGTH[call.state];
  if (call.state === "reconnecting")
    return { strength, strong: t.meeting.reconnecting, rest: t.meeting.reconnectingText };
  if (call.state === "failed") return { strength, strong: t.meeting.failed, rest: t.meeting.failedText };
  if (call.state !== "connected")
    return { strength, strong: t.meeting.connecting, rest: t.meeting.connectingText };
  const sees = call.camera === "on" && !call.cameraOff;
  const hears = call.microphone === "on" && !call.muted;
  const told = sees
    ? hears
      ? t.meeting.seesAndHears
      : t.meeting.seesOnly
    : hears
      ? t.meeting.hearsOnly
      : t.meeting.neither;
  return { strength, strong: t.meeting.good, rest: told(name) };
}

const SCALES = [4, 8, 12, 20, 40, 60, 120, 180, 240, 320, 400];

/** The five marks of the bar that shows an interval of minutes, from now to past its upper end. */
export function ticks(high: number): readonly number[] {
  const end = SCALES.find((scale) => scale >= high * 1.2) ?? Math.ceil(high / 40) * 40;
  return [0, 1, 2, 3, 4].map((quarter) => (end / 4) * quarter);
}

/** A code in groups of four, as it is easiest to read aloud. */
export function grouped(code: string): string {
  return (code.match(/.{1,4}/g) ?? []).join(" ");
}
