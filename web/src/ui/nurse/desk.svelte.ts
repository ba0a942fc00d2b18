import { tick } from "svelte";
import { MediaQuery } from "svelte/reactivity";
import type { LineRow, Nurse, Urgency } from "../../protocol/messages";
import type { Handing, NurseApp, NurseContact, NursePage } from "../../state/nurse";
import type { Command } from "./keys";
import type { Surroundings } from "./surroundings.svelte";
import { fillsSeat, held, mustEnd, room, whole, type Room } from "./words";

/** The parts of the console, of which a narrow screen shows one. */
export type Pane = "line" | "work" | "note";

/** The dialog that is open. */
export type Open = "return" | "transfer" | "sign" | "hangUp" | "devices" | "shortcuts" | null;

/** A contact that left by the nurse's own doing. */
export interface Done {
  readonly what: "signed" | "returned" | "transferred";
  readonly called: string;
}

/** Where the nurse is at her desk: what is shown, what is open, where the focus goes after an action. */
export class Desk {
  pane = $state<Pane>("line");
  /** The line lies over the work, where it is otherwise folded away. */
  lineShown = $state(false);
  open = $state<Open>(null);
  /** The photo that is looked at. */
  photo = $state<string | null>(null);
  /** What she just did with a contact that is no longer on the screen. */
  done = $state<Done | null>(null);

  readonly #page: () => NursePage;
  readonly #app: NurseApp;
  readonly #nurse: () => Nurse;
  readonly #around: Surroundings;
  /** One part at a time. The same width stands in the console's styles. */
  readonly #narrow = new MediaQuery("(max-width: 63.99rem)");
  /** Undefined until the first look, after which the focus has a place to be. */
  #seen: string | null | undefined;
  /** She took somebody, who is not on the screen yet: the focus goes there. */
  #taken = false;

  constructor(page: () => NursePage, app: NurseApp, nurse: () => Nurse, around: Surroundings) {
    this.#page = page;
    this.#app = app;
    this.#nurse = nurse;
    this.#around = around;
  }

  /** The contact on the screen. An offer is not one yet. */
  get shown(): NurseContact | null {
    const page = this.#page();
    const current = page.current === null ? undefined : page.contacts[page.current];
    return current && current.view.phase !== "offered" ? current : null;
  }

  get offer(): NurseContact | null {
    const page = this.#page();
    return page.offer === null ? null : (page.contacts[page.offer] ?? null);
  }

