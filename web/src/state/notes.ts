import type { World } from "../platform/world";
import type { NoteDraft, Outcome } from "../protocol/messages";
import type { Reply, Request } from "../signal/connection";
import type { NurseContact } from "./nursePage";

export interface NotesHooks {
  held(contact: string): NurseContact | undefined;
  request(request: Request): Promise<Reply>;
  saving(contact: string): void;
  saved(contact: string, draft: NoteDraft, reply: Reply): void;
}

const PAUSE = 1_000;

/** Sends unsigned notes to be kept, a second after the last change and one at a time. */
export class Notes {
  readonly #world: Pick<World, "timers">;
  readonly #hooks: NotesHooks;
  readonly #waiting = new Map<string, () => void>();
  readonly #sending = new Set<string>();

  constructor(world: Pick<World, "timers">, hooks: NotesHooks) {
    this.#world = world;
    this.#hooks = hooks;
  }

  soon(contact: string): void {
    this.forget(contact);
    const cancel = this.#world.timers.after(PAUSE, () => {
      void this.#save(contact);
    });
    this.#waiting.set(contact, cancel);
  }

  /** The page is going away: do not wait for the second. */
  now(): void {
    for (const contact of [...this.#waiting.keys()]) void this.#save(contact);
  }

  forget(contact: string): void {
    this.#waiting.get(contact)?.();
    this.#waiting.delete(contact);
  }

  close(): void {
    for (const contact of [...this.#waiting.keys()]) this.forget(contact);
  }

  async #save(contact: string): Promise<void> {
    this.forget(contact);
    const held = this.#hooks.held(contact);
    if (held?.draftStatus !== "unsaved" || this.#sending.has(contact)) return;
    const { draft } = held;
    this.#sending.add(contact);
    this.#hooks.saving(contact);
    const reply = await this.#hooks.request({ type: "note.save", contact, draft });
    this.#sending.delete(contact);
    this.#hooks.saved(contact, draft, reply);
    // Written on meanwhile. What was refused is not sent again until it is changed.
    if (reply.ok && this.#hooks.held(contact)?.draftStatus === "unsaved") this.soon(contact);
  }
}

/** The outcome that a note is, or the names of what is still missing, in the order of the form. */
export function outcomeOf(draft: NoteDraft): Outcome | readonly string[] {
  const { urgency, care_level, note } = draft;
  const required = {
    urgency,
    care_level,
    "note.situation": note.situation.trim(),
    "note.assessment": note.assessment.trim(),
    "note.recommendation": note.recommendation.trim(),
    advice: draft.advice.trim(),
  };
  if (urgency && care_level && Object.values(required).every(Boolean))
    return { ...draft, urgency, care_level };
  return Object.entries(required)
    .filter(([, value]) => !value)
    .map(([name]) => name);
}
