import { describe, expect, test } from "vitest";
import type { NoteDraft, ServerMessage } from "../protocol/messages";
import { EMPTY_NOTE, startOfNursePage, type NursePage } from "./nursePage";
import { stepNurse, type NurseEffect, type NurseInput } from "./nurseStep";
import { chatAdded, CONTACT, nurseMe, nurseView, patientView } from "./samples";
import { nurseTarget } from "./target";

const OTHER = "d".repeat(32);

function play(page: NursePage, ...inputs: NurseInput[]): [NursePage, NurseEffect[]] {
  const effects: NurseEffect[] = [];
  for (const input of inputs) {
    const [next, more] = stepNurse(page, input);
    page = next;
    effects.push(...more);
  }
  return [page, effects];
}

const say = (message: ServerMessage): NurseInput => ({ type: "message", message, at: 0 });
const card = (...args: Parameters<typeof nurseView>): NurseInput =>
  say({ type: "contact.card", view: nurseView(...args) });
const gone = (why: "ended" | "returned" | "lost" | "left"): NurseInput =>
  say({ type: "contact.gone", contact: CONTACT, why });

const [start] = play(startOfNursePage("sv", 0), { type: "me", me: nurseMe });
const [held] = play(start, card());

describe("contacts", () => {
  test("the first one held comes on the screen, with its note in the patient's language", () => {
    expect(held.current).toBe(CONTACT);
    expect(held.contacts[CONTACT]).toMatchObject({
      draft: { ...EMPTY_NOTE, advice_language: "ar" },
      draftStatus: "saved",
    });
  });

  test("an older card is ignored, another contact's changes nothing here", () => {
    const [page] = play(
      held,
      card({ version: 4, phase: "joining" }),
      card({ contact: OTHER, version: 1 }),
    );
    expect(page.contacts[CONTACT]?.view).toMatchObject({ version: 5, phase: "talking" });
    expect(Object.keys(page.contacts)).toEqual([CONTACT, OTHER]);
    expect(page.current).toBe(CONTACT);
  });

  test("an offer is not on the screen until it is accepted", () => {
    let [page] = play(start, card({ phase: "offered", offer_until: 30_000 }));
    expect([page.offer, page.current]).toEqual([CONTACT, null]);
    [page] = play(page, card({ version: 6, phase: "talking" }));
    expect([page.offer, page.current]).toEqual([null, CONTACT]);
  });

  test("one that is lost is told, one that she ended is not", () => {
    let [page] = play(held, gone("lost"));
    expect(page.contacts).toEqual({});
    expect(page.current).toBeNull();
    expect(page.gone).toEqual([{ contact: CONTACT, called: "Kim", why: "lost", at: 0 }]);
    [page] = play(page, { type: "dismissGone", contact: CONTACT });
    expect(page.gone).toEqual([]);
    [page] = play(held, { type: "closing", contact: CONTACT, on: true }, gone("ended"));
    expect(page.gone).toEqual([]);
    expect(page.closing).toEqual([]);
  });

  test("an offer that is taken back is told", () => {
    const [page] = play(start, card({ phase: "offered" }), gone("left"));
    expect(page.offer).toBeNull();
    expect(page.gone).toHaveLength(1);
  });
});

describe("chat", () => {
  test("that comes before its card is there when the card comes", () => {
    const [page] = play(
      start,
      say(chatAdded(2, { by: "patient" })),
      say(chatAdded(3, { by: "nurse" })),
      say(chatAdded(3, { by: "nurse" })),
      card({ peer_read: 3 }),
    );
    expect(page.contacts[CONTACT]?.chat.map(({ version, mine, status }) => [version, mine, status]))
      .toEqual([
        [2, false, "sent"],
        [3, true, "read"],
      ]);
    expect(page.contacts[CONTACT]?.unread).toBe(1);
    expect(page.early).toEqual({});
  });

  test("is seen in the contact on the screen only", () => {
    const [page, effects] = play(
      held,
      card({ contact: OTHER }),
      say(chatAdded(6, { by: "patient" })),
      say(chatAdded(7, { by: "patient", contact: OTHER })),
      { type: "seen" },
    );
    expect(effects).toEqual([{ do: "seen", contact: CONTACT, upto: 6 }]);
    expect(page.contacts[CONTACT]?.unread).toBe(0);
    expect(page.contacts[OTHER]?.unread).toBe(1);
  });

  test("own messages: sending, sent, read", () => {
    let [page] = play(held, { type: "wrote", contact: CONTACT, key: "a", text: "hello", at: 1 });
    const status = (): unknown => page.contacts[CONTACT]?.chat[0]?.status;
    expect(status()).toBe("sending");
    [page] = play(page, say(chatAdded(6, { key: "a" })));
    expect(status()).toBe("sent");
    [page] = play(page, card({ version: 7, peer_read: 6 }));
    expect(status()).toBe("read");
  });
});

