import type { MediaNews } from "../call/call";
import type { CallView } from "../call/types";
import type { PhotoUpload } from "../photos/types";
import type {
  Catalogue,
  Me,
  MoveCode,
  PatientView,
  ServerMessage,
} from "../protocol/messages";
import {
  addLine,
  countUnread,
  markRead,
  newestOfOthers,
  settleLine,
  writeLine,
} from "./chat";
import {
  startOfPatientPage,
  type DraftForm,
  type PatientIntent,
  type PatientPage,
  type PatientStep,
  type PushState,
} from "./patientPage";
import type { ChatLine, ConnectionView, PageProblem } from "./types";

/** Everything that happens to the patient's page. `at` is this device's clock. */
export type PatientInput =
  | { readonly type: "catalogue"; readonly catalogue: Catalogue }
  | { readonly type: "me"; readonly me: Me }
  | { readonly type: "view"; readonly view: PatientView }
  | { readonly type: "step"; readonly step: PatientStep }
  | { readonly type: "draft"; readonly patch: Partial<DraftForm> }
  | { readonly type: "language"; readonly language: string }
  | { readonly type: "connection"; readonly connection: ConnectionView }
  | { readonly type: "message"; readonly message: ServerMessage; readonly at: number }
  | { readonly type: "wrote"; readonly key: string; readonly text: string; readonly at: number }
  | { readonly type: "settled"; readonly key: string; readonly problem: PageProblem | null }
  | { readonly type: "seen" }
  | { readonly type: "typingOver" }
  | { readonly type: "uploads"; readonly uploads: readonly PhotoUpload[] }
  | { readonly type: "call"; readonly call: CallView }
  | { readonly type: "busy"; readonly intent: PatientIntent; readonly on: boolean }
  | { readonly type: "problem"; readonly problem: PageProblem | null }
  | { readonly type: "moveCode"; readonly code: MoveCode | null }
  | { readonly type: "push"; readonly push: PushState }
  | { readonly type: "reset"; readonly at: number };

/** What the page then does to the world. */
export type PatientEffect =
  | { readonly do: "keepDraft" }
  | { readonly do: "forgetDraft" }
  | { readonly do: "keepUnsent" }
  | { readonly do: "showContact"; readonly contact: string | null }
  | { readonly do: "seen"; readonly contact: string; readonly upto: number }
  | { readonly do: "typingTimer" }
  | { readonly do: "online" }
  | { readonly do: "media"; readonly news: MediaNews };

type Result = [PatientPage, readonly PatientEffect[]];

/** The page after `input`, and what is to be done. Repeated and old news change nothing. */
export function stepPatient(page: PatientPage, input: PatientInput): Result {
  switch (input.type) {
    case "catalogue":
      return [{ ...page, catalogue: input.catalogue }, []];
    case "me":
      return [{ ...page, me: input.me }, []];
    case "view":
      return showView(page, input.view);
    case "step":
      return [{ ...page, step: input.step }, [{ do: "keepDraft" }]];
    case "draft":
      return [{ ...page, draft: { ...page.draft, ...input.patch } }, [{ do: "keepDraft" }]];
    case "language": {
      // The language of the talk goes along until the person has chosen another one for it.
      const along = page.draft.language === page.language;
      const draft = along ? { ...page.draft, language: input.language } : page.draft;
      return [{ ...page, language: input.language, draft }, [{ do: "keepDraft" }]];
    }
    case "connection":
      return [{ ...page, connection: input.connection }, []];
    case "message":
      return hear(page, input.message, input.at);
    case "wrote": {
      const chat = writeLine(page.chat, "patient", input.key, input.text, input.at);
      return [{ ...page, chat }, [{ do: "keepUnsent" }]];
    }
    case "settled":
      return [
        { ...page, chat: settleLine(page.chat, input.key, input.problem) },
        [{ do: "keepUnsent" }],
      ];
    case "seen":
      return see(page);
    case "typingOver":
      return [{ ...page, typing: false }, []];
    case "uploads":
      return [{ ...page, uploads: input.uploads }, []];
    case "call":
      return [{ ...page, call: input.call }, []];
    case "busy": {
      const others = page.busy.filter((intent) => intent !== input.intent);
      return [{ ...page, busy: input.on ? [...others, input.intent] : others }, []];
    }
    case "problem":
      return [{ ...page, problem: input.problem }, []];
    case "moveCode":
      return [{ ...page, moveCode: input.code }, []];
    case "push":
      return [{ ...page, push: input.push }, []];
    case "reset": {
      const { language, catalogue } = page;
      const empty = { ...startOfPatientPage(language, input.at), catalogue };
      return [empty, [{ do: "forgetDraft" }, { do: "showContact", contact: null }]];
    }
  }
}

