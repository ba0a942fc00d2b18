import type { Answer, Http, SendFile, UploadRequest } from "./http";
import type { Media } from "./media";
import type { Page } from "./page";
import type { Random } from "./random";
import type { Drawer, Shelf } from "./storage";
import type { Clock, Timers } from "./time";
import type { World } from "./world";
import type { Push, PushAddress, PushPermission } from "./push";

/** Time that stands still until a test moves it. */
export class FakeTime implements Clock, Timers {
  #now = 0;
  #queue: { at: number; run: () => void }[] = [];

  now(): number {
    return 1_000_000 + this.#now;
  }

  elapsed(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, run };
    this.#queue.push(entry);
    return () => {
      this.#queue = this.#queue.filter((other) => other !== entry);
    };
  }

  /** Let `ms` pass, and everything due in it happen in order. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#queue.sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#queue.shift();
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = end;
  }
}

/** Let every promise that can go on do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

/** Random enough to tell ids apart, the same each time; `number` is what a test says. */
export class FakeRandom implements Random {
  next = 0.5;
  #count: number;

  constructor(start = 0) {
    this.#count = start;
  }

  number(): number {
    return this.next;
  }

  hex(digits: number): string {
    this.#count += 1;
    return this.#count.toString(16).padStart(digits, "0");
  }
}

type Answers = (method: string, path: string, body: unknown) => Answer<unknown> | undefined;

const NOT_FOUND: Answer<never> = {
  ok: false,
  status: 404,
  problem: { code: "request.not_found", text: "Not here.", detail: "" },
};

export class FakeHttp implements Http {
  readonly asked: string[] = [];
  answer: Answers = () => undefined;

  get<T>(path: string): Promise<Answer<T>> {
    return this.#ask("GET", path, undefined);
  }

  post<T>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.#ask("POST", path, body);
  }

  remove(path: string): Promise<Answer<null>> {
    return this.#ask("DELETE", path, undefined);
  }

  #ask<T>(method: string, path: string, body: unknown): Promise<Answer<T>> {
    this.asked.push(`${method} ${path}`);
    return Promise.resolve((this.answer(method, path, body) ?? NOT_FOUND) as Answer<T>);
  }
}

/** Uploads wait until a test answers them. */
export class FakeFiles {
  readonly requests: (UploadRequest & {
    cancelled: boolean;
    reply(answer: Answer<unknown>): void;
  })[] = [];

  readonly send: SendFile = <T>(request: UploadRequest) => {
    let reply: (answer: Answer<T>) => void = () => undefined;
    const answer = new Promise<Answer<T>>((resolve) => {
      reply = resolve;
    });
    const seen = {
      ...request,
      cancelled: false,
      reply: (value: Answer<unknown>) => {
        reply(value as Answer<T>);
      },
    };
    this.requests.push(seen);
    return {
      answer,
      cancel: () => {
        seen.cancelled = true;
      },
    };
  };
}

export class FakeDrawer implements Drawer {
  readonly things = new Map<string, unknown>();

  get(key: string): unknown {
    return this.things.get(key);
  }

  set(key: string, value: unknown): void {
    this.things.set(key, value);
  }

  remove(key: string): void {
    this.things.delete(key);
  }
}

export class FakeShelf<T> implements Shelf<T> {
  readonly things = new Map<string, T>();

  all(): Promise<T[]> {
    return Promise.resolve([...this.things.values()]);
  }

  put(key: string, value: T): Promise<void> {
    this.things.set(key, value);
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    this.things.delete(key);
    return Promise.resolve();
  }
}

/** A browser that may be called back, once it has been asked. */
export class FakePush implements Push {
  allowed: PushPermission = "possible";
  address: PushAddress | null = { endpoint: "https://push.example/1", p256dh: "p", auth: "a" };
  known = false;
  started: string[] = [];

  permission(): PushPermission {
    return this.allowed;
  }

  registered(): Promise<boolean> {
    return Promise.resolve(this.known);
  }

  register(): Promise<PushAddress | null> {
    this.known = this.address !== null;
    return Promise.resolve(this.address);
  }

  release(): Promise<string | null> {
    const endpoint = this.known ? (this.address?.endpoint ?? null) : null;
    this.known = false;
    return Promise.resolve(endpoint);
  }

  start(language: string): void {
    this.started.push(language);
  }
}

export class FakePage implements Page {
  address = "/";
  hash = "";
  tags: readonly string[] = ["sv"];
  readonly urls = new Set<string>();
  readonly #wakers = new Set<(why: "visible" | "online") => void>();
  readonly #hiders = new Set<() => void>();
  #files = 0;

  path(): string {
    return this.address;
  }

  fragment(): string {
    return this.hash;
  }

  showPath(path: string): void {
    this.address = path;
    this.hash = "";
  }

  languages(): readonly string[] {
    return this.tags;
  }

  onWake(run: (why: "visible" | "online") => void): () => void {
    this.#wakers.add(run);
    return () => this.#wakers.delete(run);
  }

  onHide(run: () => void): () => void {
    this.#hiders.add(run);
    return () => this.#hiders.delete(run);
  }

  wake(why: "visible" | "online"): void {
    for (const run of this.#wakers) run(why);
  }

  hide(): void {
    for (const run of this.#hiders) run();
  }

  fileUrl(): string {
    const url = `blob:${String((this.#files += 1))}`;
    this.urls.add(url);
    return url;
  }

  dropFileUrl(url: string): void {
    this.urls.delete(url);
  }
}

/** A machine with neither camera nor microphone. */
export const noMedia: Media = {
  capture: () => Promise.reject(new DOMException("none", "NotFoundError")),
  isDenied: () => Promise.resolve(false),
  devices: () => Promise.resolve([]),
  onDeviceChange: () => () => undefined,
  stream: () => {
    throw new Error("this test has no streams");
  },
  connection: () => {
    throw new Error("this test has no connections");
  },
  meter: () => ({ level: () => 0, close: () => undefined }),
};

/** A world for tests. Nothing in it happens by itself. */
export class FakeWorld implements World {
  readonly time = new FakeTime();
  readonly clock: Clock = this.time;
  readonly timers: Timers = this.time;
  readonly random: FakeRandom;
  readonly openSocket: World["openSocket"];
  readonly http = new FakeHttp();
  readonly files = new FakeFiles();
  readonly sendFile: SendFile = this.files.send;
  readonly drawer = new FakeDrawer();
  readonly shelves = new Map<string, FakeShelf<unknown>>();
  readonly page = new FakePage();
  readonly push = new FakePush();
  media: Media = noMedia;

  constructor(openSocket: World["openSocket"], seed = 0) {
    this.openSocket = openSocket;
    this.random = new FakeRandom(seed);
  }

  readonly shelf = <T>(name: string): Shelf<T> => {
    const shelf = this.shelves.get(name) ?? new FakeShelf<unknown>();
    this.shelves.set(name, shelf);
    return shelf as unknown as Shelf<T>;
  };
}
