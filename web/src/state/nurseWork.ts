import type { Channel, Urgency } from "../protocol/messages";
import type { Request } from "../signal/connection";
import { outcomeOf } from "./notes";
import type { Handing, NurseContact, NurseIntent, NursePage } from "./nursePage";
import type { NurseInput } from "./nurseStep";
import type { Shell } from "./shell";

/** What a nurse does with contacts. Each tells whether it was done. */
export class NurseWork {
  readonly #shell: Shell<NursePage, NurseIntent>;
  readonly #tell: (input: NurseInput) => void;

  constructor(shell: Shell<NursePage, NurseIntent>, tell: (input: NurseInput) => void) {
    this.#shell = shell;
    this.#tell = tell;
  }

  async take(contact: string | null): Promise<boolean> {
    const reply = await this.#shell.ask("take", {
      type: "line.take",
      contact,
      media: this.#shell.call.ahead(),
    });
    if (reply.ok && reply.contact) this.#tell({ type: "select", contact: reply.contact });
    return reply.ok;
  }

  async accept(): Promise<boolean> {
    const held = this.#offer();
    if (!held) return false;
    const { contact, epoch } = held.view;
    const done = await this.#ask("accept", {
      type: "offer.accept",
      contact,
      epoch,
      media: this.#shell.call.ahead(),
    });
    if (done) this.#tell({ type: "select", contact });
    return done;
  }

  decline(): Promise<boolean> {
    return this.#end("decline", this.#offer(), ({ contact, epoch }) => ({
      type: "offer.decline",
      contact,
      epoch,
    }));
  }

  async proposeChannel(channel: Channel): Promise<boolean> {
    const held = this.#current();
    if (!held) return false;
    const { contact, epoch } = held.view;
    return this.#ask("proposeChannel", { type: "channel.propose", contact, epoch, channel });
  }

  async lowerToChat(): Promise<boolean> {
    const held = this.#current();
    if (!held) return false;
    return this.#ask("lowerToChat", { type: "channel.lower", contact: held.view.contact });
  }

  async hangUp(): Promise<boolean> {
    const held = this.#current();
    if (!held) return false;
    const { contact, epoch } = held.view;
    return this.#ask("hangUp", { type: "contact.hang_up", contact, epoch });
  }

  /** Nobody answered the phone. */
  async callUnanswered(): Promise<boolean> {
    const held = this.#current();
    if (!held) return false;
    const { contact, epoch } = held.view;
    return this.#ask("unanswered", { type: "call.unanswered", contact, epoch });
  }

  returnToLine(urgency: Urgency | null, reason: string): Promise<boolean> {
    return this.#end("returnToLine", this.#current(), ({ contact, epoch }) => ({
      type: "contact.return",
      contact,
      epoch,
      urgency,
      reason,
    }));
  }

  async askColleagues(): Promise<boolean> {
    const held = this.#current();
    if (!held) return false;
    return this.#ask("askColleagues", { type: "colleagues.ask", contact: held.view.contact });
  }

  /** Hand the contact over. The note goes along, so its newest words are sent first. */
  transfer(handing: Handing): Promise<boolean> {
    const held = this.#current();
    if (held && held.draftStatus !== "saved") {
      const { view, draft } = held;
      void this.#shell.connection.request({ type: "note.save", contact: view.contact, draft }, false);
    }
    return this.#end("transfer", held, ({ contact, epoch }) => ({
      type: "contact.transfer",
      contact,
      epoch,
      ...handing,
    }));
  }

  /** Sign the note as the outcome; a talk that still goes on is ended first. */
  async sign(): Promise<boolean> {
    const held = this.#current();
    if (!held) return false;
    const outcome = outcomeOf(held.draft);
    if (!("advice" in outcome)) {
      const problem = { code: "page.incomplete", text: "", detail: outcome.join(",") };
      this.#tell({ type: "problem", problem });
      return false;
    }
    const { phase } = held.view;
    const talks = phase === "talking" || phase === "interrupted" || phase === "calling";
    if (talks && !(await this.hangUp())) return false;
    return this.#end("sign", held, ({ contact, epoch }) => ({
      type: "outcome.sign",
      contact,
      epoch,
      outcome,
    }));
  }

  #current(): NurseContact | undefined {
    const { current, contacts } = this.#shell.page;
    return current === null ? undefined : contacts[current];
  }

  #offer(): NurseContact | undefined {
    const { offer, contacts } = this.#shell.page;
    return offer === null ? undefined : contacts[offer];
  }

  async #ask(intent: NurseIntent, request: Request): Promise<boolean> {
    return (await this.#shell.ask(intent, request)).ok;
  }

  /** Ask for something after which the contact leaves her: that it goes is then no news. */
  async #end(
    intent: NurseIntent,
    held: NurseContact | undefined,
    make: (view: NurseContact["view"]) => Request,
  ): Promise<boolean> {
    if (!held) return false;
    const { contact } = held.view;
    this.#tell({ type: "closing", contact, on: true });
    const done = await this.#ask(intent, make(held.view));
    if (!done) this.#tell({ type: "closing", contact, on: false });
    return done;
  }
}
