import { createStore, del, entries, set, type UseStore } from "idb-keyval";
import type { Clock } from "./time";

/** Small things kept on this device until they expire. Where nothing may be kept, nothing is. */
export interface Drawer {
  get(key: string): unknown;
  set(key: string, value: unknown, ms: number): void;
  remove(key: string): void;
}

/** Large things kept on this device: files. */
export interface Shelf<T> {
  all(): Promise<T[]>;
  put(key: string, value: T): Promise<void>;
  remove(key: string): Promise<void>;
}

const PREFIX = "video-advice:";

interface Kept {
  readonly value: unknown;
  readonly until: number;
}

/** Open it ahead: the browser takes as long over the first look as over a whole drawing of the page. */
export function openStorage(): void {
  try {
    void localStorage.length;
  } catch {
    // Forbidden: nothing will be kept.
  }
}

/** What has expired is removed as soon as the page opens, whether or not it is asked for. */
export function browserDrawer(clock: Clock, storage: () => Storage = () => localStorage): Drawer {
  function attempt<T>(work: (store: Storage) => T): T | undefined {
    try {
      return work(storage());
    } catch {
      return undefined;
    }
  }
  function look(store: Storage, name: string): unknown {
    const kept = JSON.parse(store.getItem(name) ?? "null") as Kept | null;
    if (kept && kept.until > clock.now()) return kept.value;
    store.removeItem(name);
    return undefined;
  }
  for (const name of attempt((store) => Object.keys(store)) ?? [])
    if (name.startsWith(PREFIX)) attempt((store) => look(store, name));
  return {
    get: (key) => attempt((store) => look(store, PREFIX + key)),
    set(key, value, ms) {
      const kept: Kept = { value, until: clock.now() + ms };
      attempt((store) => {
        store.setItem(PREFIX + key, JSON.stringify(kept));
      });
    },
    remove(key) {
      attempt((store) => {
        store.removeItem(PREFIX + key);
      });
    },
  };
}

/** Kept in IndexedDB; in memory where that is forbidden. */
export function browserShelf<T>(name: string): Shelf<T> {
  const memory = new Map<string, T>();
  let store: UseStore | undefined;
  const open = (): UseStore => (store ??= createStore(`video-advice-${name}`, "things"));
  return {
    async all() {
      try {
        const kept = await entries<string, T>(open());
        return [...kept.map(([, value]) => value), ...memory.values()];
      } catch {
        return [...memory.values()];
      }
    },
    async put(key, value) {
      try {
        await set(key, value, open());
      } catch {
        memory.set(key, value);
      }
    },
    async remove(key) {
      memory.delete(key);
      try {
        await del(key, open());
      } catch {
        // It was never on the disk.
      }
    },
  };
}
