// Generated from signaling/protocol by `python -m signaling generate`. Do not edit.

export const PROTOCOL_VERSION = 1;

/** Bytes in one frame, both ways. */
export const MAX_FRAME = 16384;

/** The most that is taken. */
export const LIMITS = {
  /** Characters in a chat message. */
  chatText: 2000,
  /** Bytes in one photo as it is sent. */
  photoBytes: 20971520,
  /** Photos in one contact. */
  photosPerContact: 10,
  /** Characters in what the person wants to be called. */
  called: 60,
  /** Characters in the story. */
  story: 2000,
  /** Years. */
  age: 125,
  /** Characters in each part of the note. */
  noteText: 4000,
  /** Characters in the advice, and in when to seek again. */
  adviceText: 4000,
  /** Characters in why a contact is sent back. */
  returnReason: 500,
  /** Characters in why it is handed over. */
  transferReason: 500,
  /** Characters in the summary with it. */
  transferSummary: 2000,
  /** The best score; 1 is the worst. */
  surveyScore: 5,
  /** Characters in the words of the survey. */
  surveyWords: 1000,
  /** Characters in an SDP description. */
  sdp: 12000,
  /** Characters in an ICE candidate. */
  candidate: 512,
  /** Contacts in `hello`. */
  resume: 50,
} as const;

// Words with fixed values -------------------------------------------------------------------------

/** The part a person plays in a contact. */
export type Role = "patient" | "nurse";

/** How a contact is held. It may change inside one contact. */
export type Channel = "video" | "chat";

/** How soon the person needs care. Source: the scale in use in Region Jönköpings län. */
export type Urgency = "P1" | "P2" | "P3" | "P4" | "P5";

/** What a nurse should know more about than every nurse does. Everybody serves `GENERAL`. */
export type Competence = "general" | "child" | "mental_health" | "skin" | "pregnancy";

/** Where the person is advised to turn. */
export type CareLevel =
  | "INFORMATION"
  | "SELF_CARE"
  | "SELF_CARE_PHARMACY"
  | "PRIMARY_CARE"
  | "PRIMARY_CARE_SAME_DAY"
  | "URGENT_CARE"
  | "EMERGENCY_DEPARTMENT"
  | "AMBULANCE_112"
  | "CHILD_OR_MATERNITY_CENTRE"
  | "YOUTH_CLINIC"
  | "GYNAECOLOGY"
  | "DENTAL_CARE"
  | "PSYCHIATRY_OUTPATIENT"
  | "PSYCHIATRY_EMERGENCY"
  | "EYE_OR_ENT"
  | "POISONS_INFORMATION"
  | "SOCIAL_SERVICES"
  | "POLICE";

/** A sign that help must come at once. The order is that of the questions. */
export type RedFlag = "breathing" | "chest" | "stroke" | "awake" | "bleeding" | "rash";

/** Who does not know has not said no. */
export type Answer = "yes" | "no" | "unknown";

/**
 * What is told in words; the last two: a chat goes better. `good`: sound and picture are good.
 * `unsteady`: the picture may freeze. `slow`: not enough for sound. `blocked`: nothing of a call
 * gets through.
 */
export type Verdict = "good" | "unsteady" | "slow" | "blocked";

/** How the relay was reached. */
export type Way = "udp" | "tcp" | "tls";

/** Where in its life a contact is. */
export type Phase =
  | "waiting"
  | "scheduled"
  | "offered"
  | "calling"
  | "joining"
  | "talking"
  | "interrupted"
  | "wrapping_up"
  | "ended";

/** Whom the contact is about, seen from the person who writes. */
export type Concerns = "me" | "my_child" | "someone_else";

/** Why somebody who had got a nurse is waiting again. */
export type WhyReturned =
  | "nurse_declined"
  | "nurse_silent"
  | "nurse_lost"
  | "nurse_sent_back"
  | "no_answer"
  | "handed_over"
  | "colleague_could_not";

/** Where a photo came from. */
export type HowPhoto = "camera" | "gallery";

/** How far a photo has come. */
export type PhotoStatus = "cleaning" | "ready" | "rejected";

/** Why a photo was not taken. Each is also a `Refusal`, which has the sentences. */
export type PhotoFault =
  | "photo.not_an_image"
  | "photo.too_large"
  | "photo.cut_short"
  | "photo.too_many_pixels"
  | "photo.animated"
  | "photo.too_many"
  | "photo.unreadable";

/** How a contact came to its end. */
export type EndedWhy = "signed" | "patient_left" | "abandoned";

/** Why a line takes nobody new. */
export type PauseWhy = "closed" | "full";

