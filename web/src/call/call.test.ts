import { beforeEach, describe, expect, test } from "vitest";
import { FakeRandom, FakeTime } from "../platform/fakeWorld";
import type { ClientMessage } from "../protocol/messages";
import { Call, type CallTarget, type MediaNews } from "./call";
import { FakeNetwork, type FakeConnection } from "./fakePeer";
import { NO_CALL, type CallView } from "./types";

type MediaMessage = Extract<ClientMessage, { type: `media.${string}` }>;
type Side = "nurse" | "patient";

const CONTACT = "c".repeat(32);
const OPEN: CallTarget = { contact: CONTACT, epoch: 1, open: true, present: true };
const WAITING: CallTarget = { contact: CONTACT, epoch: 0, open: false, present: false };
const WARM: CallTarget = { contact: null, epoch: 0, open: false, present: false };

/** A page of one side, with its call. */
class Person {
  readonly side: Side;
  readonly call: Call;
  view: CallView = NO_CALL;
  /** How often offer and answer have been exchanged. */
  agreed = 0;
  /** Whether its socket is up. */
  connected = true;

  constructor(side: Side, seed: number) {
    this.side = side;
    const world = {
      clock: time,
      timers: time,
      random: new FakeRandom(seed),
      media: network.media(),
    };
    this.call = new Call(world, side === "patient", {
      send: (message) => {
        if (!this.connected) return;
        said.push(message);
        if (!lose(message)) for (const other of people) if (other.hears(this)) other.hear(message);
      },
      ice: () => Promise.resolve({ servers: [], policy: "all", expires: 10 ** 9 }),
      now: () => 0,
      changed: (view) => {
        this.view = view;
      },
      agreed: () => {
        this.agreed += 1;
      },
    });
    people.push(this);
  }

  hears(other: Person): boolean {
    return this.connected && this.side !== other.side;
  }

  /** What the service makes of a message for the other side, a moment later. */
  hear(message: MediaMessage): void {
    time.after(10, () => {
      const { type, ...content } = message;
      const tag = {
        "media.ready": "media.ready_now",
        "media.description": "media.described",
        "media.candidate": "media.candidate_found",
      }[type];
      this.call.receive({ ...content, type: tag } as MediaNews);
    });
  }

  /** The page is closed: nothing of it is left. */
  leave(): void {
    people = people.filter((other) => other !== this);
    this.call.close();
  }
}

let time: FakeTime;
let network: FakeNetwork;
let people: Person[];
let said: MediaMessage[];
let lose: (message: MediaMessage) => boolean;
let nurse: Person;
let patient: Person;

const descriptions = (kind: string): MediaMessage[] =>
  said.filter((message) => message.type === "media.description" && message.kind === kind);
const living = (): FakeConnection[] =>
  network.connections.filter(({ signalingState }) => signalingState !== "closed");

beforeEach(async () => {
  time = new FakeTime();
  network = new FakeNetwork();
  people = [];
  said = [];
  lose = () => false;
  nurse = new Person("nurse", 0x1000_0000);
  patient = new Person("patient", 0x2000_0000);
  patient.call.follow(WAITING);
  nurse.call.follow(WARM);
  await patient.call.startCamera();
  await nurse.call.startCamera();
});

async function begin(): Promise<void> {
  nurse.call.follow(OPEN);
  patient.call.follow(OPEN);
  await time.pass(100);
}

async function expectCall(): Promise<void> {
  await time.pass(2_000);
  expect([nurse.view.state, patient.view.state]).toEqual(["connected", "connected"]);
  expect(living().map(({ signalingState }) => signalingState)).toEqual(["stable", "stable"]);
}

