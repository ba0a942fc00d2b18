import { describe, expect, it } from "vitest";
import { VALUES, type LineRow, type Need, type NoteDraft, type NurseView } from "../../protocol/messages";
import { NO_NEED, nurseView } from "../../state/samples";
import { en } from "../texts/nurse.en";
import { sv } from "../texts/nurse.sv";
import { CARE_GROUPS, clockTime, earliest, held, languageName, missing, mix, narrowed, person, reason, room, shortName, wait } from "./words";

const MINUTE = 60_000;
const EMPTY: NoteDraft = {
  urgency: null,
  care_level: null,
  note: { situation: "", background: "", assessment: "", recommendation: "" },
  advice: "",
  advice_language: "sv",
  seek_again: "",
};

function row(patch: Partial<LineRow>): LineRow {
  return {
    contact: "0".repeat(32),
    region: "06",
    concerns: "me",
    called: "Maja",
    age: 34,
    story: "",
    urgency: null,
    reason: "turn",
    why: NO_NEED,
    arrived_at: 0,
    channel: "video",
    language: "sv",
    interpreter: false,
    competence: "general",
    protected: false,
    hidden: false,
    unserved: false,
    photos: 0,
    away: false,
    mine: false,
    callback: false,
    red_flags: [],
    worse: false,
    handed_by: null,
    handed_reason: "",
    ...patch,
  };
}

describe("a person in words", () => {
  it("leaves out what is not known", () => {
    expect(person({ called: "Maja", age: 34 }, sv)).toBe("Maja, 34 år");
    expect(person({ called: " ", age: null }, sv)).toBe("Utan namn");
    expect(person({ called: "Noor", age: 0 }, sv)).toBe("Noor, under 1 år");
    expect(person({ called: "Noor", age: 1 }, en)).toBe("Noor, 1 year");
    expect(shortName(" Maja Lindqvist", sv)).toBe("Maja");
    expect(shortName("", sv)).toBe("Utan namn");
  });
});

describe("why somebody stands where they stand", () => {
  const arabic = { ...NO_NEED, urgency: "P2", language: "ar", competence: "child" } as const;
  const said = (code: string, need: Need, waited: number | null, t = sv): string =>
    reason(code, need, waited, t, t === sv ? "sv" : "en");
  it("is said in a sentence: need, wait, and who can serve it", () => {
    expect(said("turn", arabic, 11 * MINUTE)).toBe("Skyndsamt, väntat 11 min. Behöver: arabiska, barn.");
    expect(said("turn", arabic, 11 * MINUTE, en)).toBe("Prompt, waited 11 min. Needs: Arabic, children.");
  });
  it("leaves out what every nurse can", () => {
    expect(said("turn", NO_NEED, 30_000)).toBe("Ej bedömd, väntat mindre än 1 min.");
    expect(said("ahead", NO_NEED, null)).toBe("Går före: har redan väntat en gång. Ej bedömd.");
  });
  it("names the right and the person it waits for", () => {
    expect(said("chosen", { ...NO_NEED, protected: true, named: true }, null)).toBe(
      "Vald ur kön. Ej bedömd. Behöver: behörighet för skyddad identitet. Väntar på en viss sjuksköterska.",
    );
  });
});

describe("what a nurse has room for", () => {
  const view = (patch: Partial<NurseView>): NurseView => nurseView({ phase: "talking", channel: "chat", ...patch });
  it("is anything when she holds nothing, and a note to sign is nothing", () => {
    expect(room([], 1)).toBe("all");
    expect(room([view({ phase: "wrapping_up" })], 1)).toBe("all");
  });
  it("is chats beside a chat until her seats are filled", () => {
    expect(room([view({})], 2)).toBe("chats");
    expect(room([view({})], 1)).toBe("none");
    expect(room([view({}), view({ phase: "offered" })], 2)).toBe("none");
  });
  it("is nothing beside a video or a call", () => {
    expect(room([view({ channel: "video" })], 5)).toBe("none");
    expect(room([view({ callback: { number: null, tries: 0, most: 3, again: 1 } })], 5)).toBe("none");
  });
});