/** Stable codes. They are part of the protocol: never reuse or rename one. */
export type Refusal =
  | "contact.not_allowed_now"
  | "contact.not_found"
  | "contact.stale_epoch"
  | "contact.taken"
  | "contact.not_yours"
  | "contact.unknown_region"
  | "contact.consent_outdated"
  | "contact.story_empty"
  | "chat.empty"
  | "chat.too_long"
  | "line.nobody_waiting"
  | "line.paused"
  | "duty.off"
  | "duty.at_capacity"
  | "outcome.incomplete"
  | "media.not_accepted"
  | "channel.other_talks"
  | "transfer.to_nothing"
  | "transfer.to_self"
  | "transfer.colleague"
  | "transfer.nobody"
  | "callback.number"
  | "callback.time"
  | "worse.unanswered"
  | "notice.push_service"
  | "network.not_measured"
  | "photo.not_an_image"
  | "photo.too_large"
  | "photo.cut_short"
  | "photo.too_many_pixels"
  | "photo.animated"
  | "photo.too_many"
  | "photo.unreadable"
  | "request.malformed"
  | "request.unknown_type"
  | "request.too_large"
  | "request.too_many"
  | "request.not_found"
  | "request.wrong_method"
  | "identity.sign_in"
  | "identity.wrong_role"
  | "identity.wrong_origin"
  | "identity.move_code_wrong"
  | "service.unavailable";

/** The same words as lists, in order. */
export const VALUES = {
  Role: ["patient", "nurse"],
  Channel: ["video", "chat"],
  Urgency: ["P1", "P2", "P3", "P4", "P5"],
  Competence: ["general", "child", "mental_health", "skin", "pregnancy"],
  CareLevel: [
    "INFORMATION",
    "SELF_CARE",
    "SELF_CARE_PHARMACY",
    "PRIMARY_CARE",
    "PRIMARY_CARE_SAME_DAY",
    "URGENT_CARE",
    "EMERGENCY_DEPARTMENT",
    "AMBULANCE_112",
    "CHILD_OR_MATERNITY_CENTRE",
    "YOUTH_CLINIC",
    "GYNAECOLOGY",
    "DENTAL_CARE",
    "PSYCHIATRY_OUTPATIENT",
    "PSYCHIATRY_EMERGENCY",
    "EYE_OR_ENT",
    "POISONS_INFORMATION",
    "SOCIAL_SERVICES",
    "POLICE",
  ],
  RedFlag: ["breathing", "chest", "stroke", "awake", "bleeding", "rash"],
  Answer: ["yes", "no", "unknown"],
  Verdict: ["good", "unsteady", "slow", "blocked"],
  Way: ["udp", "tcp", "tls"],
  Phase: [
    "waiting",
    "scheduled",
    "offered",
    "calling",
    "joining",
    "talking",
    "interrupted",
    "wrapping_up",
    "ended",
  ],
  Concerns: ["me", "my_child", "someone_else"],
  WhyReturned: [
    "nurse_declined",
    "nurse_silent",
    "nurse_lost",
    "nurse_sent_back",
    "no_answer",
    "handed_over",
    "colleague_could_not",
  ],
  HowPhoto: ["camera", "gallery"],
  PhotoStatus: ["cleaning", "ready", "rejected"],
  PhotoFault: [
    "photo.not_an_image",
    "photo.too_large",
    "photo.cut_short",
    "photo.too_many_pixels",
    "photo.animated",
    "photo.too_many",
    "photo.unreadable",
  ],
  EndedWhy: ["signed", "patient_left", "abandoned"],
  PauseWhy: ["closed", "full"],
} as const;

// Parts of messages -------------------------------------------------------------------------------

/** The newest version of a contact that the page has. */
export interface Resume {
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly version: number;
}

/** How it was: 1 (very bad) to 5 (very good), and a few words if the person wishes. */
export interface Survey {
  /** At least 1; at most 5. */
  readonly score: number;
  /** At most 1000 characters. */
  readonly words?: string;
}

/** An SDP offer of `session`, made ahead: it is passed on once both have accepted video. */
export interface FirstOffer {
  /** Matches ^[0-9a-f]{16}$(?!\n). */
  readonly session: string;
  /** At most 12000 characters. */
  readonly sdp: string;
}

/**
 * Where a contact is handed over: to the one colleague `nurse`, or to whoever serves the line. What
 * is None stays as it was.
 */
export interface Destination {
  readonly competence?: Competence | null;
  /** Matches ^[a-z]{2,3}$(?!\n). */
  readonly language?: string | null;
  readonly interpreter?: boolean | null;
  /** At most 64 characters. */
  readonly nurse?: string | null;
}

/** The nurse's note: situation, background, assessment, recommendation. */
export interface Sbar {
  /** At most 4000 characters. */
  readonly situation: string;
  /** At most 4000 characters. */
  readonly background: string;
  /** At most 4000 characters. */
  readonly assessment: string;
  /** At most 4000 characters. */
  readonly recommendation: string;
}