/** Show a contact, this or another one. */
function showView(page: PatientPage, view: PatientView): Result {
  if (page.contact?.contact === view.contact) return [update(page, view), []];
  const fresh: PatientPage = {
    ...page,
    step: "live",
    contact: view,
    place: null,
    chat: [],
    unread: 0,
    seenUpto: 0,
    heard: 0,
    typing: false,
    moveCode: null,
  };
  return [fresh, [{ do: "forgetDraft" }, { do: "showContact", contact: view.contact }]];
}

function hear(page: PatientPage, message: ServerMessage, at: number): Result {
  const same: Result = [page, []];
  const contact = page.contact?.contact;
  switch (message.type) {
    case "welcome":
      return welcome(page, message.now - at);
    case "contact.state": {
      const { view } = message;
      if (view.contact !== contact) return same;
      return [{ ...update(page, view), heard: Math.max(page.heard, view.version) }, []];
    }
    case "chat.added": {
      if (message.contact !== contact) return same;
      const chat = addLine(page.chat, message, "patient", page.contact?.peer_read ?? 0);
      if (chat === page.chat) return same;
      const typing = page.typing && message.by === "patient";
      return [withChat({ ...page, typing }, chat), [{ do: "keepUnsent" }]];
    }
    case "chat.typing_now":
      if (message.contact !== contact || message.by === "patient") return same;
      return [{ ...page, typing: true }, [{ do: "typingTimer" }]];
    case "line.place":
      return message.place.contact === contact ? [{ ...page, place: message.place }, []] : same;
    case "refused":
      // Refusals of requests are told to whoever asked; those of media repair themselves.
      if (message.ref !== null || message.code.startsWith("media.")) return same;
      return [{ ...page, problem: message }, []];
    case "media.ready_now":
    case "media.described":
    case "media.candidate_found":
      return [page, [{ do: "media", news: message }]];
    case "busy": // the connection comes again
    case "pong":
    case "done":
    case "contact.card":
    case "contact.gone":
    case "line.state":
    case "duty.state":
    case "colleagues.able":
    case "note.kept":
      return same;
    default:
      return newer(message, same);
  }
}

/** A newer service may say what this page does not know: it is ignored. */
export function newer<T>(_unknown: never, same: T): T {
  return same;
}

function welcome(page: PatientPage, clockOffset: number): Result {
  const { contact, seenUpto } = page;
  const behind = contact !== null && seenUpto > contact.own_read;
  return [
    { ...page, clockOffset },
    [
      { do: "online" },
      ...(behind ? [{ do: "seen", contact: contact.contact, upto: seenUpto } as const] : []),
    ],
  ];
}

/** Take a view of the contact that is shown, unless a newer one is. */
function update(page: PatientPage, view: PatientView): PatientPage {
  if (page.contact && view.version < page.contact.version) return page;
  const waiting = view.phase === "waiting" || view.phase === "offered";
  const chat = markRead(page.chat, view.peer_read);
  return withChat(
    {
      ...page,
      contact: view,
      place: waiting ? page.place : null,
      typing: page.typing && view.peer_present,
    },
    chat,
  );
}

function withChat(page: PatientPage, chat: readonly ChatLine[]): PatientPage {
  const read = Math.max(page.seenUpto, page.contact?.own_read ?? 0);
  return { ...page, chat, unread: countUnread(chat, read) };
}

function see(page: PatientPage): Result {
  const upto = newestOfOthers(page.chat);
  const { contact } = page;
  if (!contact || upto <= Math.max(page.seenUpto, contact.own_read)) return [page, []];
  return [
    withChat({ ...page, seenUpto: upto }, page.chat),
    [{ do: "seen", contact: contact.contact, upto }],
  ];
}
