import type { MediaNews } from "../call/call";
import type { CallView } from "../call/types";
import type {
  ChatAdded,
  ContactGone,
  DemoNurse,
  ForecastScore,
  Me,
  NoteDraft,
  NurseView,
  ServerMessage,
} from "../protocol/messages";
import { addLine, countUnread, markRead, newestOfOthers, settleLine, writeLine } from "./chat";
import {
  EMPTY_NOTE,
  startOfNursePage,
  type DraftPatch,
  type NurseContact,
  type NurseIntent,
  type NursePage,
} from "./nursePage";
import { newer } from "./patientStep";
import type { ChatLine, ConnectionView, PageProblem } from "./types";

/** Everything that happens to the console. `at` is this device's clock. */
export type NurseInput =
  | { readonly type: "me"; readonly me: Me }
  | { readonly type: "demoNurses"; readonly nurses: readonly DemoNurse[] }
  | { readonly type: "score"; readonly score: ForecastScore }
  | { readonly type: "language"; readonly language: string }
  | { readonly type: "connection"; readonly connection: ConnectionView }
  | { readonly type: "message"; readonly message: ServerMessage; readonly at: number }
  | { readonly type: "select"; readonly contact: string | null }
  | {
      readonly type: "wrote";
      readonly contact: string;
      readonly key: string;
      readonly text: string;
      readonly at: number;
    }
  | {
      readonly type: "settled";
      readonly contact: string;
      readonly key: string;
      readonly problem: PageProblem | null;
    }
  | { readonly type: "seen" }
  | { readonly type: "typingOver"; readonly contact: string }
  | { readonly type: "draft"; readonly contact: string; readonly patch: DraftPatch }
  | { readonly type: "saving"; readonly contact: string }
  | {
      readonly type: "saved";
      readonly contact: string;
      readonly draft: NoteDraft;
      readonly ok: boolean;
    }
  | { readonly type: "closing"; readonly contact: string; readonly on: boolean }
  | { readonly type: "dismissGone"; readonly contact: string }
  | { readonly type: "call"; readonly call: CallView }
  | { readonly type: "callContact"; readonly contact: string | null }
  | { readonly type: "busy"; readonly intent: NurseIntent; readonly on: boolean }
  | { readonly type: "problem"; readonly problem: PageProblem | null }
  | { readonly type: "reset"; readonly me: Me; readonly at: number };

/** What the console then does to the world. */
export type NurseEffect =
  | { readonly do: "seen"; readonly contact: string; readonly upto: number }
  | { readonly do: "saveDraft"; readonly contact: string }
  | { readonly do: "typingTimer"; readonly contact: string }
  | { readonly do: "online" }
  | { readonly do: "media"; readonly news: MediaNews };

type Result = [NursePage, readonly NurseEffect[]];