/** An outcome on its way: what the nurse has filled in so far. */
export interface NoteDraft {
  readonly urgency: Urgency | null;
  readonly care_level: CareLevel | null;
  readonly note: Sbar;
  /** At most 4000 characters. */
  readonly advice: string;
  /** Matches ^[a-z]{2,3}$(?!\n). */
  readonly advice_language: string;
  /** At most 4000 characters. */
  readonly seek_again: string;
}

/** What the nurse signs. `advice` and `seek_again` are written in `advice_language`. */
export interface Outcome {
  readonly urgency: Urgency;
  readonly care_level: CareLevel;
  readonly note: Sbar;
  /** At most 4000 characters. */
  readonly advice: string;
  /** Matches ^[a-z]{2,3}$(?!\n). */
  readonly advice_language: string;
  /** At most 4000 characters. */
  readonly seek_again?: string;
}

/** One question and its answer. */
export interface Answered {
  readonly flag: RedFlag;
  readonly answer: Answer;
}

/**
 * One measurement. `round_trip` in ms, `loss` in percent, `rate` in kbit/s each way. They are None
 * where nothing came through. `relays` are the ways that work.
 */
export interface Network {
  readonly verdict: Verdict;
  /** At least 0; at most 60000. */
  readonly round_trip: number | null;
  /** At least 0; at most 100. */
  readonly loss: number | null;
  /** At least 0; at most 1000000. */
  readonly rate: number | null;
  /** At most 3 items. */
  readonly relays: readonly Way[];
}

/** Where one browser is reached (RFC 8030), and the keys that only it can open (RFC 8291). */
export interface PushAddress {
  /** At most 1000 characters; matches ^https?://[!-~]+$(?!\n). */
  readonly endpoint: string;
  /** Matches ^[0-9A-Za-z_-]{80,100}={0,2}$(?!\n). */
  readonly p256dh: string;
  /** Matches ^[0-9A-Za-z_-]{16,40}={0,2}$(?!\n). */
  readonly auth: string;
}

/**
 * An advice nurse and what she serves: codes of regions, languages and channels. `protected`: she
 * may be offered people with protected identity. `chats`: how many chats she holds at once (1 to
 * `MOST_CHATS`); a video or a call is always the only one.
 */
export interface Nurse {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly region: string;
  readonly regions: readonly string[];
  readonly languages: readonly string[];
  readonly channels: readonly Channel[];
  readonly competences: readonly Competence[];
  readonly protected: boolean;
  readonly chats: number;
}

/** What the patient may know of the nurse. */
export interface NurseCard {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly region: string;
}

/** A photo as both sides see it. Sizes in pixels of the view; 0 until it is ready. */
export interface PhotoView {
  readonly id: string;
  readonly by: Role;
  readonly how: HowPhoto;
  readonly at: number;
  readonly status: PhotoStatus;
  readonly width: number;
  readonly height: number;
  readonly fault: PhotoFault | null;
}

/** The advice as the patient keeps it. */
export interface AdviceView {
  readonly urgency: Urgency;
  readonly care_level: CareLevel;
  readonly advice: string;
  readonly seek_again: string;
  readonly language: string;
  readonly nurse: NurseCard;
  readonly at: number;
}

/**
 * The patient's own call: the number's last digits, and when. No `at`: when it is the turn. `tries`
 * of `most` calls have not been answered.
 */
export interface OwnCallback {
  readonly ends: string;
  readonly at: number | null;
  readonly until: number | null;
  readonly tries: number;
  readonly most: number;
}

/**
 * Who handed the patient over, and to what: what is null was not changed. `colleague`: to one whom
 * she chose.
 */
export interface HandedOver {
  readonly by: string;
  readonly colleague: boolean;
  readonly competence: Competence | null;
  readonly language: string | null;
  readonly interpreter: boolean | null;
}

/**
 * The patient's own contact. `peer_read` is the newest version the nurse has read. `worse_at` is
 * when the patient last said that it is worse; `next_check` when to ask again.
 */
export interface PatientView {
  readonly contact: string;
  readonly version: number;
  readonly phase: Phase;
  readonly channel: Channel;
  readonly region: string;
  readonly concerns: Concerns;
  readonly called: string;
  readonly language: string;
  readonly interpreter: boolean;
  readonly story: string;
  readonly epoch: number;
  readonly opened_at: number;
  readonly nurse: NurseCard | null;
  readonly peer_present: boolean;
  readonly told: WhyReturned | null;
  readonly proposal: Channel | null;
  readonly photos: readonly PhotoView[];
  readonly own_read: number;
  readonly peer_read: number;
  readonly advice: AdviceView | null;
  readonly ended: EndedWhy | null;
  readonly surveyed: boolean;
  readonly callback: OwnCallback | null;
  readonly unreached: boolean;
  readonly red_flags: readonly RedFlag[];
  readonly worse_at: number | null;
  readonly next_check: number | null;
  readonly text_ends: string | null;
  readonly handover: HandedOver | null;
}

