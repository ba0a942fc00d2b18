import type { CallView } from "../src/call/types";
import type { AdviceView, Catalogue, NurseCard, PatientView, PhotoView, PlaceView } from "../src/protocol/messages";
import { EMPTY_DRAFT, startOfPatientPage, type PatientPage } from "../src/state/patientPage";
import type { ChatLine } from "../src/state/types";
import { portrait } from "./portrait";

const ID = "0123456789abcdef0123456789abcdef";
const AT = new Date();
AT.setHours(14, 32, 0, 0);
const NOW = AT.getTime();

const NAMES =
  "01 Region Stockholm|03 Region Uppsala|04 Region Sörmland|05 Region Östergötland|06 Region Jönköpings län|" +
  "07 Region Kronoberg|08 Region Kalmar län|09 Region Gotland|10 Region Blekinge|12 Region Skåne|13 Region Halland|" +
  "14 Västra Götalandsregionen|17 Region Värmland|18 Region Örebro län|19 Region Västmanland|20 Region Dalarna|" +
  "21 Region Gävleborg|22 Region Västernorrland|23 Region Jämtland Härjedalen|24 Region Västerbotten|25 Region Norrbotten";

const catalogue: Catalogue = {
  regions: NAMES.split("|").map((row) => ({
    code: row.slice(0, 2),
    name: row.slice(3),
    waiting: row.startsWith("12") ? 2 : 0,
    nurses: row.startsWith("12") ? 3 : 0,
    competences: ["child", "skin"],
    hidden_number: row.startsWith("12"),
    pauses: [],
    elsewhere: [],
  })),
  consent: "2026-11-1",
  demo: false,
  channels: ["video", "chat"],
  push_key: "BKey",
  texts: true,
  network_test: true,
};

const nurse: NurseCard = { id: "n", name: "Karin Ahl", title: "Sjuksköterska", region: "12" };

