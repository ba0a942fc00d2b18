import type { World } from "../platform/world";
import type { DemoNurses, ForecastScore, Me } from "../protocol/messages";
import { ChatDesk } from "./chatDesk";
import { Notes } from "./notes";
import {
  startOfNursePage,
  type NurseApp,
  type NurseContact,
  type NurseIntent,
  type NursePage,
} from "./nursePage";
import { stepNurse, type NurseEffect, type NurseInput } from "./nurseStep";
import { NurseWork } from "./nurseWork";
import { firstLanguage, photoPath, Shell, TYPING_SHOWN, worldFor } from "./shell";
import { nurseTarget } from "./target";

const LANGUAGES = ["sv", "en"];
/** Milliseconds between looks at how well the forecasts held. */
const SCORE_AGAIN = 3_600_000;
const NOBODY: Me = { role: null, contact: null, nurse: null, expires: null };

/** The nurse's console, connected to the world. It begins at once. */
export function createNurseApp(given?: World): NurseApp {
  return new App(given).intents();
}

class App {
  readonly #world: World;
  readonly #shell: Shell<NursePage, NurseIntent>;
  readonly #notes: Notes;
  readonly #desk: ChatDesk;
  readonly #unwatch: () => void;
  #cancelScore: () => void = () => undefined;
  readonly #cancelTyping = new Map<string, () => void>();

