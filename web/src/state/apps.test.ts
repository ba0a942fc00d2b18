import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeWorld, settle } from "../platform/fakeWorld";
import type { Answer } from "../platform/http";
import type { ChatAdded, Me, NurseView, OpenContact, PatientView } from "../protocol/messages";
import { FakeServer, welcome } from "../signal/fakeServer";
import { createNurseApp } from "./nurse";
import { createPatientApp, type PatientApp } from "./patient";
import { CONTACT, nurseMe, nurseView, patientView } from "./samples";

const ok = (value: unknown): Answer<unknown> => ({ ok: true, value });
const no = (status: number, code: string): Answer<unknown> => ({
  ok: false,
  status,
  problem: { code, text: "No.", detail: "" },
});

let server: FakeServer;
let world: FakeWorld;
let closing: (() => void)[];

beforeEach(() => {
  server = new FakeServer();
  world = new FakeWorld(server.openSocket);
  closing = [];
});

afterEach(() => {
  for (const close of closing) close();
});

describe("the patient's page", () => {
  let me: Me;
  let view: PatientView | null;
  let kept: ChatAdded[];
  let online: boolean;

  beforeEach(() => {
    me = { role: null, contact: null, nurse: null, expires: null };
    view = null;
    kept = [];
    online = true;
    world.http.answer = (method, path) => {
      if (!online) return no(0, "page.offline");
      switch (`${method} ${path}`) {
        case "GET /api/catalogue":
          return ok({ regions: [{ code: "06", competences: ["skin"] }], consent: "2026-1", demo: true, channels: ["video", "chat"] });
        case "GET /api/me":
          return ok(me);
        case "POST /api/session":
          return ok({ ...me, role: "patient" });
        case "POST /api/contacts":
          view = patientView();
          return ok({ contact: CONTACT, already: false, view });
        case `GET /api/contacts/${CONTACT}`:
          return view ? ok(view) : no(404, "contact.not_found");
        case "POST /api/moves/redeem":
          return ok({ ...me, role: "patient", contact: CONTACT });
        case "DELETE /api/session":
          return ok(null);
        default:
          return undefined;
      }
    };
    // Keeps each message once, by its key, and tells what was missed: as the service does.
    server.onHello = (line, hello) => {
      line.send(welcome(2_000_000));
      const since = hello.resume?.[0]?.version ?? 0;
      for (const message of kept) if (message.version > since) line.send(message);
      if (view) line.send({ type: "contact.state", view });
    };
    server.onMessage = (line, message) => {
      if (message.type !== "chat.send") return;
      const known = kept.find(({ key }) => key === message.key);
      const added: ChatAdded = known ?? {
        type: "chat.added",
        contact: CONTACT,
        version: 10 + kept.length,
        key: message.key,
        by: "patient",
        name: "Kim",
        text: message.text,
        at: 1,
      };
      if (!known) kept.push(added);
      line.send({ type: "done", ref: message.ref, contact: CONTACT, version: added.version });
      line.send(added);
    };
  });

  async function openPage(): Promise<PatientApp> {
    const app = createPatientApp(world);
    closing.push(app.close);
    await settle();
    return app;
  }

  async function openContact(): Promise<PatientApp> {
    me = { ...me, role: "patient", contact: CONTACT };
    view = patientView();
    return openPage();
  }

  test("from the form to the contact, which has its own address", async () => {
    const app = await openPage();
    expect(app.page).toMatchObject({ step: "form", catalogue: { consent: "2026-1" } });
    expect(server.opened).toBe(0);
    app.setDraft({ region: "06", concerns: "me", story: "A rash.", channel: "chat" });
    expect(await app.open()).toBe(false);
    expect(app.page.problem).toMatchObject({ code: "page.incomplete", detail: "consent" });
    app.setDraft({ consent: "2026-1" });
    expect(await app.open()).toBe(true);
    await settle();
    expect(app.page).toMatchObject({ step: "live", problem: null, clockOffset: 1_000_000 });
    expect(app.page.connection.status).toBe("online");
    expect(world.page.address).toBe(`/contact/${CONTACT}`);
    expect(world.drawer.get("draft")).toBeUndefined();
  });

  test("a reload keeps what was filled in and the key that opens one contact only", async () => {
    const asked: OpenContact[] = [];
    const answer = world.http.answer;
    world.http.answer = (method, path, body) => {
      if (path !== "/api/contacts") return answer(method, path, body);
      asked.push(body as OpenContact);
      return no(0, "page.offline");
    };
    const first = await openPage();
    first.setDraft({ region: "06", concerns: "me", story: "A rash.", protected: true, consent: "2026-1" });
    first.setDraft({ competence: "skin" });
    first.go("devices");
    await first.open();
    await first.open();
    first.close();
    const second = await openPage();
    expect(second.page).toMatchObject({ step: "devices", draft: { story: "A rash." } });
    await second.open();
    expect(asked.map((one) => [one.protected, one.competence])).toEqual(Array(3).fill([true, "skin"]));
    expect(new Set(asked.map((one) => one.key)).size).toBe(1);
  });

  test("waits for the network and then shows the contact", async () => {
    online = false;
    me = { ...me, role: "patient", contact: CONTACT };
    view = patientView();
    const app = await openPage();
    expect(app.page.step).toBe("loading");
    expect(app.page.connection.status).toBe("offline");
    online = true;
    world.page.wake("online");
    await settle();
    expect(app.page.step).toBe("live");
    expect(app.page.connection.status).toBe("online");
  });

  test("an ended contact is shown at its own address, a new form on the start page", async () => {
    me = { ...me, role: "patient", contact: CONTACT };
    view = patientView({ phase: "ended" });
    expect((await openPage()).page.step).toBe("form");
    world.page.address = `/contact/${CONTACT}`;
    expect((await openPage()).page).toMatchObject({ step: "live", contact: { phase: "ended" } });
  });

  test("a move code leaves the address at once and brings the contact", async () => {
    view = patientView();
    world.page.hash = "move=ABC123";
    const app = createPatientApp(world);
    closing.push(app.close);
    expect(world.page.hash).toBe("");
    await settle();
    expect(app.page.step).toBe("live");
  });

  test("a message sent while the socket is cut arrives once", async () => {
    const app = await openContact();
    app.send("before");
    await settle();
    server.reachable = false;
    server.cut();
    app.send("meanwhile");
    expect(app.page.chat.map(({ status }) => status)).toEqual(["sent", "sending"]);
    server.reachable = true;
    await world.time.pass(1_000);
    expect(kept.map(({ text }) => text)).toEqual(["before", "meanwhile"]);
    expect(app.page.chat.map(({ text, status }) => [text, status])).toEqual([
      ["before", "sent"],
      ["meanwhile", "sent"],
    ]);
  });

  test("a message whose answer was lost with the socket arrives once", async () => {
    const app = await openContact();
    const hear = server.onMessage;
    server.onMessage = (line, message) => {
      server.silent = true;
      hear(line, message);
      server.silent = false;
      server.onMessage = hear;
      line.close(1006);
    };
    app.send("hello");
    await world.time.pass(1_000);
    expect(server.of("chat.send")).toHaveLength(2);
    expect(kept).toHaveLength(1);
    expect(app.page.chat.map(({ text, status }) => [text, status])).toEqual([["hello", "sent"]]);
  });

  test("a message not yet sent outlives a reload", async () => {
    const first = await openContact();
    server.reachable = false;
    server.cut();
    first.send("hello");
    first.close();
    server.reachable = true;
    const second = await openPage();
    await settle();
    expect(kept.map(({ text }) => text)).toEqual(["hello"]);
    expect(second.page.chat.map(({ status }) => status)).toEqual(["sent"]);
    expect(world.drawer.get(`unsent:${CONTACT}`)).toBeUndefined();
  });

  test("starting over keeps who one is, so that the old advice stays readable", async () => {
    const app = await openContact();
    app.startOver();
    expect(app.page).toMatchObject({ step: "form", contact: null, chat: [] });
    expect(app.page.me).toMatchObject({ role: "patient", contact: CONTACT });
    expect(world.page.address).toBe("/");
  });

  test("a device that forgets, forgets everything", async () => {
    const app = await openContact();
    expect(await app.forgetDevice()).toBe(true);
    expect(app.page.me).toMatchObject({ role: null, contact: null });
    expect(app.page).toMatchObject({ step: "form", contact: null, chat: [] });
    expect(world.page.address).toBe("/");
    expect(server.lines.size).toBe(0);
  });
});

