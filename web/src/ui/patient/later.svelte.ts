const AGAIN = 2_000;
/** The first page is left in peace for so long before more is fetched. */
const CALM = 2_000;
const LONGEST_CALM = 5_000;

/** Let the browser draw and hear the person before going on. */
export const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Code that is not needed for the first page, fetched before it is. */
export class Later<T> {
  /** Null until it is here. */
  it = $state.raw<T | null>(null);
  /** The network has not let it through yet; it is tried again and again. */
  missed = $state(false);
  readonly #load: () => Promise<T>;
  #coming: Promise<T> | null = null;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  fetch(): Promise<T> {
    this.#coming ??= this.#persist();
    return this.#coming;
  }

  /** Fetch it when the page has nothing else to do. Returns how to call that off. */
  fetchWhenCalm(): () => void {
    const fetch = (): void => void this.fetch();
    const timer = setTimeout(() => {
      // Safari has no idle time to tell of.
      if ("requestIdleCallback" in globalThis) requestIdleCallback(fetch, { timeout: LONGEST_CALM });
      else fetch();
    }, CALM);
    return () => {
      clearTimeout(timer);
    };
  }

  async #persist(): Promise<T> {
    for (;;) {
      try {
        if (this.missed) await askForStylesAgain();
        const it = await this.#load();
        this.it = it;
        this.missed = false;
        return it;
      } catch {
        this.missed = true;
        await againSoon();
      }
    }
  }
}

/** Until the time is over or the network is back. */
function againSoon(): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      removeEventListener("online", go);
      resolve();
    };
    const timer = setTimeout(go, AGAIN);
    addEventListener("online", go);
  });
}

/** A style sheet that did not come is not asked for a second time by whoever imports it. */
async function askForStylesAgain(): Promise<void> {
  const links = document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]");
  const missing = [...links].filter((link) => !hasCome(link));
  await Promise.all(
    missing.map(
      (old) =>
        new Promise((resolve, reject) => {
          const link = old.cloneNode() as HTMLLinkElement;
          link.onload = resolve;
          link.onerror = reject;
          old.replaceWith(link);
        }),
    ),
  );
}

/** Of one that failed, browsers say in different ways that it holds nothing. */
function hasCome({ sheet }: HTMLLinkElement): boolean {
  try {
    return sheet !== null && sheet.cssRules.length > 0;
  } catch {
    return false;
  }
}