/**
 * What besides the time of arrival decided the place, and who could serve it. `language` is None
 * where every nurse speaks it or an interpreter will do. `named`: it waits for one nurse.
 */
export interface Need {
  readonly urgency: Urgency | null;
  readonly language: string | null;
  readonly competence: Competence;
  readonly protected: boolean;
  readonly named: boolean;
}

/**
 * Whom the nurse calls. The number is there once she has taken the contact. After an unanswered
 * call the next is tried in `again` milliseconds, `most` times in all.
 */
export interface CallTask {
  readonly number: string | null;
  readonly tries: number;
  readonly most: number;
  readonly again: number;
}

/** What somebody said who felt worse while waiting. */
export interface Worse {
  readonly at: number;
  readonly flags: readonly RedFlag[];
  readonly words: string;
}

/** What a nurse wrote to whoever takes what she handed over. `personal`: to one colleague. */
export interface HandoverView {
  readonly by: NurseCard;
  readonly at: number;
  readonly personal: boolean;
  readonly reason: string;
  readonly summary: string;
}

/**
 * A contact as the nurse who holds it sees it. `offer_until` is set while it is an offer. `reason`
 * is the code of why it was offered, `why` and `waited` (milliseconds) the rest of it.
 */
export interface NurseView {
  readonly contact: string;
  readonly version: number;
  readonly phase: Phase;
  readonly channel: Channel;
  readonly region: string;
  readonly concerns: Concerns;
  readonly called: string;
  readonly age: number | null;
  readonly language: string;
  readonly interpreter: boolean;
  readonly competence: Competence;
  readonly protected: boolean;
  readonly story: string;
  readonly consent: string;
  readonly epoch: number;
  readonly opened_at: number;
  readonly arrived_at: number;
  readonly urgency: Urgency | null;
  readonly reason: string;
  readonly why: Need | null;
  readonly waited: number | null;
  readonly told: WhyReturned | null;
  readonly peer_present: boolean;
  readonly proposal: Channel | null;
  readonly declined_channel: Channel | null;
  readonly photos: readonly PhotoView[];
  readonly own_read: number;
  readonly peer_read: number;
  readonly overdue: boolean;
  readonly offer_until: number | null;
  readonly ended: EndedWhy | null;
  readonly callback: CallTask | null;
  readonly unreached: boolean;
  readonly red_flags: readonly RedFlag[];
  readonly worse: readonly Worse[];
  readonly handover: HandoverView | null;
  readonly network: Network | null;
}

/** Whole minutes; four waits in five should fall between `low` and `high`. `low` may be 0. */
export interface Forecast {
  readonly low: number;
  readonly high: number;
}

/** The same said in one language. */
export interface Words {
  readonly language: string;
  readonly text: string;
}

/** A line, or a channel or competence of it, that takes nobody new. `texts`: where to turn. */
export interface PauseView {
  readonly why: PauseWhy;
  readonly channel: Channel | null;
  readonly competence: Competence | null;
  readonly texts: readonly Words[];
}

/**
 * Where in the line the patient stands. `before` by reason sums to `place` - 1. `told_at`: when the
 * forecast was first told in these words. `held`: how many of a hundred told in the region last
 * week held; null when too few were told. `paused`: nobody new is taken; who waits keeps the place.
 * `elsewhere`: where to turn while `nurses` is 0, in the region's words.
 */
export interface PlaceView {
  readonly contact: string;
  readonly place: number;
  readonly before_urgent: number;
  readonly before_earlier: number;
  readonly nurses: number;
  readonly forecast: Forecast | null;
  readonly told_at: number | null;
  readonly held: number | null;
  readonly paused: PauseView | null;
  readonly elsewhere: readonly Words[];
}

/**
 * A waiting contact in the nurse's live line. `reason`, a code, and `why` say why there. `mine`:
 * she may be offered it. `unserved`: nobody on duty may. `hidden`: the identity is protected and
 * she has no right to meet it, so no name, age or story is told. `handed_by`: the colleague who
 * handed it over, if one did, and `handed_reason` why.
 */