const contact: PatientView = {
  contact: ID,
  version: 3,
  phase: "waiting",
  channel: "video",
  region: "12",
  concerns: "me",
  called: "Maja",
  language: "sv",
  interpreter: false,
  story: "Rodnad på höger underben sedan i går. Den växer och gör ont när jag går.",
  epoch: 1,
  opened_at: NOW,
  nurse: null,
  peer_present: false,
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

const photo = (id: string, patch: Partial<PhotoView> = {}): PhotoView => ({
  id,
  by: "patient",
  how: "camera",
  at: NOW,
  status: "ready",
  width: 2048,
  height: 1536,
  fault: null,
  ...patch,
});

const place = (patch: Partial<PlaceView> = {}): PlaceView => ({
  contact: ID,
  place: 3,
  before_urgent: 1,
  before_earlier: 1,
  nurses: 2,
  forecast: { low: 10, high: 20 },
  told_at: NOW,
  held: 81,
  paused: null,
  elsewhere: [],
  ...patch,
});

const line = (key: string, mine: boolean, text: string, patch: Partial<ChatLine> = {}): ChatLine => ({
  key,
  version: 4,
  by: mine ? "patient" : "nurse",
  mine,
  name: mine ? "" : "Karin Ahl",
  text,
  at: NOW,
  status: mine ? "read" : "sent",
  problem: null,
  ...patch,
});

const talk: readonly ChatLine[] = [
  line("a", false, "Hej Maja! Jag har läst det du skrev. När märkte du rodnaden?"),
  line("b", true, "I går kväll. Den är större nu på morgonen."),
  line("c", false, "Ta gärna en närbild i dagsljus, med ett mynt bredvid."),
];

const advice: AdviceView = {
  urgency: "P3",
  care_level: "PRIMARY_CARE_SAME_DAY",
  advice:
    "Låt en läkare titta på benet i dag. Ring vårdcentralen när du har läst det här och säg att sjuksköterskan har bedömt bilderna.\n\nTill dess: vila med benet högt och rita en linje runt rodnaden med penna.",
  seek_again: "– rodnaden växer utanför linjen\n– du får feber eller frossa\n– du får mycket mer ont",
  language: "sv",
  nurse,
  at: NOW,
};

const levels = { at: 0 };
/** The camera is on and hears a voice. */
const cameraOn = (): Partial<CallView> => ({
  camera: "on",
  microphone: "on",
  local: portrait("#5f8a86", "#8a4f25", "#e9bd97", "#d4d0c2"),
  state: "preparing",
  canSwitch: true,
  devices: {
    cameras: [
      { id: "c1", label: "Framsidans kamera" },
      { id: "c2", label: "Baksidans kamera" },
    ],
    microphones: [{ id: "m1", label: "Inbyggd mikrofon" }],
    speakers: [],
  },
  chosen: { camera: "c1", microphone: "m1", speaker: null },
  level: () => 0.45 + 0.15 * Math.sin((levels.at += 0.4)),
});

const inCall = (): Partial<CallView> => ({
  ...cameraOn(),
  remote: portrait("#0b7a80", "#2d2420", "#c98a63", "#b9c0bb"),
  state: "connected",
});

interface Patch extends Omit<Partial<PatientPage>, "contact" | "call" | "draft"> {
  contact?: Partial<PatientView>;
  call?: Partial<CallView>;
  draft?: Partial<PatientPage["draft"]>;
}

const page = ({ contact: ownContact, call, draft, ...rest }: Patch): PatientPage => {
  const start = startOfPatientPage("sv", NOW);
  return {
    ...start,
    step: "form",
    catalogue,
    connection: { status: "online", since: NOW, why: null },
    ...rest,
    draft: { ...EMPTY_DRAFT, ...draft },
    call: { ...start.call, ...call },
    contact: ownContact ? { ...contact, ...ownContact } : null,
  };
};

const filled = {
  region: "12",
  concerns: "me",
  called: "Maja",
  age: 34,
  story: contact.story,
} as const;

const live = (patch: Patch): PatientPage => page({ step: "live", ...patch });
const meeting = { phase: "talking", nurse, peer_present: true, epoch: 2 } as const;

const svgUrl = "/dev/rash.svg";

/** Every state the page can be in, each made anew when it is asked for. */
export const STATES: Readonly<Record<string, () => PatientPage>> = {
  loading: () => page({ step: "loading", catalogue: null }),
  down: () => page({ step: "loading", catalogue: null, problem: { code: "page.offline", text: "", detail: "" } }),
  form: () => page({}),
  "form-demo": () => page({ catalogue: { ...catalogue, demo: true } }),
  "form-filled": () =>
    page({
      draft: filled,
      uploads: [
        { key: "u1", name: "IMG_0412.jpg", how: "camera", bytes: 100, sent: 0, status: "waiting", error: null, thumbUrl: svgUrl },
      ],
    }),
  "form-nobody": () => page({ draft: { ...filled, region: "25" } }),
  consent: () => page({ step: "consent", draft: filled }),
  "waiting-start": () => live({ contact: {}, place: place() }),
  "waiting-asking": () => live({ contact: {}, place: place(), call: { camera: "asking", microphone: "asking" } }),
  "waiting-video": () =>
    live({
      contact: { photos: [photo("p1"), photo("p2", { status: "cleaning" })] },
      place: place(),
      call: cameraOn(),
      chat: [line("a", true, "Det gör mer ont nu.", { status: "sent" })],
      uploads: [
        { key: "u1", name: "IMG_0413.jpg", how: "camera", bytes: 100, sent: 64, status: "sending", error: null, thumbUrl: svgUrl },
        {
          key: "u2",
          name: "ett mycket långt filnamn som inte får plats.heic",
          how: "gallery",
          bytes: 100,
          sent: 20,
          status: "failed",
          error: { code: "photo.cut_short", text: "Bara en del av bilden kom fram. Försök skicka den igen." },
          thumbUrl: "",
        },
      ],
    }),
  "waiting-next": () =>
    live({
      contact: {},
      place: place({ place: 1, before_urgent: 0, before_earlier: 0, forecast: { low: 0, high: 5 } }),
      call: cameraOn(),
    }),
  "waiting-nobody": () => live({ contact: { channel: "chat" }, place: place({ nurses: 0, forecast: null }) }),
  "waiting-denied": () => live({ contact: {}, place: place(), call: { camera: "denied", microphone: "denied" } }),
  "waiting-missing": () => live({ contact: {}, place: place(), call: { camera: "missing", microphone: "on" } }),
  "waiting-insecure": () => live({ contact: {}, place: place(), call: { camera: "insecure", microphone: "insecure" } }),
  "waiting-silent": () => live({ contact: {}, place: place(), call: { microphone: "denied" } }),
  "waiting-busy": () => live({ contact: {}, place: place(), call: { camera: "busy" } }),
  "waiting-told": () =>
    live({
      contact: { told: "nurse_lost" },
      place: place({ place: 1, before_urgent: 0, before_earlier: 0 }),
      call: cameraOn(),
    }),
  "waiting-offline": () =>
    live({ contact: {}, place: place(), call: cameraOn(), connection: { status: "offline", since: NOW, why: null } }),
  "waiting-refused": () =>
    live({ contact: {}, place: place(), connection: { status: "refused", since: NOW, why: "too_many_pages" } }),
  "waiting-check": () => live({ contact: { next_check: NOW - 3_600_000, channel: "chat" }, place: place() }),
  "waiting-worse": () =>
    live({ contact: { worse_at: NOW, channel: "chat" }, place: place({ place: 2, before_urgent: 0 }) }),
  "waiting-flag": () =>
    live({
      contact: { worse_at: NOW, red_flags: ["chest"], channel: "chat" },
      place: place({ place: 1, before_urgent: 0, before_earlier: 0, forecast: { low: 0, high: 5 } }),
    }),
  "waiting-call": () =>
    live({ contact: { callback: { ends: "05", at: null, until: null, tries: 0, most: 3 } }, place: place(), push: "off" }),
  scheduled: () =>
    live({
      contact: {
        phase: "scheduled",
        callback: { ends: "05", at: NOW + 7_200_000, until: NOW + 10_800_000, tries: 0, most: 3 },
      },
    }),
  "scheduled-again": () =>
    live({
      contact: {
        phase: "scheduled",
        told: "no_answer",
        callback: { ends: "05", at: NOW + 900_000, until: NOW + 4_500_000, tries: 1, most: 3 },
      },
    }),
  calling: () =>
    live({
      contact: {
        ...meeting,
        phase: "calling",
        callback: { ends: "05", at: null, until: null, tries: 0, most: 3 },
      },
      chat: talk,
    }),
  unreached: () => live({ contact: { ...meeting, phase: "wrapping_up", unreached: true }, chat: talk }),
  offered: () => live({ contact: { phase: "offered" }, place: place({ place: 1 }), call: cameraOn() }),
  joining: () =>
    live({ contact: { ...meeting, phase: "joining" }, call: { ...cameraOn(), state: "connecting" } }),
  talking: () => live({ contact: meeting, call: inCall(), chat: talk, unread: 1 }),
  "talking-muted": () => live({ contact: meeting, call: { ...inCall(), muted: true, cameraOff: true }, chat: talk }),
  "talking-reconnecting": () => live({ contact: meeting, call: { ...inCall(), state: "reconnecting" }, chat: talk }),
  "talking-failed": () => live({ contact: meeting, call: { ...inCall(), state: "failed" }, chat: talk }),
  "talking-proposal": () =>
    live({ contact: { ...meeting, proposal: "chat" }, call: inCall(), chat: talk }),
  "talking-problem": () =>
    live({
      contact: meeting,
      call: inCall(),
      problem: { code: "contact.not_allowed_now", text: "Det går inte att göra just nu.", detail: "" },
    }),
  chat: () =>
    live({
      contact: { ...meeting, channel: "chat", photos: [photo("p1")] },
      typing: true,
      chat: [...talk, line("d", true, "Här kommer den", { status: "read" }), line("e", true, "Ser du?", { status: "failed" })],
    }),
  "chat-proposal": () => live({ contact: { ...meeting, channel: "chat", proposal: "video" }, chat: talk }),
  "interrupted-nurse": () =>
    live({
      contact: { ...meeting, phase: "interrupted", peer_present: false },
      call: { ...inCall(), state: "reconnecting" },
      chat: talk,
    }),
  "interrupted-self": () =>
    live({
      contact: meeting,
      call: { ...inCall(), state: "reconnecting" },
      connection: { status: "offline", since: NOW, why: null },
      chat: talk,
    }),
  "interrupted-chat": () =>
    live({ contact: { ...meeting, channel: "chat", phase: "interrupted", peer_present: false }, chat: talk }),
  wrapping: () => live({ contact: { ...meeting, phase: "wrapping_up" }, chat: talk }),
  after: () => live({ contact: { ...meeting, phase: "ended", ended: "signed", advice }, chat: talk }),
  "after-ambulance": () =>
    live({
      contact: {
        ...meeting,
        phase: "ended",
        ended: "signed",
        surveyed: true,
        concerns: "my_child",
        called: "Elsa",
        advice: { ...advice, urgency: "P1", care_level: "AMBULANCE_112", advice: "Ring 112 nu. Stanna hos Elsa.", seek_again: "" },
      },
    }),
  "after-self-care": () =>
    live({
      contact: {
        ...meeting,
        phase: "ended",
        ended: "signed",
        called: "",
        advice: { ...advice, urgency: "P5", care_level: "SELF_CARE", advice: "Vila och drick.", seek_again: "" },
      },
    }),
  "ended-left": () => live({ contact: { phase: "ended", ended: "patient_left" } }),
  "ended-abandoned": () => live({ contact: { phase: "ended", ended: "abandoned" } }),
};
