import { PhotoQueue } from "../photos/queue";
import type { World } from "../platform/world";
import type {
  Catalogue,
  ContactOpened,
  Me,
  MoveCode,
  OpenContact,
  PatientView,
} from "../protocol/messages";
import type { Request } from "../signal/connection";
import { unsent } from "./chat";
import { keepDraft, keepUnsent, takeDraft, takeUnsent } from "./draftBox";
import {
  startOfPatientPage,
  type DraftForm,
  type PatientApp,
  type PatientIntent,
  type PatientPage,
} from "./patientPage";
import { stepPatient, type PatientEffect, type PatientInput } from "./patientStep";
import {
  callIntents,
  firstLanguage,
  photoPath,
  Shell,
  throttle,
  TYPING_SAID,
  TYPING_SHOWN,
  worldFor,
} from "./shell";
import { patientTarget } from "./target";

const LANGUAGES = ["sv", "en", "ar"];

/** The patient's page, connected to the world. It begins at once. */
export function createPatientApp(given?: World): PatientApp {
  return new PatientPageApp(given).intents();
}

class PatientPageApp {
  readonly #world: World;
  readonly #shell: Shell<PatientPage, PatientIntent>;
  readonly #queue: PhotoQueue;
  /** Of the contact that the draft will open. */
  #key: string;
  #cameraUnwanted = false;
  #cancelTyping = (): void => undefined;
  #following = false;

