import { isPassing, type Upload } from "../platform/http";
import type { Shelf } from "../platform/storage";
import type { World } from "../platform/world";
import { LIMITS, type HowPhoto, type PhotoAccepted } from "../protocol/messages";
import type { PhotoUpload } from "./types";

/** A photo as it is kept on the device until the service has it. */
interface KeptPhoto {
  readonly key: string;
  /** Null: taken before there was a contact. */
  readonly contact: string | null;
  readonly how: HowPhoto;
  readonly name: string;
  readonly type: string;
  readonly file: Blob;
  readonly at: number;
  readonly error: PhotoUpload["error"];
}

interface Item {
  kept: KeptPhoto;
  readonly thumbUrl: string;
  sent: number;
  sending: boolean;
}

export interface QueueHooks {
  changed(uploads: readonly PhotoUpload[]): void;
}

export type QueueWorld = Pick<World, "clock" | "timers" | "random" | "sendFile" | "shelf" | "page">;

/** A photo that never found its contact is forgotten after this. */
const KEEP = 2 * 60 * 60 * 1000;
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 30_000;

/** Photos on their way to the service, one at a time. They outlive a reload of the page. */
export class PhotoQueue {
  readonly #world: QueueWorld;
  readonly #hooks: QueueHooks;
  readonly #shelf: Shelf<KeptPhoto>;
  readonly #unwatch: () => void;
  #items: Item[] = [];
  #contact: string | null = null;
  #running: { readonly item: Item; readonly upload: Upload<PhotoAccepted> } | null = null;
  #failures = 0;
  #cancelRetry: (() => void) | null = null;
  #closed = false;

  constructor(world: QueueWorld, hooks: QueueHooks) {
    this.#world = world;
    this.#hooks = hooks;
    this.#shelf = world.shelf("photos");
    this.#unwatch = world.page.onWake(() => {
      this.#now();
    });
  }

  /** Take up what an earlier page left behind. */
  async load(): Promise<void> {
    const kept = await this.#shelf.all();
    for (const photo of kept.sort((a, b) => a.at - b.at)) {
      const old = this.#world.clock.now() - photo.at > KEEP;
      const known = this.#items.some((item) => item.kept.key === photo.key);
      if (old) void this.#shelf.remove(photo.key);
      else if (!known && !this.#closed) this.#items.push(this.#item(photo));
    }
    this.#settle();
  }

  /** The contact that this page shows. Photos taken before it existed are sent to it. */
  follow(contact: string | null): void {
    if (contact === this.#contact) return;
    this.#contact = contact;
    this.#settle();
  }

  add(files: Iterable<File>, how: HowPhoto): void {
    for (const file of files) {
      const item = this.#item({
        key: this.#world.random.hex(32),
        contact: this.#contact,
        how,
        name: file.name,
        type: file.type || typeOf(file.name),
        file,
        at: this.#world.clock.now(),
        error:
          file.size > LIMITS.photoBytes ? { code: "page.photo_too_large", text: "" } : null,
      });
      this.#items.push(item);
      // What can never be sent need not outlive the page.
      if (!item.kept.error) this.#keep(item);
    }
    this.#settle();
  }

  retry(key: string): void {
    const item = this.#find(key);
    if (!item || item.kept.file.size > LIMITS.photoBytes) return;
    item.kept = { ...item.kept, error: null };
    this.#keep(item);
    this.#now();
  }

  cancel(key: string): void {
    const item = this.#find(key);
    if (!item) return;
    if (this.#running?.item === item) {
      this.#running.upload.cancel();
      this.#running = null;
    }
    this.#remove(item);
    this.#settle();
  }

  /** Forget everything, on the device too. */
  clear(): void {
    for (const { kept } of [...this.#items]) this.cancel(kept.key);
  }

  close(): void {
    this.#closed = true;
    this.#unwatch();
    this.#cancelRetry?.();
    this.#running?.upload.cancel();
    for (const { thumbUrl } of this.#items) this.#world.page.dropFileUrl(thumbUrl);
    this.#items = [];
  }

  #find(key: string): Item | undefined {
    return this.#items.find((item) => item.kept.key === key);
  }

  #item(kept: KeptPhoto): Item {
    return { kept, thumbUrl: this.#world.page.fileUrl(kept.file), sent: 0, sending: false };
  }

  #keep(item: Item): void {
    void this.#shelf.put(item.kept.key, item.kept);
  }

  #remove(item: Item): void {
    this.#items = this.#items.filter((other) => other !== item);
    this.#world.page.dropFileUrl(item.thumbUrl);
    void this.#shelf.remove(item.kept.key);
  }

  /** Those of this contact, or of none yet. */
  #ours(): Item[] {
    return this.#items.filter(({ kept }) => [null, this.#contact].includes(kept.contact));
  }

  /** Tell how it stands and go on with the next. */
  #settle(): void {
    if (this.#closed) return;
    const contact = this.#contact;
    for (const item of this.#ours()) {
      if (item.kept.contact !== null || contact === null) continue;
      item.kept = { ...item.kept, contact };
      if (!item.kept.error) this.#keep(item);
    }
    const next = this.#ours().find(({ kept }) => kept.error === null);
    if (next && contact !== null && !this.#running && !this.#cancelRetry)
      void this.#send(next, contact);
    this.#tell();
  }

  /** There is reason to believe that it works now. */
  #now(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#settle();
  }

  async #send(item: Item, contact: string): Promise<void> {
    const { key, how, type, file } = item.kept;
    item.sending = true;
    item.sent = 0;
    const upload = this.#world.sendFile<PhotoAccepted>({
      path: `/api/contacts/${contact}/photos?how=${how}&key=${key}`,
      body: file,
      type,
      progress: (sent) => {
        // What is sent holds the file and nothing else, but some browsers count the header too.
        item.sent = Math.min(sent, file.size);
        this.#tell();
      },
    });
    this.#running = { item, upload };
    const answer = await upload.answer;
    if (this.#closed || this.#running.item !== item) return;
    this.#running = null;
    item.sending = false;
    if (answer.ok) {
      this.#failures = 0;
      this.#remove(item);
    } else if (isPassing(answer.status)) this.#later();
    else {
      item.kept = { ...item.kept, error: { code: answer.problem.code, text: answer.problem.text } };
      this.#keep(item);
    }
    this.#settle();
  }

  #later(): void {
    const most = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    this.#cancelRetry = this.#world.timers.after(
      most * (0.5 + this.#world.random.number() / 2),
      () => {
        this.#now();
      },
    );
  }

  #tell(): void {
    this.#hooks.changed(
      this.#ours().map(({ kept, sent, sending, thumbUrl }) => ({
        key: kept.key,
        name: kept.name,
        how: kept.how,
        bytes: kept.file.size,
        sent,
        status: kept.error ? "failed" : sending ? "sending" : "waiting",
        error: kept.error,
        thumbUrl,
      })),
    );
  }
}

/** Some systems do not say what a HEIC file is. */
function typeOf(name: string): string {
  return /\.hei[cf]$/i.test(name) ? "image/heic" : "application/octet-stream";
}
