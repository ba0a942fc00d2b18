import type { World } from "../platform/world";
import type { Answered, Network, PatientView } from "../protocol/messages";
import type { Request } from "../signal/connection";
import type { PatientIntent, PatientPage, PushState } from "./patientPage";
import type { PatientInput } from "./patientStep";

const KEPT = 24 * 60 * 60 * 1000;
/** The contact for which this browser has asked to be sent notices. */
const ASKED = "push";

type Ask = (intent: PatientIntent, make: (view: PatientView) => Request, again?: boolean) => Promise<boolean>;

/** What a person may do while waiting. */
export interface WaitingIntents {
  /** Be called: when it is the turn, or from `at` on (the service's clock). */
  chooseCallback(number: string, at: number | null): Promise<boolean>;
  dropCallback(): Promise<boolean>;
  reportWorse(answers: readonly Answered[], words: string): Promise<boolean>;
  /** It is the same as before, or may be asked later. */
  answerCheck(later: boolean): Promise<boolean>;
  /** How the network is for a call; the nurse is told. Null: it could not be measured. */
  testNetwork(signal: AbortSignal): Promise<Network | null>;
  /** Only in a click: the browser may ask for permission. */
  askPush(): Promise<boolean>;
  stopPush(): Promise<boolean>;
  /** Null ends the text messages. */
  textMe(number: string | null): Promise<boolean>;
}

/** Waiting, being called instead, and being told that it is soon. */
export class PatientWaiting {
  readonly #world: World;
  readonly #page: () => PatientPage;
  readonly #ask: Ask;
  readonly #tell: (request: Request) => void;
  readonly #take: (input: PatientInput) => void;

  /** `ask` shows the person what becomes of it, `tell` does not. */
  constructor(
    world: World,
    page: () => PatientPage,
    ask: Ask,
    tell: (request: Request) => void,
    take: (input: PatientInput) => void,
  ) {
    this.#world = world;
    this.#page = page;
    this.#ask = ask;
    this.#tell = tell;
    this.#take = take;
  }

  /** A contact is shown: see whether this browser is sent its notices. */
  async look(contact: string): Promise<void> {
    const { push, drawer } = this.#world;
    const asked = drawer.get(ASKED) === contact && (await push.registered());
    if (this.#page().contact?.contact === contact) this.#show(asked ? "on" : this.#possible());
  }

  /** The contact is over, or this device forgets it. */
  end(): void {
    if (this.#world.drawer.get(ASKED) === undefined) return;
    this.#world.drawer.remove(ASKED);
    void this.#world.push.release();
    this.#show(this.#possible());
  }

  intents(): WaitingIntents {
    return {
      chooseCallback: (number, at) =>
        this.#ask("callback", ({ contact }) => ({ type: "callback.choose", contact, number, at })),
      dropCallback: () => this.#ask("callback", ({ contact }) => ({ type: "callback.drop", contact })),
      reportWorse: (answers, words) =>
        this.#ask("worse", ({ contact }) => ({ type: "worse.report", contact, answers, words }), true),
      answerCheck: (later) => this.#ask("check", ({ contact }) => ({ type: "check.answer", contact, later })),
      testNetwork: (signal) => this.#testNetwork(signal),
      askPush: () => this.#askPush(),
      stopPush: () => this.#stopPush(),
      textMe: (number) => this.#ask("text", ({ contact }) => ({ type: "notice.text", contact, number }), true),
    };
  }

  async #testNetwork(signal: AbortSignal): Promise<Network | null> {
    const contact = this.#page().contact?.contact;
    if (!contact || !this.#page().catalogue?.network_test) return null;
    const { measureFor } = await import("../network/run");
    const network = await measureFor(this.#world, contact, signal);
    if (network && this.#page().contact?.contact === contact) this.#tell({ type: "network.report", contact, network });
    return network;
  }

  async #askPush(): Promise<boolean> {
    const { push, drawer } = this.#world;
    const key = this.#page().catalogue?.push_key ?? "";
    this.#take({ type: "busy", intent: "push", on: true });
    const address = await push.register(key);
    const done =
      address !== null && (await this.#ask("push", ({ contact }) => ({ type: "notice.push", contact, address }), true));
    this.#take({ type: "busy", intent: "push", on: false });
    const contact = this.#page().contact?.contact;
    if (done && contact) drawer.set(ASKED, contact, KEPT);
    this.#show(done ? "on" : this.#possible() === "off" ? "failed" : this.#possible());
    return done;
  }

  async #stopPush(): Promise<boolean> {
    const endpoint = await this.#world.push.release();
    this.#world.drawer.remove(ASKED);
    this.#show(this.#possible());
    if (endpoint === null) return true;
    return this.#ask("push", ({ contact }) => ({ type: "notice.push_stop", contact, endpoint }), true);
  }

  #possible(): PushState {
    const permission = this.#world.push.permission();
    return permission === "possible" ? "off" : permission;
  }

  #show(push: PushState): void {
    if (this.#page().push !== push) this.#take({ type: "push", push });
  }
}
