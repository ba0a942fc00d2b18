import { NO_CALL, type CallIntents, type CallView } from "../call/types";
import type {
  CareLevel,
  Channel,
  ChatAdded,
  Colleague,
  ContactGone,
  ContactTransfer,
  DemoNurse,
  ForecastScore,
  LineRow,
  Me,
  NoteDraft,
  NurseView,
  RegionPause,
  Sbar,
  Urgency,
} from "../protocol/messages";
import type { ChatLine, ConnectionView, PageProblem, Readable } from "./types";

/** Whether the service keeps what the nurse has written so far. */
export type DraftStatus = "saved" | "saving" | "unsaved";

/** A contact that the nurse holds. */
export interface NurseContact {
  readonly view: NurseView;
  readonly chat: readonly ChatLine[];
  /** Messages of the patient that the nurse has not seen. */
  readonly unread: number;
  /** Everything up to this version has been on the screen. */
  readonly seenUpto: number;
  /** The patient is writing. */
  readonly typing: boolean;
  readonly draft: NoteDraft;
  readonly draftStatus: DraftStatus;
}

/** A contact that left the nurse, to be told once. */
export interface GoneNotice {
  readonly contact: string;
  readonly called: string;
  readonly why: ContactGone["why"];
  readonly at: number;
}

/** Where a contact is handed over, and what whoever takes it reads. */
export type Handing = Required<Pick<ContactTransfer, "to" | "urgency" | "reason" | "summary">>;

/** Who else on duty may take a contact. */
export interface Colleagues {
  readonly contact: string;
  readonly able: readonly Colleague[];
}

export interface EarlyNews {
  readonly chat: readonly ChatAdded[];
  readonly draft: NoteDraft | null;
}

export interface DutyView {
  readonly on: boolean;
  readonly offers: boolean;
  readonly since: number | null;
  readonly colleagues: number;
  /** False after offers without an answer: she is offered nothing more. */
  readonly available: boolean;
  /** Regions of hers where the next is offered to whoever is free. */
  readonly offering: readonly string[];
  /** Lines of hers, or parts of them, that take nobody new. */
  readonly pauses: readonly RegionPause[];
}

export interface LineView {
  readonly rows: readonly LineRow[];
  readonly total: number;
}

export interface DraftPatch {
  readonly urgency?: Urgency | null;
  readonly care_level?: CareLevel | null;
  readonly note?: Partial<Sbar>;
  readonly advice?: string;
  readonly advice_language?: string;
  readonly seek_again?: string;
}

export type NurseIntent =
  | "signIn"
  | "signOut"
  | "setDuty"
  | "take"
  | "accept"
  | "decline"
  | "proposeChannel"
  | "lowerToChat"
  | "hangUp"
  | "unanswered"
  | "returnToLine"
  | "askColleagues"
  | "transfer"
  | "sign";

/** The whole of the nurse's console. */
export interface NursePage {
  readonly language: string;
  /** False until the service has said who this browser is. */
  readonly ready: boolean;
  /** `me.nurse` is null while nobody is signed in. */
  readonly me: Me | null;
  /** Demo identities; empty outside demo mode. */
  readonly demoNurses: readonly DemoNurse[];
  readonly connection: ConnectionView;
  readonly duty: DutyView;
  readonly line: LineView;
  /** How well the waits told in her region held; null until it is known. */
  readonly score: ForecastScore | null;
  /** By contact id: everything she holds, an offer too. */
  readonly contacts: Readonly<Record<string, NurseContact>>;
  /** The contact on the screen. */
  readonly current: string | null;
  /** The contact that is offered and waits for accept or decline. */
  readonly offer: string | null;
  readonly gone: readonly GoneNotice[];
  /** Contacts that she herself is ending or sending back: their going is no news. */
  readonly closing: readonly string[];
  /** What came before the card that it belongs to. */
  readonly early: Readonly<Record<string, EarlyNews>>;
  /** As last asked; null until then. */
  readonly colleagues: Colleagues | null;
  readonly call: CallView;
  /** The contact that the call belongs to. */
  readonly callContact: string | null;
  readonly problem: PageProblem | null;
  readonly busy: readonly NurseIntent[];
  /** Add this to this device's clock to get the service's, in milliseconds. */
  readonly clockOffset: number;
}

export const EMPTY_NOTE: NoteDraft = {
  urgency: null,
  care_level: null,
  note: { situation: "", background: "", assessment: "", recommendation: "" },
  advice: "",
  advice_language: "sv",
  seek_again: "",
};

export const startOfNursePage = (language: string, now: number): NursePage => ({
  language,
  ready: false,
  me: null,
  demoNurses: [],
  connection: { status: "connecting", since: now, why: null },
  duty: { on: false, offers: false, since: null, colleagues: 0, available: true, offering: [], pauses: [] },
  line: { rows: [], total: 0 },
  score: null,
  contacts: {},
  current: null,
  offer: null,
  gone: [],
  closing: [],
  early: {},
  colleagues: null,
  call: NO_CALL,
  callContact: null,
  problem: null,
  busy: [],
  clockOffset: 0,
});

/**
 * The nurse's console as a store, and what she can do. A promise tells whether it was done; why not
 * is in `page.problem`. Nothing throws. Intents without an id act on the current contact.
 */
export interface NurseApp extends Readable<NursePage>, CallIntents {
  /** The console as it is now. */
  readonly page: NursePage;
  setLanguage(language: string): void;
  signIn(nurse: string): Promise<boolean>;
  signOut(): Promise<boolean>;
  setDuty(on: boolean, offers: boolean): Promise<boolean>;
  /** The next in line, or the chosen one. It becomes the current contact. */
  take(contact?: string): Promise<boolean>;
  accept(): Promise<boolean>;
  decline(): Promise<boolean>;
  select(contact: string | null): void;

  send(text: string): void;
  resend(key: string): void;
  seen(): void;
  typing(): void;

  proposeChannel(channel: Channel): Promise<boolean>;
  lowerToChat(): Promise<boolean>;
  hangUp(): Promise<boolean>;
  /** Nobody answered the phone: it is tried again later, or hers to decide after the last try. */
  callUnanswered(): Promise<boolean>;
  returnToLine(urgency: Urgency | null, reason: string): Promise<boolean>;
  /** Look up who else could take the contact: `page.colleagues`. */
  askColleagues(): Promise<boolean>;
  transfer(handing: Handing): Promise<boolean>;

  /** Change the note; it is kept by the service a second after the last change. */
  setDraft(patch: DraftPatch): void;
  /** Sign the current contact's note as its outcome. `problem.detail` names what is missing. */
  sign(): Promise<boolean>;

  photoUrl(id: string, what: "view" | "thumbnail", contact?: string): string;
  dismissGone(contact: string): void;
  dismissProblem(): void;
  /** Stop everything: connection, camera, timers. */
  close(): void;
}