export interface LineRow {
  readonly contact: string;
  readonly region: string;
  readonly concerns: Concerns;
  readonly called: string;
  readonly age: number | null;
  readonly story: string;
  readonly urgency: Urgency | null;
  readonly reason: string;
  readonly why: Need;
  readonly arrived_at: number;
  readonly channel: Channel;
  readonly language: string;
  readonly interpreter: boolean;
  readonly competence: Competence;
  readonly protected: boolean;
  readonly hidden: boolean;
  readonly unserved: boolean;
  readonly photos: number;
  readonly away: boolean;
  readonly mine: boolean;
  readonly callback: boolean;
  readonly red_flags: readonly RedFlag[];
  readonly worse: boolean;
  readonly handed_by: string | null;
  readonly handed_reason: string;
}

/** A pause of a region's line. */
export interface RegionPause {
  readonly region: string;
  readonly pause: PauseView;
}

/** A nurse on duty who may take a contact. `free`: she has a seat for it now. */
export interface Colleague {
  readonly nurse: string;
  readonly name: string;
  readonly title: string;
  readonly free: boolean;
}

/** A share of `of` cases, with the 95 % interval of Wilson. Shares from 0 to 1. */
export interface Part {
  readonly of: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How many were told something, of whom `open` still wait or left before it could be known. The
 * shares are of the others; None where they are fewer than five. Aim of `inside`: 0.8.
 */
export interface Calibration {
  readonly told: number;
  readonly open: number;
  readonly inside: Part | null;
  readonly below: Part | null;
  readonly above: Part | null;
}

/** Of those told `minutes` or less: how many were taken within that. Aim: 0.9. */
export interface Promise {
  readonly minutes: number;
  readonly kept: Part | null;
}

/** The calibration of those told something in this hour of the day, UTC. */
export interface Hour {
  readonly hour: number;
  readonly calibration: Calibration;
}

// From the browser --------------------------------------------------------------------------------

/** The first message: which protocol, in which language and role, and what is known already. */
export interface Hello {
  readonly type: "hello";
  /** At least 0; at most 10000. */
  readonly protocol: number;
  /** Matches ^[a-z]{2,3}$(?!\n). */
  readonly language: string;
  readonly role?: Role;
  /** At most 50 items. */
  readonly resume?: readonly Resume[];
}

/** Are you there? Answered by `pong`. */
export interface Ping {
  readonly type: "ping";
  readonly n: number;
}

/** Send a chat message. Sending the same `key` again changes nothing. */
export interface ChatSend {
  readonly type: "chat.send";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  /** Matches ^[0-9A-Za-z_-]{8,64}$(?!\n). */
  readonly key: string;
  /** At most 4000 characters. */
  readonly text: string;
}

/** Every message up to `upto` has been shown. */
export interface ChatSeen {
  readonly type: "chat.seen";
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly upto: number;
}

/** Somebody is writing. Relayed, never stored. */
export interface ChatTyping {
  readonly type: "chat.typing";
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
}

/** Patient: leave the line. */
export interface ContactLeave {
  readonly type: "contact.leave";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
}

/** End the talk. The outcome remains to be signed. */
export interface ContactHangUp {
  readonly type: "contact.hang_up";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
}

/** Patient: choose another channel before meeting the nurse. */
export interface ChannelWish {
  readonly type: "channel.wish";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly channel: Channel;
}

/** Patient: answer the nurse's proposal to change channel. */
export interface ChannelAnswer {
  readonly type: "channel.answer";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly accepted: boolean;
}

/** Either: end the video and go on in chat. */
export interface ChannelLower {
  readonly type: "channel.lower";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
}

/** Patient: take a photo back. */
export interface PhotoRemove {
  readonly type: "photo.remove";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly photo: string;
}

/** Patient: say how it was, after the end. */
export interface SurveyAnswer {
  readonly type: "survey.answer";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly survey: Survey;
}

/** Nurse: go on or off duty; `offers` asks that the next contact is offered when she is free. */
export interface DutySet {
  readonly type: "duty.set";
  readonly ref: number;
  readonly on: boolean;
  readonly offers?: boolean;
}

/** Nurse: take the next contact, or the chosen one. */
export interface LineTake {
  readonly type: "line.take";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact?: string | null;
  readonly media?: FirstOffer | null;
}

/** Nurse: take the offered contact. */
export interface OfferAccept {
  readonly type: "offer.accept";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
  readonly media?: FirstOffer | null;
}

/** Nurse: let the offered contact go back to its place. */
export interface OfferDecline {
  readonly type: "offer.decline";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
}

/** Nurse: send the contact back to the line, with its arrival kept. */
export interface ContactReturn {
  readonly type: "contact.return";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
  readonly urgency?: Urgency | null;
  /** At most 500 characters. */
  readonly reason?: string;
}

/** Nurse: hand the contact over to another line or a colleague; it keeps its arrival. */
export interface ContactTransfer {
  readonly type: "contact.transfer";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
  readonly to: Destination;
  readonly urgency?: Urgency | null;
  /** At most 500 characters. */
  readonly reason: string;
  /** At most 2000 characters. */
  readonly summary?: string;
}

/** Nurse: who else on duty may take this contact? `colleagues.able` comes before `done`. */
export interface ColleaguesAsk {
  readonly type: "colleagues.ask";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
}

/** Nurse: ask the patient to change channel. */
export interface ChannelPropose {
  readonly type: "channel.propose";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
  readonly channel: Channel;
}

/** Nurse: keep the unsigned note. */
export interface NoteSave {
  readonly type: "note.save";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly draft: NoteDraft;
}

/** Nurse: sign the outcome and close the contact. */
export interface OutcomeSign {
  readonly type: "outcome.sign";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
  readonly outcome: Outcome;
}

/**
 * This page is ready to negotiate media as `session`, a number it made for this connection. A
 * patient who waits for a video meeting may say so already: it is told when both have accepted.
 */
export interface MediaReady {
  readonly type: "media.ready";
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
  /** Matches ^[0-9a-f]{16}$(?!\n). */
  readonly session: string;
}

/** An SDP description from `session`, meant for `to` only. */
export interface MediaDescription {
  readonly type: "media.description";
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
  /** Matches ^[0-9a-f]{16}$(?!\n). */
  readonly session: string;
  /** Matches ^[0-9a-f]{16}$(?!\n). */
  readonly to: string;
  readonly kind: "answer" | "offer";
  /** At most 12000 characters. */
  readonly sdp: string;
}

/** An ICE candidate from `session`, meant for `to` only; an empty one ends the gathering. */
export interface MediaCandidate {
  readonly type: "media.candidate";
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
  /** Matches ^[0-9a-f]{16}$(?!\n). */
  readonly session: string;
  /** Matches ^[0-9a-f]{16}$(?!\n). */
  readonly to: string;
  /** At most 512 characters. */
  readonly candidate: string;
  /** At most 32 characters. */
  readonly mid?: string | null;
  /** At least 0; at most 64. */
  readonly line?: number | null;
}

/** Patient: be called at `number` instead of waiting, when it is the turn or from `at` on. */
export interface CallbackChoose {
  readonly type: "callback.choose";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  /** At most 32 characters. */
  readonly number: string;
  /** At least 0; at most 9007199254740991. */
  readonly at?: number | null;
}

/** Patient: wait at the page after all, in the old place. */
export interface CallbackDrop {
  readonly type: "callback.drop";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
}

/** Patient: it is worse. Every question is answered, or one answer raises a red flag. */
export interface WorseReport {
  readonly type: "worse.report";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  /** At most 6 items. */
  readonly answers: readonly Answered[];
  /** At most 500 characters. */
  readonly words?: string;
}

/** Patient: it is still the same, or may be asked `later`. */
export interface CheckAnswer {
  readonly type: "check.answer";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly later: boolean;
}

/** Patient: so is the network for a video call. The nurse is told. */
export interface NetworkReport {
  readonly type: "network.report";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly network: Network;
}

/** Patient: send notices to this browser. */
export interface NoticePush {
  readonly type: "notice.push";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly address: PushAddress;
}

/** Patient: send no more notices to this browser. */
export interface NoticePushStop {
  readonly type: "notice.push_stop";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  /** At most 1000 characters. */
  readonly endpoint: string;
}

/** Patient: send notices to this number as text messages; none ends that. */
export interface NoticeText {
  readonly type: "notice.text";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  /** At most 32 characters. */
  readonly number?: string | null;
}

/** Nurse: nobody answered. It is tried again later, or hers to decide after the last try. */
export interface CallUnanswered {
  readonly type: "call.unanswered";
  readonly ref: number;
  /** Matches ^[0-9a-f]{32}$(?!\n). */
  readonly contact: string;
  readonly epoch: number;
}

/** Everything the browser may send. */
export type ClientMessage =
  | Hello
  | Ping
  | ChatSend
  | ChatSeen
  | ChatTyping
  | ContactLeave
  | ContactHangUp
  | ChannelWish
  | ChannelAnswer
  | ChannelLower
  | PhotoRemove
  | SurveyAnswer
  | DutySet
  | LineTake
  | OfferAccept
  | OfferDecline
  | ContactReturn
  | ContactTransfer
  | ColleaguesAsk
  | ChannelPropose
  | NoteSave
  | OutcomeSign
  | MediaReady
  | MediaDescription
  | MediaCandidate
  | CallbackChoose
  | CallbackDrop
  | WorseReport
  | CheckAnswer
  | NetworkReport
  | NoticePush
  | NoticePushStop
  | NoticeText
  | CallUnanswered;

// To the browser ----------------------------------------------------------------------------------

/** The answer to `hello`. `now` is the service's clock; `contact` is the patient's own. */
export interface Welcome {
  readonly type: "welcome";
  readonly protocol: number;
  readonly role: Role;
  readonly now: number;
  readonly contact: string | null;
  readonly nurse: Nurse | null;
}

/** Too many come at once: try again in `retry_after` milliseconds. The socket is then closed. */
export interface Busy {
  readonly type: "busy";
  readonly retry_after: number;
}

/** The answer to `ping`. */
export interface Pong {
  readonly type: "pong";
  readonly n: number;
}

/** The request was carried out and is kept. `version` is what it made, if anything. */
export interface Done {
  readonly type: "done";
  readonly ref: number;
  readonly contact: string | null;
  readonly version: number | null;
}

/** The request was not carried out; nothing changed. `text` is for the person. */
export interface RefusedMessage {
  readonly type: "refused";
  readonly ref: number | null;
  readonly code: string;
  readonly text: string;
  readonly detail: string;
}

/** Patient: the contact as it now is. */
export interface ContactState {
  readonly type: "contact.state";
  readonly view: PatientView;
}

/** Nurse: a contact she holds, as it now is. */
export interface ContactCard {
  readonly type: "contact.card";
  readonly view: NurseView;
}

/** Nurse: a contact is no longer hers; `unanswered`: she called and reached nobody. */
export interface ContactGone {
  readonly type: "contact.gone";
  readonly contact: string;
  readonly why: "ended" | "left" | "lost" | "returned" | "unanswered";
}

/** A chat message in its place: `version` orders it, `key` is the one its sender gave it. */
export interface ChatAdded {
  readonly type: "chat.added";
  readonly contact: string;
  readonly version: number;
  readonly key: string;
  readonly by: Role;
  readonly name: string;
  readonly text: string;
  readonly at: number;
}

/** The other one is writing. */
export interface ChatTypingNow {
  readonly type: "chat.typing_now";
  readonly contact: string;
  readonly by: Role;
}

/** Patient: the place in the line, sent when it changes. */
export interface LinePlace {
  readonly type: "line.place";
  readonly place: PlaceView;
}

/** Nurse: the line she serves, in order. `total` may be more than the rows shown. */
export interface LineState {
  readonly type: "line.state";
  readonly rows: readonly LineRow[];
  readonly total: number;
}

/**
 * Nurse: whether she is on duty, since when, and how many nurses are. `offers`: she asked for the
 * next to be offered; `offering`: regions of hers where it always is. `available`: false after
 * offers without an answer, until she goes on duty anew. `pauses`: of the lines that she serves.
 */
export interface DutyState {
  readonly type: "duty.state";
  readonly on: boolean;
  readonly offers: boolean;
  readonly since: number | null;
  readonly colleagues: number;
  readonly available: boolean;
  readonly offering: readonly string[];
  readonly pauses: readonly RegionPause[];
}

/** Nurse: who else on duty may take the contact, those first who can now. */
export interface ColleaguesAble {
  readonly type: "colleagues.able";
  readonly contact: string;
  readonly colleagues: readonly Colleague[];
}

/** Nurse: the unsigned note as it was last kept, after a return to the contact. */
export interface NoteKept {
  readonly type: "note.kept";
  readonly contact: string;
  readonly draft: NoteDraft;
}

/**
 * The other side is ready to negotiate as `session`. `early`: it had said so before both accepted;
 * an offer that came with the acceptance is there.
 */
export interface MediaReadyNow {
  readonly type: "media.ready_now";
  readonly contact: string;
  readonly epoch: number;
  readonly session: string;
  readonly early: boolean;
}

/** The other side's SDP description, for the page that is `to`. */
export interface MediaDescribed {
  readonly type: "media.described";
  readonly contact: string;
  readonly epoch: number;
  readonly session: string;
  readonly to: string;
  readonly kind: "answer" | "offer";
  readonly sdp: string;
}

/** The other side's ICE candidate, for the page that is `to`. */
export interface MediaCandidateFound {
  readonly type: "media.candidate_found";
  readonly contact: string;
  readonly epoch: number;
  readonly session: string;
  readonly to: string;
  readonly candidate: string;
  readonly mid: string | null;
  readonly line: number | null;
}

/** Everything the service may send. */
export type ServerMessage =
  | Welcome
  | Busy
  | Pong
  | Done
  | RefusedMessage
  | ContactState
  | ContactCard
  | ContactGone
  | ChatAdded
  | ChatTypingNow
  | LinePlace
  | LineState
  | DutyState
  | ColleaguesAble
  | NoteKept
  | MediaReadyNow
  | MediaDescribed
  | MediaCandidateFound;

// Over HTTP ---------------------------------------------------------------------------------------

/**
 * A person asks for help. `key` is made by the page; the same key never opens two contacts.
 * `protected`: whose identity is protected meets only nurses who may know it.
 */
export interface OpenContact {
  /** Matches ^[0-9A-Za-z_-]{8,64}$(?!\n). */
  readonly key: string;
  /** Matches ^[0-9]{2}$(?!\n). */
  readonly region: string;
  readonly concerns: Concerns;
  /** At most 60 characters. */
  readonly called?: string;
  /** At least 0; at most 125. */
  readonly age?: number | null;
  /** Matches ^[a-z]{2,3}$(?!\n). */
  readonly language: string;
  readonly interpreter: boolean;
  readonly channel: Channel;
  /** At most 2000 characters. */
  readonly story: string;
  /** At most 40 characters. */
  readonly consent: string;
  readonly competence?: Competence;
  readonly protected?: boolean;
}

/** The contact exists and has its place. `already` says that it was open before. */
export interface ContactOpened {
  readonly contact: string;
  readonly already: boolean;
  readonly view: PatientView;
}

/** Who this browser is. A patient's `contact` is the open one, else the last. */
export interface Me {
  readonly role: Role | null;
  readonly contact: string | null;
  readonly nurse: Nurse | null;
  readonly expires: number | null;
}

/**
 * A region to choose, and how its line is right now. `nurses` counts those on duty. `competences`:
 * what somebody on duty knows more about. `hidden_number`: its nurses call from a number that is
 * not shown. `pauses`: parts of its line that take nobody new. `elsewhere`: where to turn when
 * nobody can, in the region's words.
 */
export interface RegionItem {
  readonly code: string;
  readonly name: string;
  readonly waiting: number;
  readonly nurses: number;
  readonly competences: readonly Competence[];
  readonly hidden_number: boolean;
  readonly pauses: readonly PauseView[];
  readonly elsewhere: readonly Words[];
}

/**
 * What the start page needs: regions, the version of the information text, demo or not. `push_key`
 * is the key browsers are asked to be reached with, empty without Web Push; `texts` says whether
 * text messages can be asked for, `network_test` whether networks can be measured.
 */
export interface Catalogue {
  readonly regions: readonly RegionItem[];
  readonly consent: string;
  readonly demo: boolean;
  readonly channels: readonly Channel[];
  readonly push_key: string;
  readonly texts: boolean;
  readonly network_test: boolean;
}

/** A demo identity that can be signed in with, in demo mode only. */
export interface DemoNurse {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly region: string;
  readonly languages: readonly string[];
}

/** The demo identities. */
export interface DemoNurses {
  readonly nurses: readonly DemoNurse[];
}

/** Sign in as a demo nurse. */
export interface SignInDemo {
  /** At most 40 characters. */
  readonly nurse: string;
}

/** Where a photo comes from, and a key made by the page: the same key is the same photo. */
export interface PhotoQuery {
  readonly how: HowPhoto;
  /** Matches ^[0-9A-Za-z_-]{8,64}$(?!\n). */
  readonly key: string;
}

/** The photo arrived whole and is being cleaned; the contact tells how it goes. */
export interface PhotoAccepted {
  readonly photo: string;
  readonly how: HowPhoto;
}

/** One entry of RTCConfiguration.iceServers. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** ICE servers for one contact. Credentials end at `expires` (milliseconds). */
export interface IceServers {
  readonly servers: readonly IceServer[];
  readonly policy: "all" | "relay";
  readonly expires: number;
}

/** An SDP offer of one data channel, whose messages come back. */
export interface EchoOffer {
  /** At most 12000 characters. */
  readonly sdp: string;
}

/** The answer, candidates included. */
export interface EchoAnswer {
  readonly sdp: string;
}

/** A one-use code with which another device takes over the same contact. */
export interface MoveCode {
  readonly code: string;
  readonly expires: number;
}

/** Use a code from the other device. */
export interface RedeemMove {
  /** At most 20 characters. */
  readonly code: string;
}

/** Which region. */
export interface ForecastScoreQuery {
  /** Matches ^[0-9]{2}$(?!\n). */
  readonly region: string;
}

/**
 * How well the waits told in a region held: those told between `since` and `until`. `aim`: the
 * share that should fall inside. `hours` are of the day, UTC.
 */
export interface ForecastScore {
  readonly region: string;
  readonly since: number;
  readonly until: number;
  readonly aim: number;
  readonly calibration: Calibration;
  readonly reliability: readonly Promise[];
  readonly hours: readonly Hour[];
}

/** Why a request was refused: a stable code, a sentence for the person, the field at fault. */
export interface Problem {
  readonly code: string;
  readonly text: string;
  readonly detail: string;
}

/** Whether the process lives (`/health`) or can serve (`/ready`), and what is missing. */
export interface Health {
  readonly ok: boolean;
  readonly missing: readonly string[];
}