/** The console after `input`, and what is to be done. Repeated and old news change nothing. */
export function stepNurse(page: NursePage, input: NurseInput): Result {
  switch (input.type) {
    case "me":
      return [{ ...page, me: input.me, ready: true }, []];
    case "demoNurses":
      return [{ ...page, demoNurses: input.nurses }, []];
    case "score":
      return [{ ...page, score: input.score }, []];
    case "language":
      return [{ ...page, language: input.language }, []];
    case "connection":
      return [{ ...page, connection: input.connection }, []];
    case "message":
      return hear(page, input.message, input.at);
    case "select":
      return [{ ...page, current: input.contact }, []];
    case "wrote":
      return change(page, input.contact, (held) => ({
        ...held,
        chat: writeLine(held.chat, "nurse", input.key, input.text, input.at),
      }));
    case "settled":
      return change(page, input.contact, (held) => ({
        ...held,
        chat: settleLine(held.chat, input.key, input.problem),
      }));
    case "seen":
      return see(page);
    case "typingOver":
      return change(page, input.contact, (held) => ({ ...held, typing: false }));
    case "draft":
      return change(page, input.contact, (held) => editDraft(held, input.patch), [
        { do: "saveDraft", contact: input.contact },
      ]);
    case "saving":
      return change(page, input.contact, (held) => ({ ...held, draftStatus: "saving" }));
    case "saved":
      return change(page, input.contact, (held) => ({
        ...held,
        draftStatus: input.ok && held.draft === input.draft ? "saved" : "unsaved",
      }));
    case "closing": {
      const others = page.closing.filter((contact) => contact !== input.contact);
      return [{ ...page, closing: input.on ? [...others, input.contact] : others }, []];
    }
    case "dismissGone":
      return [{ ...page, gone: page.gone.filter(({ contact }) => contact !== input.contact) }, []];
    case "call":
      return [{ ...page, call: input.call }, []];
    case "callContact":
      return [{ ...page, callContact: input.contact }, []];
    case "busy": {
      const others = page.busy.filter((intent) => intent !== input.intent);
      return [{ ...page, busy: input.on ? [...others, input.intent] : others }, []];
    }
    case "problem":
      return [{ ...page, problem: input.problem }, []];
    case "reset": {
      const { language, demoNurses, connection } = page;
      const empty = startOfNursePage(language, input.at);
      return [{ ...empty, demoNurses, connection, me: input.me, ready: true }, []];
    }
  }
}

function hear(page: NursePage, message: ServerMessage, at: number): Result {
  const same: Result = [page, []];
  switch (message.type) {
    case "welcome":
      return welcome(page, message.now - at);
    case "contact.card":
      return [takeCard(page, message.view), []];
    case "contact.gone":
      return [letGo(page, message.contact, message.why, at), []];
    case "chat.added":
      return [addChat(page, message), []];
    case "chat.typing_now":
      if (message.by === "nurse") return same;
      return change(page, message.contact, (held) => ({ ...held, typing: true }), [
        { do: "typingTimer", contact: message.contact },
      ]);
    case "line.state":
      return [{ ...page, line: { rows: message.rows, total: message.total } }, []];
    case "duty.state": {
      const { on, offers, since, colleagues, available, offering, pauses } = message;
      return [{ ...page, duty: { on, offers, since, colleagues, available, offering, pauses } }, []];
    }
    case "colleagues.able": {
      const { contact, colleagues: able } = message;
      return [{ ...page, colleagues: { contact, able } }, []];
    }
    case "note.kept":
      return [keepNote(page, message.contact, message.draft), []];
    case "refused":
      if (message.ref !== null || message.code.startsWith("media.")) return same;
      return [{ ...page, problem: message }, []];
    case "media.ready_now":
    case "media.described":
    case "media.candidate_found":
      return [page, [{ do: "media", news: message }]];
    case "busy": // the connection comes again
    case "pong":
    case "done":
    case "contact.state":
    case "line.place":
      return same;
    default:
      return newer(message, same);
  }
}

function change(
  page: NursePage,
  contact: string,
  how: (held: NurseContact) => NurseContact,
  effects: readonly NurseEffect[] = [],
): Result {
  const held = page.contacts[contact];
  if (!held) return [page, []];
  return [{ ...page, contacts: { ...page.contacts, [contact]: how(held) } }, effects];
}

/** Chat and note may come before the card that they belong to. */
function early(page: NursePage, contact: string): NursePage["early"][string] {
  return page.early[contact] ?? { chat: [], draft: null };
}

function takeCard(page: NursePage, view: NurseView): NursePage {
  const id = view.contact;
  const old = page.contacts[id];
  if (old && view.version < old.view.version) return page;
  const { [id]: _taken, ...others } = page.early;
  const held = old ? { ...old, view } : firstCard(view, early(page, id));
  const contacts = { ...page.contacts, [id]: withChat(held, markRead(held.chat, view.peer_read)) };
  const offered = view.phase === "offered";
  const offer = offered ? id : page.offer === id ? null : page.offer;
  const current = page.current ?? (offered ? null : id);
  return { ...page, contacts, early: others, offer, current };
}

