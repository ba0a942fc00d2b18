import { describe, expect, test } from "vitest";
import type { ServerMessage } from "../protocol/messages";
import { startOfPatientPage, type PatientPage } from "./patientPage";
import { stepPatient, type PatientEffect, type PatientInput } from "./patientStep";
import { chatAdded, CONTACT, lineRow, nurseView, patientView } from "./samples";

const OTHER = "d".repeat(32);

function play(page: PatientPage, ...inputs: PatientInput[]): [PatientPage, PatientEffect[]] {
  const effects: PatientEffect[] = [];
  for (const input of inputs) {
    const [next, more] = stepPatient(page, input);
    page = next;
    effects.push(...more);
  }
  return [page, effects];
}

const say = (message: ServerMessage): PatientInput => ({ type: "message", message, at: 0 });
const state = (...args: Parameters<typeof patientView>): PatientInput =>
  say({ type: "contact.state", view: patientView(...args) });

const [live] = play(startOfPatientPage("sv", 0), { type: "view", view: patientView() });

describe("a contact", () => {
  test("is shown under its own address, and its draft is gone", () => {
    const [page, effects] = play(startOfPatientPage("sv", 0), {
      type: "view",
      view: patientView(),
    });
    expect(page).toMatchObject({ step: "live", heard: 0 });
    expect(effects).toEqual([{ do: "forgetDraft" }, { do: "showContact", contact: CONTACT }]);
  });

  test("is replaced by a newer view, never by an older one", () => {
    const [newer] = play(live, state({ version: 7, phase: "talking" }));
    const [page] = play(newer, state({ version: 6, phase: "waiting" }));
    expect(page.contact).toMatchObject({ version: 7, phase: "talking" });
    expect(page.heard).toBe(7);
  });

  test("of somebody else's, or of another time, is not mixed in", () => {
    const [page, effects] = play(
      live,
      state({ contact: OTHER, version: 99 }),
      say(chatAdded(9, { contact: OTHER })),
      say({ type: "chat.typing_now", contact: OTHER, by: "nurse" }),
    );
    expect(page).toEqual(live);
    expect(effects).toEqual([]);
  });

  test("has a place only while it waits", () => {
    const place = {
      contact: CONTACT,
      place: 2,
      before_urgent: 0,
      before_earlier: 1,
      nurses: 1,
      forecast: null,
      told_at: null,
      held: null,
      paused: null,
      elsewhere: [],
    };
    const [waiting] = play(live, say({ type: "line.place", place }), state({ version: 4 }));
    expect(waiting.place).toEqual(place);
    const [talking] = play(waiting, state({ version: 5, phase: "talking" }));
    expect(talking.place).toBeNull();
  });
});

describe("chat", () => {
  const wrote = (key: string, text = "mine"): PatientInput => ({ type: "wrote", key, text, at: 5 });
  const mine = (version: number, key: string): PatientInput =>
    say(chatAdded(version, { key, by: "patient", text: "mine" }));
  const marks = (page: PatientPage): unknown[] =>
    page.chat.map(({ key, version, status }) => [key, version, status]);

  test("an own message: sending, sent, read", () => {
    let [page] = play(live, wrote("a"));
    expect(marks(page)).toEqual([["a", null, "sending"]]);
    [page] = play(page, mine(4, "a"));
    expect(marks(page)).toEqual([["a", 4, "sent"]]);
    [page] = play(page, state({ version: 5, peer_read: 4 }));
    expect(marks(page)).toEqual([["a", 4, "read"]]);
  });

  test("a message that comes again is there once", () => {
    const [page] = play(live, wrote("a"), mine(4, "a"), mine(4, "a"), say(chatAdded(5)));
    const [again] = play(page, say(chatAdded(5)), mine(4, "a"));
    expect(again.chat).toHaveLength(2);
    expect(again.chat).toBe(page.chat);
  });

  test("is in the order of the service, with what it does not have yet at the end", () => {
    const [page] = play(live, wrote("a"), say(chatAdded(6)), wrote("b"), say(chatAdded(4)));
    expect(marks(page).map((mark) => (mark as unknown[])[1])).toEqual([4, 6, null, null]);
    const [settled] = play(page, mine(7, "b"));
    expect(settled.chat.map(({ key }) => key)).toEqual(["key-0004", "key-0006", "b", "a"]);
  });

  test("a refused message may be tried again", () => {
    const problem = { code: "chat.too_long", text: "Too long.", detail: "" };
    let [page] = play(live, wrote("a"), { type: "settled", key: "a", problem });
    expect(page.chat[0]).toMatchObject({ status: "failed", problem });
    [page] = play(page, { type: "settled", key: "a", problem: null });
    expect(page.chat[0]).toMatchObject({ status: "sending", problem: null });
    // A late refusal of what has arrived does not matter.
    [page] = play(page, mine(4, "a"), { type: "settled", key: "a", problem });
    expect(marks(page)).toEqual([["a", 4, "sent"]]);
  });

  test("what is on the screen is told to be seen, once, and again after a reconnect", () => {
    const [unseen] = play(live, say(chatAdded(4)), say(chatAdded(5)));
    expect(unseen.unread).toBe(2);
    const [seen, first] = play(unseen, { type: "seen" }, { type: "seen" });
    expect(seen.unread).toBe(0);
    expect(first).toEqual([{ do: "seen", contact: CONTACT, upto: 5 }]);
    const welcome: ServerMessage = {
      type: "welcome",
      protocol: 1,
      role: "patient",
      now: 50,
      contact: CONTACT,
      nurse: null,
    };
    const [back, again] = play(seen, say(welcome));
    expect(again).toEqual([{ do: "online" }, { do: "seen", contact: CONTACT, upto: 5 }]);
    expect(back.clockOffset).toBe(50);
    const [, known] = play(back, state({ version: 6, own_read: 5 }), say(welcome));
    expect(known).toEqual([{ do: "online" }]);
  });

  test("typing ends with the message", () => {
    let [page] = play(live, say({ type: "chat.typing_now", contact: CONTACT, by: "nurse" }));
    expect(page.typing).toBe(true);
    [page] = play(page, say(chatAdded(4)));
    expect(page.typing).toBe(false);
  });
});

describe("what is not for this page", () => {
  test.each<ServerMessage>([
    { type: "pong", n: 1 },
    { type: "done", ref: 1, contact: null, version: null },
    { type: "contact.card", view: nurseView() },
    { type: "contact.gone", contact: CONTACT, why: "ended" },
    { type: "line.state", rows: [lineRow()], total: 1 },
    { type: "duty.state", on: true, offers: true, since: 1, colleagues: 1, available: true, offering: [], pauses: [] },
    { type: "refused", ref: 3, code: "chat.empty", text: "Empty.", detail: "" },
    { type: "refused", ref: null, code: "media.not_accepted", text: "Away.", detail: "" },
    { type: "of.the.future" } as unknown as ServerMessage,
  ])("$type changes nothing", (message) => {
    expect(stepPatient(live, say(message))).toEqual([live, []]);
  });
});

test("the language of the talk follows the page's until it is chosen", () => {
  let [page] = play(startOfPatientPage("sv", 0), { type: "language", language: "ar" });
  expect(page.draft.language).toBe("ar");
  [page] = play(
    page,
    { type: "draft", patch: { language: "fi" } },
    { type: "language", language: "en" },
  );
  expect(page.draft.language).toBe("fi");
});