describe("meeting", () => {
  test("everything is ready before, and nothing is said before both have accepted", async () => {
    expect(patient.view.state).toBe("preparing");
    expect(living()).toHaveLength(2);
    await time.pass(60_000);
    patient.call.follow({ ...WAITING, epoch: 1 });
    nurse.call.follow({ ...OPEN, open: false });
    await time.pass(10_000);
    expect(new Set(said.map(({ type }) => type))).toEqual(new Set(["media.ready"]));
    expect(nurse.view.state).toBe("preparing");
  });

  test.each([
    ["the nurse hears first", () => begin()],
    [
      "the patient hears first",
      async () => {
        patient.call.follow(OPEN);
        await time.pass(200);
        nurse.call.follow(OPEN);
        await time.pass(100);
      },
    ],
  ])("one offer, one answer, on the connections made before: %s", async (_who, start) => {
    const before = living();
    await start();
    await expectCall();
    expect(descriptions("offer")).toHaveLength(1);
    expect(descriptions("answer")).toHaveLength(1);
    expect(living()).toEqual(before);
    for (const { lines } of living())
      expect(lines.map(({ sender }) => sender.track?.kind)).toEqual(["audio", "video"]);
    expect(nurse.view.remote?.getTracks()).toHaveLength(2);
  });

  test("each side is told once that offer and answer are exchanged", async () => {
    nurse.call.follow(OPEN);
    await time.pass(100);
    expect([nurse.agreed, patient.agreed]).toEqual([0, 0]);
    patient.call.follow(OPEN);
    await expectCall();
    expect([nurse.agreed, patient.agreed]).toEqual([1, 1]);
  });

  test("the first pictures are small, and grow once they have come through", async () => {
    const scales = (): (number | undefined)[] =>
      living().map(({ lines }) => lines.find(({ kind }) => kind === "video")?.sender.scale);
    await time.pass(60_000);
    expect(scales()).toEqual([4, 4]);
    await begin();
    expect(scales()).toEqual([4, 4]);
    await expectCall();
    expect(scales()).toEqual([1, 1]);
  });

  test("greetings that are lost are said again", async () => {
    let lost = 0;
    lose = () => (lost += 1) <= 2;
    await begin();
    await time.pass(4_000);
    await expectCall();
  });

  test("who comes last hears of the other at once", async () => {
    patient.call.follow(OPEN);
    await time.pass(200);
    nurse.call.follow(OPEN);
    await time.pass(0);
    expect(descriptions("offer")).toHaveLength(1);
  });

  test("a person without camera still receives, and may add one later", async () => {
    patient.leave();
    patient = new Person("patient", 0x2000_0000);
    await begin();
    await expectCall();
    expect(patient.view.remote?.getTracks()).toHaveLength(2);
    const offers = descriptions("offer").length;
    await patient.call.startCamera();
    await time.pass(1_000);
    const [, line] = living()[1]?.lines ?? [];
    expect(line).toMatchObject({ direction: "sendrecv", sender: { track: { kind: "video" } } });
    expect(descriptions("offer")).toHaveLength(offers);
  });

  test("what was made ready while waiting is offered the moment both have accepted", async () => {
    await time.pass(1_000);
    const [announced] = said;
    expect(said).toHaveLength(1);
    expect(announced).toMatchObject({ type: "media.ready", contact: CONTACT, epoch: 0 });
    const [ahead] = living().filter(({ signalingState }) => signalingState === "have-local-offer");
    expect(living()).toHaveLength(2);
    said = [];
    lose = () => true;
    // The service says for the patient's page, in the new epoch, that it is ready.
    nurse.call.receive({ ...(announced as object), type: "media.ready_now", epoch: 1 } as MediaNews);
    expect(descriptions("offer")).toEqual([]);
    nurse.call.follow({ ...OPEN, present: false });
    expect(descriptions("offer")).toHaveLength(1);
    expect(descriptions("offer")[0]).toMatchObject({
      to: (announced as { session: string }).session,
      sdp: ahead?.localDescription?.sdp,
    });
  });

  test("an offer that went with the click is not sent again while it may be on its way", async () => {
    await time.pass(1_000);
    const { session } = said[0] as { session: string };
    const ahead = nurse.call.ahead();
    expect(ahead).not.toBeNull();
    const before = living();
    const ready = { type: "media.ready_now", contact: CONTACT, epoch: 1, session } as const;
    nurse.call.receive({ ...ready, early: true });
    nurse.call.follow({ ...OPEN, present: false });
    expect(descriptions("offer")).toEqual([]);
    // The patient has it a moment before it hears that both have accepted.
    const offer = { contact: CONTACT, epoch: 1, to: session, kind: "offer", ...ahead } as const;
    patient.call.receive({ type: "media.described", ...offer } as MediaNews);
    patient.call.follow(OPEN);
    await expectCall();
    expect(descriptions("answer")).toHaveLength(1);
    expect(descriptions("offer")).toEqual([]);
    expect(living()).toEqual(before);
  });

  test("an offer that went with the click and was lost is sent again", async () => {
    await time.pass(1_000);
    const { session } = said[0] as { session: string };
    nurse.call.ahead();
    const ready = { type: "media.ready_now", contact: CONTACT, epoch: 1, session } as const;
    nurse.call.receive({ ...ready, early: true });
    nurse.call.follow(OPEN);
    patient.call.follow(OPEN);
    await time.pass(1_000);
    expect(nurse.view.state).toBe("connecting");
    await expectCall();
  });

  test("an offer made ahead is made anew when the network may be another one", async () => {
    await time.pass(1_000);
    const before = living();
    nurse.call.online();
    patient.call.online();
    await time.pass(1_000);
    expect(living()).toHaveLength(2);
    expect(living().filter((connection) => before.includes(connection))).toHaveLength(1);
    // The service has forgotten who was ready with the old socket.
    expect(said.map(({ type }) => type)).toEqual(["media.ready", "media.ready"]);
    await begin();
    await expectCall();
  });

  test("ends with the meeting; the next one has a connection of its own", async () => {
    await begin();
    await expectCall();
    const before = living();
    patient.call.follow({ ...WAITING, epoch: 2 });
    nurse.call.follow(WARM);
    // The new one is made known ahead, for the next meeting.
    expect(said.at(-1)).toMatchObject({ type: "media.ready", epoch: 2 });
    expect(before.every(({ signalingState }) => signalingState === "closed")).toBe(true);
    said = [];
    await time.pass(10_000);
    expect(said).toEqual([]);
    nurse.call.follow({ ...OPEN, epoch: 3 });
    patient.call.follow({ ...OPEN, epoch: 3 });
    await expectCall();
  });
});

