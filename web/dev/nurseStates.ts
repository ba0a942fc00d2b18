/** Every state of the console. The people and what they write are invented. */
import { NO_CALL, type CallView } from "../src/call/types";
import type { ForecastScore, LineRow, Nurse, NurseView, PhotoView } from "../src/protocol/messages";
import { EMPTY_NOTE, startOfNursePage, type NurseContact, type NursePage } from "../src/state/nursePage";
import type { ChatLine } from "../src/state/types";
import { NURSE, PATIENT, somebody } from "./pictures";

const MINUTE = 60_000;
const now = Date.now();

const nurse: Nurse = {
  id: "demo-karin",
  name: "Karin Ahl",
  title: "Sjuksköterska",
  region: "06",
  regions: ["06", "05"],
  languages: ["sv", "en"],
  channels: ["video", "chat"],
  competences: ["child"],
  protected: false,
  chats: 1,
};

const id = (n: number): string => String(n).padStart(32, "0");

function row(n: number, patch: Partial<LineRow>): LineRow {
  return {
    contact: id(n),
    region: "06",
    concerns: "me",
    called: "",
    age: null,
    story: "",
    urgency: null,
    reason: "turn",
    why: {
      urgency: patch.urgency ?? null,
      language: null,
      competence: patch.competence ?? "general",
      protected: patch.protected ?? false,
      named: false,
    },
    arrived_at: now,
    channel: "video",
    language: "sv",
    interpreter: false,
    competence: "general",
    protected: false,
    hidden: false,
    unserved: false,
    photos: 0,
    away: false,
    mine: true,
    callback: false,
    red_flags: [],
    worse: false,
    handed_by: null,
    handed_reason: "",
    ...patch,
  };
}

const rows: LineRow[] = [
  row(1, {
    called: "Yusuf",
    age: 58,
    urgency: "P1",
    reason: "immediate",
    arrived_at: now - MINUTE,
    language: "ar",
    interpreter: true,
    story: "ضغط على الصدر منذ ساعة، ويمتد إلى الذراع اليسرى. أشعر بضيق في التنفس.",
  }),
  row(2, {
    called: "Elin",
    age: 8,
    concerns: "my_child",
    reason: "ahead",
    arrived_at: now - 12 * MINUTE,
    photos: 1,
    competence: "child",
    story: "Feber sedan i natt, 39,6. Dricker dåligt och är trött. Hade en sjuksköterska men samtalet bröts.",
  }),
  row(3, {
    called: "Siv",
    age: 81,
    urgency: "P2",
    arrived_at: now - 6 * MINUTE,
    story: "Yr sedan i morse, ramlade nästan i köket. Tar blodtrycksmedicin.",
  }),
  row(4, {
    called: "Erik",
    age: 29,
    arrived_at: now - 19 * MINUTE,
    channel: "chat",
    language: "en",
    photos: 2,
    story: "A rash on my arm that came two days ago. It itches and has spread a little since yesterday evening.",
  }),
  row(5, {
    called: "Leila",
    age: 45,
    urgency: "P3",
    arrived_at: now - 12 * MINUTE,
    channel: "chat",
    away: true,
    story: "Ont vid kissning sedan i går, ingen feber.",
  }),
  row(6, {
    called: "Bo",
    age: 62,
    urgency: "P4",
    arrived_at: now - 67 * MINUTE,
    language: "fi",
    mine: false,
    unserved: true,
    why: { urgency: "P4", language: "fi", competence: "general", protected: false, named: false },
    story: "Selkä kipeytyi nostossa, olisiko syytä mennä lääkäriin?",
  }),
  row(7, { arrived_at: now - 4 * MINUTE, channel: "chat", mine: false, protected: true, hidden: true }),
];

function photo(name: string, patch: Partial<PhotoView>): PhotoView {
  return {
    id: name,
    by: "patient",
    how: "camera",
    at: now - 6 * MINUTE,
    status: "ready",
    width: 2048,
    height: 1536,
    fault: null,
    ...patch,
  };
}

const photos: PhotoView[] = [
  photo("overview", { at: now - 17 * MINUTE, how: "gallery" }),
  photo("close", { at: now - 6 * MINUTE }),
  photo("dark", { at: now - 4 * MINUTE, width: 1152, height: 2048 }),
];

const morePhotos: PhotoView[] = [
  ...photos.slice(0, 2),
  photo("coming", { status: "cleaning", width: 0, height: 0, at: now - MINUTE }),
  photo("wrong", { status: "rejected", fault: "photo.not_an_image", width: 0, height: 0, at: now - 2 * MINUTE }),
];

let lines = 0;
function line(mine: boolean, text: string, minutes: number, patch: Partial<ChatLine> = {}): ChatLine {
  lines += 1;
  return {
    key: `line-${String(lines)}`,
    version: lines,
    by: mine ? "nurse" : "patient",
    mine,
    name: mine ? "Karin Ahl" : "Maja",
    text,
    at: now - minutes * MINUTE,
    status: mine ? "read" : "sent",
    problem: null,
    ...patch,
  };
}

