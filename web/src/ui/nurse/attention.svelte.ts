import type { NurseView } from "../../protocol/messages";
import type { NursePage } from "../../state/nurse";
import { chime } from "./chime";
import type { Preferences } from "./preferences.svelte";
import type { Surroundings } from "./surroundings.svelte";
import { shortName, person } from "./words";

/**
 * What is said to somebody who does not look at the page, or hears it read: offers, new people in
 * the line, messages that are not in sight. The chat on the screen says its own.
 */
export class Attention {
  /** For the polite live region. */
  polite = $state("");
  /** For the assertive live region. */
  urgent = $state("");
  /** Stands first in the title of the page; never names anybody. */
  title = $state<string | null>(null);

  readonly #around: Surroundings;
  readonly #likes: Preferences;
  #offer: string | null = null;
  #waiting: readonly string[] | null = null;
  #unread: Readonly<Record<string, number>> = {};

  constructor(around: Surroundings, likes: Preferences) {
    this.#around = around;
    this.#likes = likes;
  }

  /** Compare the page with how it was, and say what is new. */
  look(page: NursePage, offer: NurseView | null, chatInSight: boolean): void {
    this.#offers(offer);
    this.#line(page);
    this.#messages(page, chatInSight);
    const unread = Object.values(this.#unread).reduce((sum, n) => sum + n, 0);
    const { t } = this.#around;
    this.title = offer ? t.offer.tab : unread > 0 ? t.line.unread(unread) : null;
  }

  /** Make the sound, if it is wanted. */
  ring(): void {
    if (this.#likes.sound) chime();
  }

  #offers(offer: NurseView | null): void {
    const key = offer ? `${offer.contact} ${String(offer.epoch)}` : null;
    if (key === this.#offer) return;
    this.#offer = key;
    const { t } = this.#around;
    this.urgent = offer ? t.offer.announce(`${person(offer, t)}, ${t.channel[offer.channel]}`) : "";
    if (offer) this.ring();
  }

  #line(page: NursePage): void {
    if (!page.duty.on) {
      this.#waiting = null;
      return;
    }
    const now = page.line.rows.map((row) => row.contact);
    const before = this.#waiting;
    this.#waiting = now;
    // The first line after going on duty is not news.
    if (before === null) return;
    const fresh = now.filter((contact) => !before.includes(contact)).length;
    if (fresh === 0) return;
    const { t } = this.#around;
    this.polite = `${t.line.newWaiting(fresh)}, ${t.line.waiting(page.line.total)}`;
    if (before.length === 0 && page.current === null) this.ring();
  }

  #messages(page: NursePage, chatInSight: boolean): void {
    const now: Record<string, number> = {};
    for (const { view, unread } of Object.values(page.contacts)) {
      now[view.contact] = unread;
      const more = unread > (this.#unread[view.contact] ?? 0);
      if (more && !(chatInSight && view.contact === page.current)) {
        const { t } = this.#around;
        this.polite = t.chat.newMessage(shortName(view.called, t));
      }
    }
    this.#unread = now;
  }
}