  constructor(given?: World) {
    this.#world = worldFor(given, () => this.#page.language);
    const { drawer, clock, random } = this.#world;
    const language = firstLanguage(this.#world, LANGUAGES);
    const kept = takeDraft(drawer);
    const start = startOfPatientPage(language, clock.now());
    this.#key = kept?.key ?? random.hex(32);
    this.#shell = new Shell(
      this.#world,
      { ...start, draft: kept?.draft ?? start.draft },
      {
        polite: true,
        languages: LANGUAGES,
        resume: () => {
          const { contact, heard } = this.#page;
          return contact ? [{ contact: contact.contact, version: heard }] : [];
        },
        target: (page) => patientTarget(page.contact),
        connection: (connection) => {
          this.#take({ type: "connection", connection });
        },
        message: (message) => {
          this.#take({ type: "message", message, at: clock.now() });
        },
        call: (call) => {
          this.#take({ type: "call", call });
        },
        busy: (intent, on) => {
          this.#take({ type: "busy", intent, on });
        },
        problem: (problem) => {
          this.#take({ type: "problem", problem });
        },
        language: (chosen) => {
          this.#take({ type: "language", language: chosen });
        },
      },
    );
    this.#queue = new PhotoQueue(this.#world, {
      changed: (uploads) => {
        this.#take({ type: "uploads", uploads });
      },
    });
    void this.#queue.load();
    void this.#begin();
  }

  get #page(): PatientPage {
    return this.#shell.page;
  }

  #take(input: PatientInput): void {
    const [page, effects] = stepPatient(this.#page, input);
    this.#shell.store.set(page);
    for (const effect of effects) this.#carryOut(effect);
    this.#follow();
  }

  /** Camera, call and photos follow what the page shows. */
  #follow(): void {
    if (this.#following) return;
    this.#following = true;
    this.#shell.follow();
    this.#queue.follow(this.#page.contact?.contact ?? null);
    this.#following = false;
    const { step, draft, call } = this.#page;
    const trying = step !== "live" && draft.channel === "video";
    if (this.#shell.target) {
      if (call.camera === "off" && !this.#cameraUnwanted) void this.#shell.call.startCamera();
    } else if (call.local && !trying) this.#shell.call.stopCamera();
  }

  #carryOut(effect: PatientEffect): void {
    const { drawer, page: browser, timers } = this.#world;
    const { draft, step, contact, chat } = this.#page;
    switch (effect.do) {
      case "keepDraft":
        if (step !== "live" && step !== "loading") keepDraft(drawer, { draft, step, key: this.#key });
        break;
      case "forgetDraft":
        drawer.remove("draft");
        this.#key = this.#world.random.hex(32);
        break;
      case "keepUnsent":
        if (contact) keepUnsent(drawer, contact.contact, unsent(chat));
        break;
      case "showContact":
        browser.showPath(effect.contact === null ? "/" : `/contact/${effect.contact}`);
        break;
      case "seen":
        this.#shell.connection.say({ type: "chat.seen", contact: effect.contact, upto: effect.upto });
        break;
      case "typingTimer":
        this.#cancelTyping();
        this.#cancelTyping = timers.after(TYPING_SHOWN, () => {
          this.#take({ type: "typingOver" });
        });
        break;
      case "online":
        this.#shell.call.online();
        break;
      case "media":
        this.#shell.call.receive(effect.news);
    }
  }

  async #begin(): Promise<void> {
    const { http, page: browser } = this.#world;
    const move = /^move=(.+)$/.exec(browser.fragment())?.[1];
    // A code that lets somebody in must not stay in the address or in the history.
    if (move) browser.showPath("/");
    void this.#fetchCatalogue();
    if (move && (await this.#redeem(decodeURIComponent(move)))) return;
    const me = await this.#shell.persist(() => http.get<Me>("/api/me"));
    if (!me) return;
    if (me.ok) this.#take({ type: "me", me: me.value });
    else this.#take({ type: "problem", problem: me.problem });
    const named = /^\/contact\/([0-9a-f]{32})$/.exec(browser.path())?.[1];
    const own = me.ok && me.value.role !== "nurse" ? me.value.contact : null;
    const contact = named ?? own;
    if (contact === null || !(await this.#show(contact, named !== undefined))) this.#showForm();
  }

  async #fetchCatalogue(): Promise<void> {
    const answer = await this.#shell.persist(() => this.#world.http.get<Catalogue>("/api/catalogue"));
    if (answer?.ok) this.#take({ type: "catalogue", catalogue: answer.value });
  }

  #showForm(): void {
    const { status } = this.#page.connection;
    if (this.#page.step !== "loading") return;
    if (status === "offline")
      this.#take({
        type: "connection",
        connection: { status: "connecting", since: this.#world.clock.now(), why: null },
      });
    this.#take({ type: "step", step: takeDraft(this.#world.drawer)?.step ?? "form" });
  }

  /** Show a contact. On the start page one that has ended is not: a new one may begin. */
  async #show(contact: string, evenEnded: boolean): Promise<boolean> {
    const { http } = this.#world;
    const answer = await this.#shell.persist(() => http.get<PatientView>(`/api/contacts/${contact}`));
    if (!answer?.ok) {
      if (answer && evenEnded) {
        this.#take({ type: "problem", problem: answer.problem });
        this.#world.page.showPath("/");
      }
      return false;
    }
    if (answer.value.phase === "ended" && !evenEnded) return false;
    this.#live(answer.value);
    return true;
  }

  #live(view: PatientView): void {
    this.#take({ type: "view", view });
    for (const line of takeUnsent(this.#world.drawer, view.contact)) {
      this.#take({ type: "wrote", ...line });
      this.#deliver(line.key, line.text);
    }
    this.#shell.connection.restart();
    this.#shell.connection.start();
  }

  async #open(): Promise<boolean> {
    const { draft } = this.#page;
    const { region, concerns, consent } = draft;
    if (!region || !concerns || !consent) {
      const missing = Object.entries({ region, concerns, consent }).filter(([, value]) => !value);
      const detail = missing.map(([name]) => name).join(",");
      this.#take({ type: "problem", problem: { code: "page.incomplete", text: "", detail } });
      return false;
    }
    const body: OpenContact = { ...draft, region, concerns, consent, key: this.#key };
    const answer = await this.#shell.during("open", () =>
      this.#world.http.post<ContactOpened>("/api/contacts", body),
    );
    if (answer.ok) {
      const { contact, view } = answer.value;
      this.#take({ type: "me", me: { role: "patient", contact, nurse: null, expires: null } });
      this.#live(view);
    } else if (answer.problem.code === "contact.consent_outdated") {
      this.#take({ type: "draft", patch: { consent: null } });
      void this.#fetchCatalogue();
    }
    return answer.ok;
  }

  async #redeem(code: string): Promise<boolean> {
    const answer = await this.#shell.during("move", () =>
      this.#world.http.post<Me>("/api/moves/redeem", { code }),
    );
    if (!answer.ok) return false;
    this.#take({ type: "me", me: answer.value });
    return answer.value.contact !== null && this.#show(answer.value.contact, true);
  }

  async #makeMoveCode(): Promise<boolean> {
    const answer = await this.#shell.during("move", () =>
      this.#world.http.post<MoveCode>("/api/moves"),
    );
    if (answer.ok) this.#take({ type: "moveCode", code: answer.value });
    return answer.ok;
  }

  async #startOver(): Promise<boolean> {
    const { http, clock, drawer } = this.#world;
    const answer = await this.#shell.during("startOver", () => http.remove("/api/session"));
    // Whoever is signed out already may begin anew as well.
    if (!answer.ok && answer.status !== 401) return false;
    const { contact } = this.#page;
    this.#shell.connection.stop();
    if (contact) drawer.remove(`unsent:${contact.contact}`);
    this.#queue.clear();
    this.#take({ type: "reset", at: clock.now() });
    this.#take({ type: "me", me: { role: null, contact: null, nurse: null, expires: null } });
    this.#showForm();
    void this.#fetchCatalogue();
    return true;
  }

  #deliver(key: string, text: string): void {
    const contact = this.#page.contact?.contact;
    if (!contact) return;
    const request: Request = { type: "chat.send", contact, key, text };
    void this.#shell.connection.request(request, true).then((reply) => {
      if (!reply.ok) this.#take({ type: "settled", key, problem: reply.problem });
    });
  }

  #send(text: string): void {
    if (!text.trim() || !this.#page.contact) return;
    const key = this.#world.random.hex(32);
    this.#take({ type: "wrote", key, text, at: this.#world.clock.now() });
    this.#deliver(key, text);
  }

  #resend(key: string): void {
    const line = this.#page.chat.find((other) => other.key === key && other.status === "failed");
    if (!line) return;
    this.#take({ type: "settled", key, problem: null });
    this.#deliver(key, line.text);
  }

  /** Ask for something about the contact that is shown. */
  async #ask(intent: PatientIntent, make: (view: PatientView) => Request): Promise<boolean> {
    const { contact } = this.#page;
    return contact !== null && (await this.#shell.ask(intent, make(contact))).ok;
  }

  #close(): void {
    this.#cancelTyping();
    this.#queue.close();
    this.#shell.close();
  }

  intents(): PatientApp {
    const { call, store, connection } = this.#shell;
    const get = (): PatientPage => this.#page;
    return {
      ...callIntents(call),
      startCamera: () => {
        this.#cameraUnwanted = false;
        return call.startCamera();
      },
      stopCamera: () => {
        this.#cameraUnwanted = true;
        call.stopCamera();
      },
      get page() {
        return get();
      },
      subscribe: store.subscribe,
      setLanguage: (language) => {
        this.#shell.setLanguage(language);
      },
      setDraft: (patch: Partial<DraftForm>) => {
        this.#take({ type: "draft", patch });
      },
      go: (step) => {
        this.#take({ type: "step", step });
      },
      open: () => this.#open(),
      send: (text) => {
        this.#send(text);
      },
      resend: (key) => {
        this.#resend(key);
      },
      seen: () => {
        this.#take({ type: "seen" });
      },
      typing: throttle(this.#world, TYPING_SAID, () => {
        const contact = this.#page.contact?.contact;
        if (contact) connection.say({ type: "chat.typing", contact });
      }),
      leave: () => this.#ask("leave", ({ contact }) => ({ type: "contact.leave", contact })),
      hangUp: () =>
        this.#ask("hangUp", ({ contact, epoch }) => ({ type: "contact.hang_up", contact, epoch })),
      answerChannel: (accepted) => {
        // The click that accepts is also the one that may open the camera.
        if (accepted && this.#page.contact?.proposal === "video") {
          this.#cameraUnwanted = false;
          void call.startCamera();
        }
        return this.#ask("answerChannel", ({ contact }) => ({
          type: "channel.answer",
          contact,
          accepted,
        }));
      },
      wishChannel: (channel) =>
        this.#ask("wishChannel", ({ contact }) => ({ type: "channel.wish", contact, channel })),
      lowerToChat: () =>
        this.#ask("lowerToChat", ({ contact }) => ({ type: "channel.lower", contact })),
      survey: (score, words) =>
        this.#ask("survey", ({ contact }) => ({
          type: "survey.answer",
          contact,
          survey: { score, words },
        })),
      addPhotos: (files, how) => {
        this.#queue.add(files, how);
      },
      retryPhoto: (key) => {
        this.#queue.retry(key);
      },
      cancelPhoto: (key) => {
        this.#queue.cancel(key);
      },
      removePhoto: (photo) =>
        this.#ask("removePhoto", ({ contact }) => ({ type: "photo.remove", contact, photo })),
      photoUrl: (id, what) => photoPath(this.#page.contact?.contact ?? "", id, what),
      makeMoveCode: () => this.#makeMoveCode(),
      redeemMove: (code) => this.#redeem(code),
      startOver: () => this.#startOver(),
      dismissProblem: () => {
        this.#take({ type: "problem", problem: null });
      },
      close: () => {
        this.#close();
      },
    };
  }
}