  get mine(): NurseContact[] {
    return held(Object.values(this.#page().contacts));
  }

  /** Whether the chat is before her eyes, so that what stands there has been read. */
  get chatInSight(): boolean {
    return this.photo === null && (!this.#narrow.current || this.pane === "work");
  }

  /** Whether she meets anybody by video. */
  get video(): boolean {
    return this.#nurse().channels.includes("video");
  }

  /** Why she cannot take anybody now, or null. */
  get lockedBy(): string | null {
    const { t } = this.#around;
    const { status } = this.#page().connection;
    if (status === "offline" || status === "refused") return t.line.noConnection;
    if (!this.#page().duty.on) return t.line.offDuty;
    if (this.offer) return t.line.answerFirst;
    if (this.#room !== "none") return null;
    return this.mine.some((one) => fillsSeat(one.view.phase) && whole(one.view)) || this.#nurse().chats === 1
      ? t.line.cannotWhileBusy
      : t.lines.full;
  }

  /** Why she cannot take this one now, or null. */
  lockedFor(row: LineRow): string | null {
    return this.lockedBy ?? (this.#room === "chats" && whole(row) ? this.#around.t.lines.onlyChats : null);
  }

  get #room(): Room {
    const views = Object.values(this.#page().contacts).map((one) => one.view);
    return room(views, this.#nurse().chats);
  }

  /** Another contact came on the screen: what belongs to the old one closes. */
  follow(): void {
    const id = this.shown?.view.contact ?? null;
    if (id === this.#seen) return;
    this.#seen = id;
    this.photo = null;
    this.lineShown = false;
    if (this.open !== "shortcuts") this.open = null;
    this.pane = id === null ? "line" : "work";
    if (id !== null) this.done = null;
    void tick().then(() => {
      // Do not take the focus from somebody who writes.
      const at = document.activeElement;
      if (this.#taken || at === null || at === document.body)
        document.getElementById("patient-heading")?.focus({ preventScroll: true });
      this.#taken = false;
    });
  }

  duty(on: boolean, offers: boolean): void {
    void this.#app.setDuty(on, offers);
  }

  async take(contact?: string): Promise<void> {
    if (this.lockedBy !== null || this.#busy("take")) return;
    if (await this.#app.take(contact)) this.#toTaken();
  }

  async accept(): Promise<void> {
    if (!this.offer || this.#busy("accept")) return;
    if (await this.#app.accept()) this.#toTaken();
  }

  decline(): void {
    if (this.offer && !this.#busy("decline")) void this.#app.decline();
  }

  choose(contact: string): void {
    this.#app.select(contact);
    this.pane = "work";
    this.#toWork();
  }

  async sendBack(urgency: Urgency | null, reason: string): Promise<void> {
    this.open = null;
    const called = this.shown?.view.called ?? "";
    if (await this.#app.returnToLine(urgency, reason)) this.#leave("returned", called);
  }

  askToHandOver(): void {
    this.open = "transfer";
    void this.#app.askColleagues();
  }

  /** What she wrote stays open until it has been handed over. */
  async handOver(handing: Handing): Promise<void> {
    if (this.#busy("transfer")) return;
    const called = this.shown?.view.called ?? "";
    if (!(await this.#app.transfer(handing))) return;
    this.open = null;
    this.#leave("transferred", called);
  }

  /** Sign at once when the talk is over; otherwise ask, for it ends the talk too. */
  askToSign(): void {
    if (!this.shown) return;
    if (mustEnd(this.shown.view.phase)) this.open = "sign";
    else void this.sign();
  }

  async sign(): Promise<void> {
    this.open = null;
    if (!this.shown) return;
    const { called } = this.shown.view;
    if (await this.#app.sign()) this.#leave("signed", called);
  }

  async hangUp(): Promise<void> {
    this.open = null;
    await this.#app.hangUp();
  }

  closePhoto(): void {
    const was = this.photo;
    this.photo = null;
    this.#focus(`[data-photo="${was ?? ""}"]`);
  }

  /** Carry out a single-key shortcut. */
  readonly does: Readonly<Record<Command, () => void>> = {
    take: () => void this.take(),
    accept: () => void this.accept(),
    decline: () => {
      this.decline();
    },
    line: () => {
      this.#show("line", "[data-row][tabindex='0'], #line-heading");
    },
    chat: () => {
      if (this.shown) this.#show("work", "#chat textarea");
    },
    note: () => {
      if (this.shown) this.#show("note", "#note-situation");
    },
    photos: () => {
      this.photo = this.shown?.view.photos.find((one) => one.status === "ready")?.id ?? null;
    },
    mute: () => {
      this.#app.setMuted(!this.#page().call.muted);
    },
    camera: () => {
      this.#app.setCameraOff(!this.#page().call.cameraOff);
    },
    help: () => {
      this.open = "shortcuts";
    },
  };

  #leave(what: Done["what"], called: string): void {
    this.done = { what, called };
    this.#toWork();
  }

  #busy(what: NursePage["busy"][number]): boolean {
    return this.#page().busy.includes(what);
  }

  #show(pane: Pane, find: string): void {
    this.pane = pane;
    if (pane === "line") this.lineShown = true;
    this.#focus(find);
  }

  /** The contact may be drawn a moment later than it is hers. */
  #toTaken(): void {
    this.#taken = document.getElementById("patient-heading") === null;
    this.#toWork();
  }

  #toWork(): void {
    this.#focus("#patient-heading");
  }

  #focus(find: string): void {
    void tick().then(() => document.querySelector<HTMLElement>(find)?.focus());
  }
}