describe("the note", () => {
  const kept: NoteDraft = { ...EMPTY_NOTE, advice: "kept" };
  const noteKept = say({ type: "note.kept", contact: CONTACT, draft: kept });
  const edit = (situation: string): NurseInput => ({
    type: "draft",
    contact: CONTACT,
    patch: { note: { situation } },
  });
  const note = (page: NursePage): NoteDraft | undefined => page.contacts[CONTACT]?.draft;
  const status = (page: NursePage): unknown => page.contacts[CONTACT]?.draftStatus;

  test("changes one field and leaves the others", () => {
    const [page, effects] = play(held, edit("itching"), {
      type: "draft",
      contact: CONTACT,
      patch: { urgency: "P4", note: { background: "none" } },
    });
    expect(note(page)).toMatchObject({
      urgency: "P4",
      note: { situation: "itching", background: "none" },
    });
    expect(status(page)).toBe("unsaved");
    expect(effects).toEqual([
      { do: "saveDraft", contact: CONTACT },
      { do: "saveDraft", contact: CONTACT },
    ]);
  });

  test("is saved only when nothing was written meanwhile", () => {
    const [edited] = play(held, edit("itching"));
    const draft = note(edited) ?? EMPTY_NOTE;
    const saved: NurseInput = { type: "saved", contact: CONTACT, draft, ok: true };
    const [saving] = play(edited, { type: "saving", contact: CONTACT });
    expect(status(saving)).toBe("saving");
    expect(status(play(saving, saved)[0])).toBe("saved");
    expect(status(play(saving, edit("itching badly"), saved)[0])).toBe("unsaved");
    expect(status(play(saving, { ...saved, ok: false })[0])).toBe("unsaved");
  });

  test("kept by the service comes back, before the card or after it", () => {
    expect(note(play(start, noteKept, card())[0])?.advice).toBe("kept");
    expect(note(play(held, noteKept)[0])?.advice).toBe("kept");
  });

  test("written here and not yet saved wins over the kept one", () => {
    const [page] = play(held, edit("newer"), noteKept);
    expect(note(page)).toMatchObject({ advice: "", note: { situation: "newer" } });
  });

  test("an empty one says nothing about the language of the advice", () => {
    const [page] = play(held, say({ type: "note.kept", contact: CONTACT, draft: EMPTY_NOTE }));
    expect(note(page)?.advice_language).toBe("ar");
  });

  test("that could not be saved is saved after a reconnect", () => {
    const [, effects] = play(
      held,
      edit("x"),
      say({
        type: "welcome",
        protocol: 1,
        role: "nurse",
        now: 0,
        contact: null,
        nurse: nurseMe.nurse,
      }),
    );
    expect(effects.at(-1)).toEqual({ do: "saveDraft", contact: CONTACT });
  });
});

describe("the call", () => {
  const video = (contact: string, phase: "talking" | "wrapping_up" | "offered" = "talking") =>
    nurseView({ contact, phase, channel: "video" });

  test("belongs to the running one, else to the one on the screen", () => {
    const views = [video(CONTACT), video(OTHER)];
    expect(nurseTarget(views, OTHER, CONTACT, true)?.contact).toBe(CONTACT);
    expect(nurseTarget(views, OTHER, null, true)?.contact).toBe(OTHER);
    expect(nurseTarget(views, null, null, true)?.open).toBe(true);
  });

  test("is made ready on duty, and opens for nobody who has not accepted", () => {
    for (const views of [
      [],
      [video(CONTACT, "offered")],
      [video(CONTACT, "wrapping_up")],
      [nurseView()],
    ])
      expect(nurseTarget(views, CONTACT, CONTACT, true)).toMatchObject({
        contact: null,
        open: false,
      });
    expect(nurseTarget([], null, null, false)).toBeNull();
  });
});

test.each<ServerMessage>([
  { type: "contact.state", view: patientView() },
  { type: "refused", ref: null, code: "media.not_accepted", text: "No.", detail: "" },
  { type: "refused", ref: 3, code: "contact.taken", text: "Taken.", detail: "" },
  { type: "of.the.future" } as unknown as ServerMessage,
])("$type changes nothing", (message) => {
  expect(stepNurse(held, say(message))).toEqual([held, []]);
});
