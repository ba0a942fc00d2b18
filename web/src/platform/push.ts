/** Where this browser is reached, and the keys that only it can open. */
export interface PushAddress {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** `denied`: the person, or the device, does not allow it; only its settings can change that. */
export type PushPermission = "missing" | "denied" | "possible";

/** Being called back by the browser, also while the page is closed. */
export interface Push {
  permission(): PushPermission;
  /** Whether this browser is registered with its push service now. */
  registered(): Promise<boolean>;
  /** Ask the person and register. Only in a click. Null: no permission, or no push service. */
  register(key: string): Promise<PushAddress | null>;
  /** Let go; returns the endpoint that was in use. */
  release(): Promise<string | null>;
  /** Take the worker into use, and tell it the language of its sentences. */
  start(language: string): void;
}

const SETTINGS = "settings";

/** The key as the browser wants it: the bytes behind base64url. */
export function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function addressOf(subscription: PushSubscription): PushAddress | null {
  const { endpoint, keys } = subscription.toJSON();
  const { p256dh, auth } = keys ?? {};
  return endpoint && p256dh && auth ? { endpoint, p256dh, auth } : null;
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

export const browserPush: Push = {
  permission() {
    if (!("serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis))
      return "missing";
    return Notification.permission === "denied" ? "denied" : "possible";
  },
  async registered() {
    if (browserPush.permission() !== "possible" || Notification.permission !== "granted") return false;
    try {
      return (await subscription()) !== null;
    } catch {
      return false;
    }
  },
  async register(key) {
    try {
      if ((await Notification.requestPermission()) !== "granted") return null;
      const { pushManager } = await navigator.serviceWorker.ready;
      const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
      return addressOf(made);
    } catch {
      // A private window, a browser without a push service, or one registered with another key.
      await browserPush.release();
      return null;
    }
  },
  async release() {
    try {
      const known = await subscription();
      await known?.unsubscribe();
      return known?.endpoint ?? null;
    } catch {
      return null;
    }
  },
  start(language) {
    if (!("serviceWorker" in navigator)) return;
    void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
    void caches
      .open(SETTINGS)
      .then((cache) => cache.put("/language", new Response(language)))
      .catch(() => undefined);
  },
};
