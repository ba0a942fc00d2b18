import { NO_CALL, type CallIntents, type CallView } from "../call/types";
import type { PhotoUpload } from "../photos/types";
import type {
  Catalogue,
  Channel,
  Competence,
  Concerns,
  HowPhoto,
  Me,
  MoveCode,
  PatientView,
  PlaceView,
} from "../protocol/messages";
import type { WaitingIntents } from "./patientWaiting";
import type { ChatLine, ConnectionView, PageProblem, Readable } from "./types";

/** `loading` until the service has said who this browser is; `live` once there is a contact. */
export type PatientStep = "loading" | "form" | "consent" | "devices" | "live";

/** What the person fills in before there is a contact. Kept on the device for two hours. */
export interface DraftForm {
  readonly region: string | null;
  readonly concerns: Concerns | null;
  readonly called: string;
  readonly age: number | null;
  /** Language of the talk, not of the page. */
  readonly language: string;
  readonly interpreter: boolean;
  /** The person's identity is protected: only nurses who may know it are met. */
  readonly protected: boolean;
  /** What it is about, when the person has said so; else see `competenceOf`. */
  readonly competence: Competence | null;
  readonly channel: Channel;
  readonly story: string;
  /** Version of the information text agreed to (`catalogue.consent`), or null. */
  readonly consent: string | null;
}

export type PatientIntent =
  | "open"
  | "leave"
  | "hangUp"
  | "answerChannel"
  | "wishChannel"
  | "lowerToChat"
  | "removePhoto"
  | "survey"
  | "callback"
  | "worse"
  | "check"
  | "push"
  | "text"
  | "move"
  | "forget";

/** Whether this browser is sent notices. `failed`: it was asked for, and could not be had. */
export type PushState = "missing" | "denied" | "off" | "on" | "failed";

/** The whole of the patient's page: everything that is drawn comes from here. */
export interface PatientPage {
  /** Language of the page. */
  readonly language: string;
  readonly step: PatientStep;
  readonly catalogue: Catalogue | null;
  readonly draft: DraftForm;
  readonly me: Me | null;
  readonly connection: ConnectionView;
  readonly contact: PatientView | null;
  /** Null while it is not known; shown only in the phases waiting and offered. */
  readonly place: PlaceView | null;
  readonly chat: readonly ChatLine[];
  /** Messages of the other side that this person has not seen. */
  readonly unread: number;
  /** Everything up to this version has been on the screen. */
  readonly seenUpto: number;
  /** The newest version that came over the socket, with all chat before it. */
  readonly heard: number;
  /** The nurse is writing. */
  readonly typing: boolean;
  /** Photos on their way. Those that arrived are in `contact.photos`. */
  readonly uploads: readonly PhotoUpload[];
  readonly call: CallView;
  readonly problem: PageProblem | null;
  /** What has been asked for and not yet answered: those buttons are inactive. */
  readonly busy: readonly PatientIntent[];
  readonly moveCode: MoveCode | null;
  readonly push: PushState;
  /** Add this to this device's clock to get the service's, in milliseconds. */
  readonly clockOffset: number;
}

export const EMPTY_DRAFT: DraftForm = {
  region: null,
  concerns: null,
  called: "",
  age: null,
  language: "sv",
  interpreter: false,
  protected: false,
  competence: null,
  channel: "video",
  story: "",
  consent: null,
};

export const startOfPatientPage = (language: string, now: number): PatientPage => ({
  language,
  step: "loading",
  catalogue: null,
  draft: { ...EMPTY_DRAFT, language },
  me: null,
  connection: { status: "connecting", since: now, why: null },
  contact: null,
  place: null,
  chat: [],
  unread: 0,
  seenUpto: 0,
  heard: 0,
  typing: false,
  uploads: [],
  call: NO_CALL,
  problem: null,
  busy: [],
  moveCode: null,
  push: "missing",
  clockOffset: 0,
});

/**
 * The patient's page as a store, and what a person can do. A promise tells whether it was done; why
 * not is in `page.problem`. Nothing throws.
 */
export interface PatientApp extends Readable<PatientPage>, CallIntents, WaitingIntents {
  /** The page as it is now. */
  readonly page: PatientPage;
  setLanguage(language: string): void;
  setDraft(patch: Partial<DraftForm>): void;
  /** Move between the steps before the contact exists. */
  go(step: "form" | "consent" | "devices"): void;
  /** Ask once more how the lines are. */
  lookAgain(): Promise<void>;
  /** Open the contact with the draft. Repeating it never opens two. */
  open(): Promise<boolean>;

  send(text: string): void;
  /** Try a message that is `failed` again. */
  resend(key: string): void;
  /** The chat is on the screen: everything in it counts as seen. */
  seen(): void;
  /** The person is typing. May be called for every key. */
  typing(): void;

  leave(): Promise<boolean>;
  hangUp(): Promise<boolean>;
  answerChannel(accepted: boolean): Promise<boolean>;
  /** Before the meeting. While there is no contact, use `setDraft({ channel })`. */
  wishChannel(channel: Channel): Promise<boolean>;
  lowerToChat(): Promise<boolean>;
  survey(score: number, words: string): Promise<boolean>;

  /** May be called before the contact exists: they are kept and sent as soon as it does. */
  addPhotos(files: Iterable<File>, how: HowPhoto): void;
  retryPhoto(key: string): void;
  cancelPhoto(key: string): void;
  removePhoto(id: string): Promise<boolean>;
  photoUrl(id: string, what: "view" | "thumbnail"): string;

  /** Make `page.moveCode`, with which another device takes over. */
  makeMoveCode(): Promise<boolean>;
  redeemMove(code: string): Promise<boolean>;
  /** Begin with an empty form; the contact that has ended stays readable at its own address. */
  startOver(): void;
  /** Let this device forget who it is and everything it has shown. */
  forgetDevice(): Promise<boolean>;
  dismissProblem(): void;
  /** Stop everything: connection, camera, timers. */
  close(): void;
}
