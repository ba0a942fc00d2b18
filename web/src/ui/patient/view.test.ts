import { describe, expect, it } from "vitest";
import type { CallView } from "../../call/types";
import type { PatientView, Phase } from "../../protocol/messages";
import { startOfPatientPage, type PatientPage } from "../../state/patientPage";
import { sv } from "../texts/sv";
import { connectionTold, firstName, grouped, initials, ticks, troubleOf, viewOf } from "./view";

const contact: PatientView = {
  contact: "0".repeat(32),
  version: 1,
  phase: "talking",
  channel: "video",
  region: "12",
  concerns: "me",
  called: "",
  language: "sv",
  interpreter: false,
  story: "",
  epoch: 1,
  opened_at: 0,
  nurse: { id: "n", name: "Karin Ahl", title: "Sjuksköterska", region: "12" },
  peer_present: true,
  told: null,
  proposal: null,
  photos: [],
  own_read: 0,
  peer_read: 0,
  advice: null,
  ended: null,
  surveyed: false,
  callback: null,
  unreached: false,
  red_flags: [],
  worse_at: null,
  next_check: null,
  text_ends: null,
  handover: null,
};

function page(own: Partial<PatientView> = {}, call: Partial<CallView> = {}, rest: Partial<PatientPage> = {}): PatientPage {
  const start = startOfPatientPage("sv", 0);
  return {
    ...start,
    step: "live",
    connection: { status: "online", since: 0, why: null },
    ...rest,
    contact: { ...contact, ...own },
    call: { ...start.call, ...call },
  };
}

const told = (shown: PatientPage): string => {
  const { strong, rest } = connectionTold(shown, shown.contact ?? contact, sv);
  return `${strong} ${rest}`;
};

const CONNECTED = { state: "connected", camera: "on", microphone: "on" } as const;

describe("what is drawn", () => {
  it.each<[Phase, string]>([
    ["waiting", "waiting"],
    ["scheduled", "waiting"],
    ["offered", "waiting"],
    ["calling", "calling"],
    ["joining", "meeting"],
    ["talking", "meeting"],
    ["interrupted", "meeting"],
    ["wrapping_up", "wrapping"],
    ["ended", "after"],
  ])("in %s is %s", (phase, view) => {
    expect(viewOf(page({ phase }))).toBe(view);
  });

  it("is the form before there is a contact, and nothing yet while it is fetched", () => {
    expect(viewOf(page({}, {}, { step: "form" }))).toBe("form");
    expect(viewOf(page({}, {}, { step: "consent" }))).toBe("consent");
    expect(viewOf({ ...page(), contact: null })).toBe("loading");
  });
});

describe("words of the connection", () => {
  it("say that she sees and hears only what goes out", () => {
    expect(told(page({}, CONNECTED))).toBe("Bra förbindelse. Karin ser och hör dig.");
    expect(told(page({}, { ...CONNECTED, muted: true }))).toContain("ser dig men hör dig inte");
    expect(told(page({}, { ...CONNECTED, cameraOff: true }))).toContain("hör dig men ser dig inte");
    expect(told(page({}, { ...CONNECTED, camera: "denied", microphone: "denied" }))).toContain("varken");
  });

  it.each(["idle", "preparing", "connecting", "reconnecting", "failed"] as const)(
    "promise nothing while the call is %s",
    (state) => {
      expect(told(page({}, { ...CONNECTED, state }))).not.toContain("hör dig");
    },
  );

  it("say that the chat is read only while both are there", () => {
    expect(told(page({ channel: "chat" }))).toContain("läser");
    expect(told(page({ channel: "chat", peer_present: false, phase: "interrupted" }))).not.toContain("läser");
  });
});

describe("trouble", () => {
  const offline = { connection: { status: "offline", since: 0, why: null } } as const;

  it("is none as long as picture and sound run, whatever the service's line does", () => {
    const shown = page({ phase: "interrupted", peer_present: false }, CONNECTED, offline);
    expect(troubleOf(shown, shown.contact ?? contact)).toBeNull();
  });

  it("is told apart: hers, or one's own", () => {
    const hers = page({ phase: "interrupted", peer_present: false }, { state: "reconnecting" });
    expect(troubleOf(hers, hers.contact ?? contact)).toBe("nurse");
    const own = page({}, { state: "reconnecting" }, offline);
    expect(troubleOf(own, own.contact ?? contact)).toBe("self");
  });
});

describe("small things", () => {
  it("marks of the bar: five, evenly, the last past the interval", () => {
    expect(ticks(20)).toEqual([0, 10, 20, 30, 40]);
    expect(ticks(3)).toEqual([0, 1, 2, 3, 4]);
    for (const high of [1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240, 300]) {
      const marks = ticks(high);
      expect(marks).toHaveLength(5);
      expect(marks[4]).toBeGreaterThan(high);
      for (const mark of marks) expect(Number.isInteger(mark)).toBe(true);
    }
  });

  it("a code is read in groups", () => {
    expect(grouped("7KQ4MX2P")).toBe("7KQ4 MX2P");
  });

  it("names", () => {
    expect(initials("Karin Ahl")).toBe("KA");
    expect(firstName(contact.nurse, sv)).toBe("Karin");
    expect(firstName(null, sv)).toBe("Sjuksköterskan");
  });
});