describe("the nurse's console", () => {
  let card: NurseView;

  beforeEach(() => {
    card = nurseView();
    world.http.answer = (method, path) => {
      if (`${method} ${path}` === "GET /api/me?role=nurse") return ok(nurseMe);
      if (path === "/api/demo/nurses") return ok({ nurses: [] });
      return undefined;
    };
    server.onHello = (line) => {
      line.send(welcome());
      line.send({ type: "contact.card", view: card });
    };
    server.onMessage = (line, message) => {
      if ("ref" in message)
        line.send({ type: "done", ref: message.ref, contact: CONTACT, version: null });
    };
  });

  async function openConsole() {
    const app = createNurseApp(world);
    closing.push(app.close);
    await settle();
    return app;
  }

  test("asks how well the forecasts of her region held, and goes on without an answer", async () => {
    const asked: string[] = [];
    const answer = world.http.answer;
    world.http.answer = (method, path, body) => {
      if (!path.startsWith("/api/forecast/score")) return answer(method, path, body);
      asked.push(path);
      return asked.length === 1 ? undefined : ok({ region: nurseMe.nurse?.region });
    };
    const app = await openConsole();
    expect(asked).toEqual([`/api/forecast/score?region=${nurseMe.nurse?.region}`]);
    expect(app.page.score).toBeNull();
    await world.time.pass(3_600_000);
    await settle();
    expect(asked).toHaveLength(2);
    expect(app.page.score).toMatchObject({ region: nurseMe.nurse?.region });
  });

  test("a note is saved a second after the last change", async () => {
    const app = await openConsole();
    expect(app.page.current).toBe(CONTACT);
    app.setDraft({ note: { situation: "it" } });
    await world.time.pass(900);
    app.setDraft({ note: { situation: "itching" } });
    await world.time.pass(900);
    expect(server.of("note.save")).toEqual([]);
    await world.time.pass(100);
    expect(server.of("note.save").map(({ draft }) => draft.note.situation)).toEqual(["itching"]);
    expect(app.page.contacts[CONTACT]?.draftStatus).toBe("saved");
  });

  test("a note is saved at once when the page goes away", async () => {
    const app = await openConsole();
    app.setDraft({ advice: "rest" });
    world.page.hide();
    expect(server.of("note.save")).toHaveLength(1);
  });

  test("signing says what is missing, ends the talk, then signs", async () => {
    const app = await openConsole();
    app.setDraft({ urgency: "P4", note: { situation: "s", assessment: "a" } });
    expect(await app.sign()).toBe(false);
    expect(app.page.problem).toMatchObject({
      code: "page.incomplete",
      detail: "care_level,note.recommendation,advice",
    });
    app.setDraft({ care_level: "SELF_CARE", note: { recommendation: "r" }, advice: "rest" });
    expect(await app.sign()).toBe(true);
    const asked = server.received.map(({ type }) => type);
    expect(asked.slice(-2)).toEqual(["contact.hang_up", "outcome.sign"]);
    server.tell({ type: "contact.gone", contact: CONTACT, why: "ended" });
    expect(app.page).toMatchObject({ contacts: {}, current: null, gone: [] });
  });

  test("taking brings the contact on the screen, and a refusal its sentence", async () => {
    const app = await openConsole();
    app.select(null);
    expect(await app.take()).toBe(true);
    expect(app.page.current).toBe(CONTACT);
    server.onMessage = (line, message) => {
      if ("ref" in message)
        line.send({
          type: "refused",
          ref: message.ref,
          code: "line.nobody_waiting",
          text: "Nobody is waiting.",
          detail: "",
        });
    };
    expect(await app.take()).toBe(false);
    expect(app.page.problem).toMatchObject({ text: "Nobody is waiting." });
    expect(app.page.busy).toEqual([]);
  });

  test("a session that has ended leads back to signing in", async () => {
    const app = await openConsole();
    server.cut(4009);
    await settle();
    expect(app.page).toMatchObject({ me: { nurse: null }, contacts: {} });
    expect(app.page.connection).toMatchObject({ status: "refused", why: "signed_out" });
  });
});
