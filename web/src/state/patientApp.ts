import { PhotoQueue } from "../photos/queue";
import type { World } from "../platform/world";
import type { PatientView } from "../protocol/messages";
import type { Request } from "../signal/connection";
import { unsent } from "./chat";
import { ChatDesk } from "./chatDesk";
import { keepDraft, keepUnsent, takeDraft, takeUnsent } from "./draftBox";
import { PatientDoor } from "./patientDoor";
import { PatientWaiting } from "./patientWaiting";
import {
  startOfPatientPage,
  type PatientApp,
  type PatientIntent,
  type PatientPage,
} from "./patientPage";
import { stepPatient, type PatientEffect, type PatientInput } from "./patientStep";
import { firstLanguage, photoPath, Shell, TYPING_SHOWN, worldFor } from "./shell";
import { patientTarget } from "./target";

const LANGUAGES = ["sv", "en", "ar"];

/** The patient's page, connected to the world. It begins at once. */
export function createPatientApp(given?: World): PatientApp {
  return new App(given).intents();
}

class App {
  readonly #world: World;
  readonly #shell: Shell<PatientPage, PatientIntent>;
  readonly #queue: PhotoQueue;
  readonly #door: PatientDoor;
  readonly #desk: ChatDesk;
  readonly #waiting: PatientWaiting;
  /** Of the contact that the draft will open. */
  #key: string;
  #cancelTyping = (): void => undefined;

  constructor(given?: World) {
    this.#world = worldFor(given, () => this.#page.language);
    const { drawer, clock, random } = this.#world;
    const kept = takeDraft(drawer);
    const start = startOfPatientPage(firstLanguage(this.#world, LANGUAGES), clock.now());
    this.#key = kept?.key ?? random.hex(32);
    this.#shell = this.#newShell({ ...start, draft: kept?.draft ?? start.draft });
    this.#queue = new PhotoQueue(this.#world, {
      changed: (uploads) => {
        this.#take({ type: "uploads", uploads });
      },
    });
    this.#door = new PatientDoor(this.#world, this.#shell, {
      take: (input) => {
        this.#take(input);
      },
      key: () => this.#key,
      live: (contact) => {
        this.#live(contact);
      },
      forget: (contact) => {
        if (contact) keepUnsent(drawer, contact, []);
        this.#queue.clear();
        this.#waiting.end();
      },
    });
    this.#desk = this.#newDesk();
    this.#waiting = new PatientWaiting(
      this.#world,
      () => this.#page,
      (intent, make, again) => this.#ask(intent, make, again),
      (request) => void this.#shell.connection.request(request, true),
      (input) => {
        this.#take(input);
      },
    );
    void this.#queue.load();
    void this.#door.begin();
  }

  get #page(): PatientPage {
    return this.#shell.page;
  }

  #newShell(page: PatientPage): Shell<PatientPage, PatientIntent> {
    return new Shell(this.#world, page, {
      polite: true,
      languages: LANGUAGES,
      resume: () => {
        const { contact, heard } = this.#page;
        return contact ? [{ contact: contact.contact, version: heard }] : [];
      },
      target: ({ contact }) => patientTarget(contact),
      take: (input) => {
        this.#take(input);
      },
    });
  }

  #take(input: PatientInput): void {
    const [page, effects] = stepPatient(this.#page, input);
    this.#shell.store.put(page);
    for (const effect of effects) this.#carryOut(effect);
    this.#follow();
    this.#shell.store.tell();
  }

  #newDesk(): ChatDesk {
    return new ChatDesk(this.#world, this.#shell.connection, {
      place: () => {
        const { contact, chat } = this.#page;
        return contact && { contact: contact.contact, chat };
      },
      wrote: (_contact, key, text, at) => {
        this.#take({ type: "wrote", key, text, at });
      },
      settled: (_contact, key, problem) => {
        this.#take({ type: "settled", key, problem });
      },
    });
  }

  /** Camera, call and photos follow what the page shows. */
  #follow(): void {
    const { step, draft, contact } = this.#page;
    this.#shell.follow(step === "live" ? contact?.proposal === "video" : draft.channel === "video");
    this.#queue.follow(contact?.contact ?? null);
    if (contact?.phase === "ended") this.#waiting.end();
  }

  #carryOut(effect: PatientEffect): void {
    const { drawer, page: browser, timers } = this.#world;
    const { draft, step, contact, chat } = this.#page;
    switch (effect.do) {
      case "keepDraft":
        if (step !== "live" && step !== "loading")
          keepDraft(drawer, { draft, step, key: this.#key });
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
        this.#shell.connection.say({
          type: "chat.seen",
          contact: effect.contact,
          upto: effect.upto,
        });
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

  #live(contact: string): void {
    this.#shell.connection.restart();
    this.#shell.connection.start();
    this.#world.push.start(this.#page.language);
    void this.#waiting.look(contact);
    for (const { key, text, at } of takeUnsent(this.#world.drawer, contact))
      this.#desk.deliver(contact, key, text, at);
  }

  /** Ask for something about the contact that is shown. */
  async #ask(
    intent: PatientIntent,
    make: (view: PatientView) => Request,
    again = false,
  ): Promise<boolean> {
    const { contact } = this.#page;
    return contact !== null && (await this.#shell.ask(intent, make(contact), again)).ok;
  }

  #close(): void {
    this.#cancelTyping();
    this.#queue.close();
    this.#shell.close();
  }

  intents(): PatientApp {
    const { store } = this.#shell;
    const get = (): PatientPage => this.#page;
    return {
      ...this.#shell.callIntents(),
      ...this.#waiting.intents(),
      get page() {
        return get();
      },
      subscribe: store.subscribe,
      setLanguage: (language) => {
        this.#shell.setLanguage(language);
        if (this.#page.contact) this.#world.push.start(language);
      },
      setDraft: (patch) => {
        this.#take({ type: "draft", patch });
      },
      go: (step) => {
        this.#take({ type: "step", step });
      },
      lookAgain: () => this.#door.lookAgain(),
      open: () => this.#door.open(),
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
      leave: () => this.#ask("leave", ({ contact }) => ({ type: "contact.leave", contact })),
      hangUp: () =>
        this.#ask("hangUp", ({ contact, epoch }) => ({ type: "contact.hang_up", contact, epoch })),
      answerChannel: (accepted) => {
        // The click that accepts is also the one that may open the camera.
        if (accepted && this.#page.contact?.proposal === "video") void this.#shell.wantCamera(true);
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
      survey: (score, words) => {
        const survey = { score, words };
        return this.#ask("survey", ({ contact }) => ({ type: "survey.answer", contact, survey }));
      },
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
      makeMoveCode: () => this.#door.makeMoveCode(),
      redeemMove: (code) => this.#door.redeem(code),
      startOver: () => {
        this.#door.startOver();
      },
      forgetDevice: () => this.#door.forgetDevice(),
      dismissProblem: () => {
        this.#take({ type: "problem", problem: null });
      },
      close: () => {
        this.#close();
      },
    };
  }
}