  constructor(given?: World) {
    this.#world = worldFor(given, () => this.#page.language);
    const { clock, page } = this.#world;
    const start = startOfNursePage(firstLanguage(this.#world, LANGUAGES), clock.now());
    this.#shell = new Shell(this.#world, start, {
      polite: false,
      languages: LANGUAGES,
      resume: () =>
        Object.values(this.#page.contacts).map(({ view }) => ({
          contact: view.contact,
          version: view.version,
        })),
      target: ({ contacts, current, callContact, duty, me }) =>
        nurseTarget(
          Object.values(contacts).map(({ view }) => view),
          current,
          callContact,
          duty.on && me?.nurse?.channels.includes("video") === true,
        ),
      take: (input) => {
        this.#take(input);
      },
    });
    this.#notes = this.#newNotes();
    this.#desk = this.#newDesk();
    this.#unwatch = page.onHide(() => {
      this.#notes.now();
    });
    void this.#begin();
  }

  get #page(): NursePage {
    return this.#shell.page;
  }

  #newNotes(): Notes {
    return new Notes(this.#world, {
      held: (contact) => this.#page.contacts[contact],
      request: (request) => this.#shell.connection.request(request, true),
      saving: (contact) => {
        this.#take({ type: "saving", contact });
      },
      saved: (contact, draft, reply) => {
        this.#take({ type: "saved", contact, draft, ok: reply.ok });
        if (!reply.ok) this.#take({ type: "problem", problem: reply.problem });
      },
    });
  }

  #newDesk(): ChatDesk {
    return new ChatDesk(this.#world, this.#shell.connection, {
      place: () => {
        const held = this.#held();
        return held ? { contact: held.view.contact, chat: held.chat } : null;
      },
      wrote: (contact, key, text, at) => {
        this.#take({ type: "wrote", contact, key, text, at });
      },
      settled: (contact, key, problem) => {
        this.#take({ type: "settled", contact, key, problem });
      },
    });
  }

  #take(input: NurseInput): void {
    const [page, effects] = stepNurse(this.#page, input);
    this.#shell.store.put(page);
    for (const effect of effects) this.#carryOut(effect);
    this.#shell.follow();
    const contact = this.#shell.target?.contact ?? null;
    if (contact !== this.#page.callContact) this.#take({ type: "callContact", contact });
    const { status, why } = this.#page.connection;
    const signedOut = status === "refused" && (why === "sign_in" || why === "signed_out");
    if (signedOut && this.#page.me?.nurse)
      this.#take({ type: "reset", me: NOBODY, at: this.#world.clock.now() });
    this.#shell.store.tell();
  }

  #carryOut(effect: NurseEffect): void {
    switch (effect.do) {
      case "seen":
        this.#shell.connection.say({
          type: "chat.seen",
          contact: effect.contact,
          upto: effect.upto,
        });
        break;
      case "saveDraft":
        this.#notes.soon(effect.contact);
        break;
      case "typingTimer":
        this.#cancelTyping.get(effect.contact)?.();
        this.#cancelTyping.set(
          effect.contact,
          this.#world.timers.after(TYPING_SHOWN, () => {
            this.#take({ type: "typingOver", contact: effect.contact });
          }),
        );
        break;
      case "online":
        this.#shell.call.online();
        break;
      case "media":
        this.#shell.call.receive(effect.news);
    }
  }

  async #begin(): Promise<void> {
    const { http } = this.#world;
    void this.#shell.persist(() => http.get<DemoNurses>("/api/demo/nurses")).then((answer) => {
      if (answer?.ok) this.#take({ type: "demoNurses", nurses: answer.value.nurses });
    });
    const me = await this.#shell.persist(() => http.get<Me>("/api/me?role=nurse"));
    if (me?.ok) this.#know(me.value);
    else if (me) {
      this.#know(NOBODY);
      this.#take({ type: "problem", problem: me.problem });
    }
  }

  #know(me: Me): void {
    this.#take({ type: "me", me });
    if (!me.nurse) return;
    this.#shell.connection.restart();
    this.#shell.connection.start();
    void this.#lookAtScore();
  }

  /** Ask now and then how well the forecasts held. What does not come is not missed. */
  async #lookAtScore(): Promise<void> {
    this.#cancelScore();
    const nurse = this.#page.me?.nurse;
    if (!nurse) return;
    const { http, timers } = this.#world;
    this.#cancelScore = timers.after(SCORE_AGAIN, () => void this.#lookAtScore());
    const answer = await http.get<ForecastScore>(`/api/forecast/score?region=${nurse.region}`);
    if (answer.ok && this.#page.me?.nurse?.id === nurse.id)
      this.#take({ type: "score", score: answer.value });
  }

  async #signIn(nurse: string): Promise<boolean> {
    const answer = await this.#shell.during("signIn", () =>
      this.#world.http.post<Me>("/api/demo/session", { nurse }),
    );
    if (answer.ok) this.#know(answer.value);
    return answer.ok;
  }

  async #signOut(): Promise<boolean> {
    this.#notes.now();
    const answer = await this.#shell.during("signOut", () =>
      this.#world.http.remove("/api/session?role=nurse"),
    );
    if (!answer.ok && answer.status !== 401) return false;
    this.#shell.connection.stop();
    this.#take({ type: "reset", me: NOBODY, at: this.#world.clock.now() });
    return true;
  }

  #held(): NurseContact | undefined {
    const { current, contacts } = this.#page;
    return current === null ? undefined : contacts[current];
  }

  async #setDuty(on: boolean, offers: boolean): Promise<boolean> {
    // The click that goes on duty is also the one that may open the camera.
    if (on && this.#page.me?.nurse?.channels.includes("video")) void this.#shell.wantCamera(true);
    const reply = await this.#shell.ask("setDuty", { type: "duty.set", on, offers }, true);
    if (!reply.ok && !this.#shell.target) this.#shell.call.stopCamera();
    return reply.ok;
  }

  #close(): void {
    this.#cancelScore();
    this.#unwatch();
    this.#notes.close();
    for (const cancel of this.#cancelTyping.values()) cancel();
    this.#shell.close();
  }

  intents(): NurseApp {
    const { store } = this.#shell;
    const work = new NurseWork(this.#shell, (input) => {
      this.#take(input);
    });
    const get = (): NursePage => this.#page;
    return {
      ...this.#shell.callIntents(),
      get page() {
        return get();
      },
      subscribe: store.subscribe,
      setLanguage: (language) => {
        this.#shell.setLanguage(language);
      },
      signIn: (nurse) => this.#signIn(nurse),
      signOut: () => this.#signOut(),
      setDuty: (on, offers) => this.#setDuty(on, offers),
      take: (contact) => work.take(contact ?? null),
      accept: () => work.accept(),
      decline: () => work.decline(),
      select: (contact) => {
        this.#take({ type: "select", contact });
      },
      send: (text) => {
        this.#desk.send(text);
      },
      resend: (key) => {
        this.#desk.resend(key);
      },
      seen: () => {
        this.#take({ type: "seen" });
      },
      typing: () => {
        this.#desk.typing();
      },
      proposeChannel: (channel) => work.proposeChannel(channel),
      lowerToChat: () => work.lowerToChat(),
      hangUp: () => work.hangUp(),
      callUnanswered: () => work.callUnanswered(),
      returnToLine: (urgency, reason) => work.returnToLine(urgency, reason),
      askColleagues: () => work.askColleagues(),
      transfer: (handing) => work.transfer(handing),
      setDraft: (patch) => {
        const { current } = this.#page;
        if (current) this.#take({ type: "draft", contact: current, patch });
      },
      sign: () => work.sign(),
      photoUrl: (id, what, contact) => photoPath(contact ?? this.#page.current ?? "", id, what),
      dismissGone: (contact) => {
        this.#take({ type: "dismissGone", contact });
      },
      dismissProblem: () => {
        this.#take({ type: "problem", problem: null });
      },
      close: () => {
        this.#close();
      },
    };
  }
}