describe("negotiation", () => {
  test("both offer at once: the patient gives way, and offers again after it", async () => {
    await begin();
    await expectCall();
    said = [];
    for (const connection of living()) connection.need();
    await expectCall();
    const kinds = said.flatMap((message) =>
      message.type === "media.description"
        ? [`${message.session.startsWith("1") ? "nurse" : "patient"} ${message.kind}`]
        : [],
    );
    expect(kinds.slice(0, 2).sort()).toEqual(["nurse offer", "patient offer"]);
    expect(kinds.slice(2)).toEqual(["patient answer", "patient offer", "nurse answer"]);
  });

  test.each(["offer", "answer"])("a lost %s is sent again", async (kind) => {
    let lost = 0;
    lose = (message) =>
      message.type === "media.description" && message.kind === kind && (lost += 1) === 1;
    await begin();
    expect(nurse.view.state).toBe("connecting");
    await expectCall();
    expect(descriptions(kind).length).toBeGreaterThanOrEqual(2);
  });

  test("an answer that comes late is ignored", async () => {
    await begin();
    const [answer] = descriptions("answer");
    if (answer) nurse.hear(answer);
    await expectCall();
  });

  test("what is meant for another page, turn or contact is ignored", async () => {
    await begin();
    await expectCall();
    const [offer] = descriptions("offer");
    if (offer?.type !== "media.description") throw new Error("no offer");
    said = [];
    patient.hear({ ...offer, to: "f".repeat(16) });
    patient.hear({ ...offer, to: "f".repeat(16), session: "e".repeat(16) });
    patient.hear({ ...offer, epoch: 0 });
    patient.hear({ ...offer, contact: "d".repeat(32) });
    patient.hear({ type: "media.ready", contact: CONTACT, epoch: 7, session: "e".repeat(16) });
    await expectCall();
    expect(said).toEqual([]);
  });
});