const chat: ChatLine[] = [
  line(false, "Blev biten för fem dagar sedan. Nu röd ring på smalbenet.", 9),
  line(true, "Hej! Jag heter Karin och är sjuksköterska. Har ringen vuxit?", 8),
  line(false, "Ja, sedan i går. Den är varm.", 8),
  line(true, "Ta gärna en bild till, med ett mynt bredvid.", 6),
  line(false, "Nu har jag skickat den.", 5),
];

const STORY =
  "Rött runt ett bett på benet. Det blir större och är varmt. Jag blev biten i skogen för fem dagar sedan och såg ringen i går kväll. Jag har ingen feber men känner mig lite hängig. Vill veta om jag ska söka i dag eller om det kan vänta till i morgon.";

function view(patch: Partial<NurseView> = {}): NurseView {
  return {
    contact: id(20),
    version: 30,
    phase: "talking",
    channel: "video",
    region: "06",
    concerns: "me",
    called: "Maja Lindqvist",
    age: 34,
    language: "sv",
    interpreter: false,
    competence: "general",
    protected: false,
    story: STORY,
    consent: "2026-11-01",
    epoch: 3,
    opened_at: now - 24 * MINUTE,
    arrived_at: now - 24 * MINUTE,
    urgency: "P3",
    reason: "turn",
    why: { urgency: "P3", language: null, competence: "general", protected: false, named: false },
    waited: 16 * MINUTE,
    told: null,
    peer_present: true,
    proposal: null,
    declined_channel: null,
    photos,
    own_read: 0,
    peer_read: 0,
    overdue: false,
    offer_until: null,
    ended: null,
    callback: null,
    unreached: false,
    red_flags: [],
    worse: [],
    handover: null,
    network: { verdict: "unsteady", round_trip: 180, loss: 4, rate: 420, relays: ["tcp", "tls"] },
    ...patch,
  };
}

function contact(patch: Partial<NurseView> = {}, more: Partial<NurseContact> = {}): NurseContact {
  return {
    view: view(patch),
    chat,
    unread: 0,
    seenUpto: 0,
    typing: false,
    draft: EMPTY_NOTE,
    draftStatus: "saved",
    ...more,
  };
}

const halfNote = {
  ...EMPTY_NOTE,
  urgency: "P3" as const,
  note: {
    situation: "Växande rodnad höger underben sedan 1 dygn.",
    background: "Insektsbett för 5 dagar sedan. Allergisk mot penicillin.",
    assessment: "Rodnad cirka 6 cm, varm, ingen feber. Opåverkad.",
    recommendation: "",
  },
};

const wholeNote = {
  ...halfNote,
  care_level: "PRIMARY_CARE_SAME_DAY" as const,
  note: { ...halfNote.note, recommendation: "Läkarbedömning på vårdcentral i dag." },
  advice: "Ring din vårdcentral i dag och säg att du blivit rådd att få en tid samma dag. Rita runt rodnaden med en penna.",
  seek_again: "du får feber eller frossa, eller om rodnaden växer snabbt.",
};

const onCall = (patch: Partial<CallView> = {}): CallView => ({
  ...NO_CALL,
  camera: "on",
  microphone: "on",
  local: somebody(NURSE),
  remote: somebody(PATIENT),
  state: "connected",
  level: () => 0.35 + 0.3 * Math.sin(performance.now() / 300),
  devices: {
    cameras: [
      { id: "a", label: "Inbyggd kamera" },
      { id: "b", label: "Extern kamera" },
    ],
    microphones: [
      { id: "a", label: "Inbyggd mikrofon" },
      { id: "b", label: "Headset" },
    ],
    speakers: [],
  },
  chosen: { camera: "b", microphone: "b", speaker: null },
  ...patch,
});

const share = (of: number, part: number) => ({ of, share: part, low: part - 0.02, high: part + 0.02 });

const score: ForecastScore = {
  region: "12",
  since: now - 7 * 24 * 60 * MINUTE,
  until: now,
  aim: 0.8,
  calibration: {
    told: 900,
    open: 40,
    inside: share(860, 0.81),
    below: share(860, 0.08),
    above: share(860, 0.11),
  },
  reliability: [],
  hours: [],
};

function page(patch: Partial<NursePage> = {}): NursePage {
  return {
    ...startOfNursePage("sv", now),
    ready: true,
    me: { role: "nurse", contact: null, nurse, expires: now + 480 * MINUTE },
    demoNurses: demo,
    connection: { status: "online", since: now, why: null },
    duty: { on: true, offers: false, since: now - 60 * MINUTE, colleagues: 4, available: true, offering: [], pauses: [] },
    line: { rows, total: rows.length },
    score,
    ...patch,
  };
}

const demo = [
  { id: "demo-karin", name: "Karin Ahl", title: "Sjuksköterska", region: "06", languages: ["sv", "en"] },
  { id: "demo-omar", name: "Omar Haddad", title: "Sjuksköterska", region: "01", languages: ["sv", "ar", "en"] },
  { id: "demo-aino", name: "Aino Lahti", title: "Specialistsjuksköterska", region: "25", languages: ["sv", "fi"] },
];

