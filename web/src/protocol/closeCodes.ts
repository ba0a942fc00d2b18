// Generated from signaling/protocol by `python -m signaling generate`. Do not edit.

/** What the browser does after the close. */
export type ComeBack = "now" | "later" | "never";

/** Why a socket was closed, and whether to come back. */
export interface CloseCode {
  readonly name: string;
  readonly comeBack: ComeBack;
  readonly meaning: string;
}

/** By the code of the CloseEvent; a code that is not here means: come back later. */
export const CLOSE_CODES: Readonly<Record<number, CloseCode>> = {
  1001: {
    name: "going_away",
    comeBack: "now",
    meaning: "the service is restarting",
  },
  1007: {
    name: "not_text",
    comeBack: "later",
    meaning: "a frame was not valid UTF-8 text",
  },
  1009: {
    name: "too_large",
    comeBack: "later",
    meaning: "a frame was over 16 KB",
  },
  1011: {
    name: "internal",
    comeBack: "later",
    meaning: "something went wrong in the service",
  },
  1012: {
    name: "restart",
    comeBack: "now",
    meaning: "the web server is restarting",
  },
  1013: {
    name: "unavailable",
    comeBack: "later",
    meaning: "the records cannot be reached",
  },
  4000: {
    name: "no_hello",
    comeBack: "later",
    meaning: "the first message was not hello",
  },
  4001: {
    name: "old_protocol",
    comeBack: "never",
    meaning: "reload the page",
  },
  4002: {
    name: "sign_in",
    comeBack: "never",
    meaning: "there is no valid session",
  },
  4003: {
    name: "wrong_origin",
    comeBack: "never",
    meaning: "a page of another site",
  },
  4004: {
    name: "malformed",
    comeBack: "later",
    meaning: "too many malformed messages",
  },
  4005: {
    name: "too_fast",
    comeBack: "later",
    meaning: "too many messages a second",
  },
  4006: {
    name: "slow_reader",
    comeBack: "now",
    meaning: "messages piled up unread",
  },
  4007: {
    name: "lease_lost",
    comeBack: "now",
    meaning: "this process lost its lease",
  },
  4008: {
    name: "too_many_pages",
    comeBack: "never",
    meaning: "too many pages are open",
  },
  4009: {
    name: "signed_out",
    comeBack: "never",
    meaning: "the session was ended",
  },
  4010: {
    name: "busy",
    comeBack: "later",
    meaning: "too many come at once; `busy` said when there is room",
  },
};