function firstCard(view: NurseView, { chat, draft }: NursePage["early"][string]): NurseContact {
  return {
    view,
    chat: chat.reduce<readonly ChatLine[]>(
      (lines, line) => addLine(lines, line, "nurse", view.peer_read),
      [],
    ),
    unread: 0,
    seenUpto: 0,
    typing: false,
    draft: draft ?? { ...EMPTY_NOTE, advice_language: view.language },
    draftStatus: "saved",
  };
}

function letGo(page: NursePage, id: string, why: ContactGone["why"], at: number): NursePage {
  const { [id]: held, ...contacts } = page.contacts;
  const { [id]: _early, ...others } = page.early;
  const notices = page.gone.filter(({ contact }) => contact !== id);
  // What she did herself needs no telling.
  if (held && !page.closing.includes(id))
    notices.push({ contact: id, called: held.view.called, why, at });
  return {
    ...page,
    contacts,
    early: others,
    closing: page.closing.filter((contact) => contact !== id),
    gone: notices,
    current: page.current === id ? null : page.current,
    offer: page.offer === id ? null : page.offer,
  };
}

function addChat(page: NursePage, message: ChatAdded): NursePage {
  const id = message.contact;
  const held = page.contacts[id];
  if (!held) {
    const { chat, draft } = early(page, id);
    return { ...page, early: { ...page.early, [id]: { chat: [...chat, message], draft } } };
  }
  const chat = addLine(held.chat, message, "nurse", held.view.peer_read);
  if (chat === held.chat) return page;
  const typing = held.typing && message.by === "nurse";
  return { ...page, contacts: { ...page.contacts, [id]: withChat({ ...held, typing }, chat) } };
}

function isEmpty(draft: NoteDraft): boolean {
  const texts = [...Object.values(draft.note), draft.advice, draft.seek_again];
  return draft.urgency === null && draft.care_level === null && texts.every((text) => text === "");
}

/** What the service kept counts only when nothing newer was written here. */
function keepNote(page: NursePage, id: string, draft: NoteDraft): NursePage {
  if (isEmpty(draft)) return page;
  const held = page.contacts[id];
  if (!held) return { ...page, early: { ...page.early, [id]: { ...early(page, id), draft } } };
  if (held.draftStatus !== "saved") return page;
  return { ...page, contacts: { ...page.contacts, [id]: { ...held, draft } } };
}

function editDraft(held: NurseContact, { note, ...rest }: DraftPatch): NurseContact {
  const draft = { ...held.draft, ...rest, note: { ...held.draft.note, ...note } };
  return { ...held, draft, draftStatus: "unsaved" };
}

function withChat(held: NurseContact, chat: readonly ChatLine[]): NurseContact {
  const read = Math.max(held.seenUpto, held.view.own_read);
  return { ...held, chat, unread: countUnread(chat, read) };
}

function see(page: NursePage): Result {
  const id = page.current ?? "";
  const held = page.contacts[id];
  const upto = newestOfOthers(held?.chat ?? []);
  if (!held || upto <= Math.max(held.seenUpto, held.view.own_read)) return [page, []];
  return change(page, id, () => withChat({ ...held, seenUpto: upto }, held.chat), [
    { do: "seen", contact: id, upto },
  ]);
}

function welcome(page: NursePage, clockOffset: number): Result {
  const effects: NurseEffect[] = [{ do: "online" }];
  for (const [contact, held] of Object.entries(page.contacts)) {
    if (held.seenUpto > held.view.own_read)
      effects.push({ do: "seen", contact, upto: held.seenUpto });
    if (held.draftStatus === "unsaved") effects.push({ do: "saveDraft", contact });
  }
  return [{ ...page, clockOffset }, effects];
}