function holding(one: NurseContact, patch: Partial<NursePage> = {}): NursePage {
  return page({ contacts: { [one.view.contact]: one }, current: one.view.contact, ...patch });
}

const out = { me: { role: null, contact: null, nurse: null, expires: null } };

const offered = (patch: Partial<NurseView> = {}): NurseContact =>
  contact({
    contact: id(2),
    phase: "offered",
    called: "Elin",
    age: 8,
    concerns: "my_child",
    urgency: null,
    reason: "ahead",
    told: "nurse_lost",
    arrived_at: now - 12 * MINUTE,
    story: rows[1]?.story ?? "",
    photos: photos.slice(0, 1),
    offer_until: Date.now() + 24_000,
    ...patch,
  });

export const STATES: Readonly<Record<string, () => NursePage>> = {
  "sign-in": () => page(out),
  "sign-in-missing": () => page({ ...out, demoNurses: [] }),
  "sign-in-problem": () => page({ ...out, problem: { code: "service.unavailable", text: "Det togs inte emot.", detail: "" } }),
  "off-duty": () => page({ duty: { on: false, offers: false, since: null, colleagues: 3, available: true, offering: [], pauses: [] }, line: { rows: [], total: 0 } }),
  line: () => page({ call: onCall({ remote: null, state: "preparing" }) }),
  "line-empty": () => page({ score: null, line: { rows: [], total: 0 }, call: onCall({ remote: null }) }),
  "line-unsigned": () => {
    const one = contact({ phase: "wrapping_up", overdue: true });
    return page({ contacts: { [one.view.contact]: one }, call: { ...NO_CALL, camera: "denied" } });
  },
  offer: () => page({ contacts: { [id(2)]: offered() }, offer: id(2), duty: { on: true, offers: true, since: now, colleagues: 1, available: true, offering: [], pauses: [] } }),
  "offer-over-note": () => {
    const one = contact({ phase: "wrapping_up" }, { draft: halfNote });
    return page({ contacts: { [id(2)]: offered(), [one.view.contact]: one }, current: one.view.contact, offer: id(2) });
  },
  joining: () =>
    holding(contact({ phase: "joining", peer_present: false }, { chat: [] }), {
      call: onCall({ remote: null, state: "preparing" }),
    }),
  video: () => holding(contact({}, { draft: halfNote, typing: true }), { call: onCall() }),
  "video-ready": () => holding(contact({}, { draft: wholeNote }), { call: onCall({ muted: true }) }),
  reconnecting: () =>
    holding(contact({ photos: morePhotos }, { draft: halfNote, draftStatus: "unsaved" }), {
      call: onCall({ state: "reconnecting", cameraOff: true }),
      connection: { status: "offline", since: now, why: null },
    }),
  interrupted: () =>
    holding(contact({ phase: "interrupted", peer_present: false, photos: [] }), { call: onCall({ state: "reconnecting" }) }),
  chat: () =>
    holding(
      contact(
        { channel: "chat", called: "Nour", language: "ar", interpreter: true, concerns: "my_child", age: 3, urgency: null },
        {
          chat: [
            ...chat.slice(0, 2),
            line(false, "عمره ثلاث سنوات ولديه حرارة منذ الأمس", 4, { name: "Nour" }),
            line(true, "Det här skickas nu.", 0, { status: "sending", version: null }),
            line(true, "Det här kom inte fram.", 0, { status: "failed", version: null }),
          ],
          draft: { ...halfNote, advice: "Ge barnet ofta att dricka." },
          unread: 0,
        },
      ),
    ),
  "call-back": () =>
    holding(
      contact({
        phase: "calling",
        peer_present: false,
        urgency: "P1",
        reason: "immediate",
        callback: { number: "+46701740605", tries: 1, most: 3, again: 900_000 },
        red_flags: ["chest"],
        worse: [
          { at: now - 1_200_000, flags: [], words: "Det gör mer ont nu." },
          { at: now - 300_000, flags: ["chest"], words: "" },
        ],
      }),
    ),
  unreached: () =>
    holding(
      contact({
        phase: "wrapping_up",
        peer_present: false,
        unreached: true,
        callback: { number: "+46701740605", tries: 3, most: 3, again: 900_000 },
      }),
    ),
  "chat-asked": () => holding(contact({ channel: "chat", proposal: "video", told: "nurse_sent_back" })),
  "chat-declined": () => holding(contact({ channel: "chat", declined_channel: "video", photos: morePhotos })),
  "wrapping-up": () => holding(contact({ phase: "wrapping_up", peer_present: false }, { draft: wholeNote })),
  signed: () =>
    page({
      gone: [{ contact: id(20), called: "Maja Lindqvist", why: "ended", at: now }],
      call: onCall({ remote: null, state: "preparing" }),
    }),
  lost: () => page({ gone: [{ contact: id(20), called: "Maja Lindqvist", why: "lost", at: now }] }),
  problem: () =>
    page({ problem: { code: "contact.taken", text: "En kollega har redan tagit det här ärendet.", detail: "" } }),
  refused: () => page({ connection: { status: "refused", since: now, why: "too_many_pages" } }),
};