describe("coming back", () => {
  test.each(["nurse", "patient"] as const)("the page of the %s is loaded anew", async (side) => {
    await begin();
    await expectCall();
    (side === "nurse" ? nurse : patient).leave();
    const again = new Person(side, 0x3000_0000);
    if (side === "nurse") nurse = again;
    else patient = again;
    again.call.follow(OPEN);
    await again.call.startCamera();
    await expectCall();
    expect(living()).toHaveLength(2);
  });

  test("a lost socket leaves a healthy call alone", async () => {
    await begin();
    await expectCall();
    const before = living();
    patient.connected = false;
    nurse.call.follow({ ...OPEN, present: false });
    await time.pass(20_000);
    expect(patient.view.state).toBe("connected");
    patient.connected = true;
    patient.call.online();
    nurse.call.follow(OPEN);
    await expectCall();
    expect(living()).toEqual(before);
    expect(descriptions("offer")).toHaveLength(1);
  });

  test("an offer made while the other was away is sent when it is back", async () => {
    patient.connected = false;
    nurse.call.follow(OPEN);
    nurse.call.receive({
      type: "media.ready_now",
      contact: CONTACT,
      epoch: 1,
      session: "20000001".padEnd(16, "0"),
      early: false,
    });
    await time.pass(1_000);
    patient.connected = true;
    patient.call.follow(OPEN);
    await expectCall();
  });

  test("a broken way is noticed and replaced by the nurse's side alone", async () => {
    await begin();
    await expectCall();
    network.breakWays();
    await time.pass(2_100);
    expect(living().map(({ restarts }) => restarts).sort()).toEqual([0, 1]);
    await expectCall();
  });

  test("a connection that no restart helps is replaced by a new one", async () => {
    await begin();
    await expectCall();
    for (const connection of living()) network.broken.add(connection);
    await time.pass(40_000);
    await expectCall();
    expect(living().some((connection) => network.broken.has(connection))).toBe(false);
  });

  test("two people who send nothing are not taken for a broken way", async () => {
    nurse.leave();
    patient.leave();
    nurse = new Person("nurse", 0x5000_0000);
    patient = new Person("patient", 0x6000_0000);
    network.quiet = true;
    await begin();
    await time.pass(20_000);
    await expectCall();
    expect(living().map(({ restarts }) => restarts)).toEqual([0, 0]);
  });

  test("after a long outage the call comes back by itself", async () => {
    await begin();
    await expectCall();
    network.up = false;
    network.breakWays();
    nurse.connected = patient.connected = false;
    await time.pass(40_000);
    expect(patient.view.state).toBe("failed");
    network.up = true;
    nurse.connected = patient.connected = true;
    patient.call.online();
    nurse.call.online();
    await time.pass(8_000);
    await expectCall();
  });

  test("a second page of the patient takes over, and the first does not take it back", async () => {
    await begin();
    await expectCall();
    const first = patient;
    patient = new Person("patient", 0x4000_0000);
    await patient.call.startCamera();
    patient.call.follow(OPEN);
    await time.pass(10_000);
    expect(nurse.view.state).toBe("connected");
    expect(patient.view.state).toBe("connected");
    expect(first.view.state).not.toBe("connected");
    patient.leave();
    await time.pass(30_000);
    expect([nurse.view.state, first.view.state]).toEqual(["connected", "connected"]);
  });
});