describe("a wait in words", () => {
  it("counts whole minutes and never shows seconds", () => {
    expect(wait(0, 59_999, sv)).toBe("nyss");
    expect(wait(0, MINUTE, sv)).toBe("1 min");
    expect(wait(0, 59 * MINUTE + 59_999, sv)).toBe("59 min");
    expect(wait(0, 60 * MINUTE, sv)).toBe("1 tim");
    expect(wait(0, 65 * MINUTE, en)).toBe("1 h 5 min");
  });
  it("says just now when the clocks differ", () => {
    expect(wait(10 * MINUTE, 0, sv)).toBe("nyss");
  });
});

describe("what remains to be filled in", () => {
  it("names every required part of an empty draft in the order of the form", () => {
    expect(missing(EMPTY)).toEqual([
      "note.situation",
      "note.assessment",
      "note.recommendation",
      "urgency",
      "care_level",
      "advice",
    ]);
  });
  it("does not take blanks for text, and asks for no background", () => {
    const filled: NoteDraft = {
      ...EMPTY,
      urgency: "P4",
      care_level: "SELF_CARE",
      note: { situation: "a", background: "", assessment: "b", recommendation: "c" },
      advice: "  \n",
    };
    expect(missing(filled)).toEqual(["advice"]);
    expect(missing({ ...filled, advice: "d" })).toEqual([]);
  });
});

describe("the line", () => {
  const rows = [
    row({ contact: "a", channel: "chat", arrived_at: 30, urgency: "P3" }),
    row({ contact: "b", arrived_at: 10 }),
    row({ contact: "c", arrived_at: 20, urgency: "P1" }),
  ];
  it("is narrowed to a channel and keeps its order", () => {
    expect(narrowed(rows, "video").map((one) => one.contact)).toEqual(["b", "c"]);
    expect(narrowed(rows, "all")).toBe(rows);
  });
  it("knows the longest wait and how urgent its people are", () => {
    expect(earliest(rows)).toBe(10);
    expect(earliest([])).toBeNull();
    expect(mix(rows)).toEqual([
      { urgency: "P1", count: 1 },
      { urgency: "P3", count: 1 },
      { urgency: null, count: 1 },
    ]);
  });
});

describe("the contacts a nurse holds", () => {
  it("puts the living talk before what waits for a signature, and leaves offers out", () => {
    const view = (contact: string, phase: NurseView["phase"], arrived_at = 0): { view: NurseView } => ({
      view: { contact, phase, arrived_at } as NurseView,
    });
    const order = held([
      view("old", "wrapping_up", 1),
      view("new", "wrapping_up", 2),
      view("offer", "offered"),
      view("talk", "talking", 3),
    ]);
    expect(order.map((one) => one.view.contact)).toEqual(["talk", "old", "new"]);
  });
});

describe("the words", () => {
  it("put every care level in exactly one group", () => {
    const all = CARE_GROUPS.flatMap((one) => one.levels);
    expect([...all].sort()).toEqual([...VALUES.CareLevel].sort());
  });
  it("write the time of day as each language does", () => {
    const noon = new Date(2026, 10, 22, 14, 5).getTime();
    expect(clockTime(noon, "sv", sv)).toBe("14.05");
    expect(clockTime(noon, "en", en)).toBe("14:05");
  });
  it("show a code when a language has no name", () => {
    expect(languageName("sv", "en")).toBe("Swedish");
    expect(languageName("not a code", "sv")).toBe("not a code");
  });
});

type Shape = { [key: string]: Shape | string };

function shape(value: unknown): Shape | string {
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}

it("both languages have the same texts", () => {
  expect(shape(en)).toEqual(shape(sv));
});
