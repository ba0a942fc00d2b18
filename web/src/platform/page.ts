/** The browser around the page: its address, and whether anybody looks at it. */
export interface Page {
  path(): string;
  /** What follows `#`. */
  fragment(): string;
  /** Change the address without loading anything or adding to the history. */
  showPath(path: string): void;
  /** The person's languages, best first, as ISO 639 codes. */
  languages(): readonly string[];
  /** The page came to the front, or the network came back. */
  onWake(run: (why: "visible" | "online") => void): () => void;
  /** The page goes to the back, or away: the last moment to save something. */
  onHide(run: () => void): () => void;
  fileUrl(file: Blob): string;
  dropFileUrl(url: string): void;
}

export const browserPage: Page = {
  path: () => location.pathname,
  fragment: () => location.hash.slice(1),
  showPath(path) {
    history.replaceState(null, "", path);
  },
  languages: () => navigator.languages.map((tag) => tag.toLowerCase().split("-")[0] ?? tag),
  onWake(run) {
    const visible = (): void => {
      if (document.visibilityState === "visible") run("visible");
    };
    const online = (): void => {
      run("online");
    };
    document.addEventListener("visibilitychange", visible);
    addEventListener("pageshow", visible);
    addEventListener("online", online);
    return () => {
      document.removeEventListener("visibilitychange", visible);
      removeEventListener("pageshow", visible);
      removeEventListener("online", online);
    };
  },
  onHide(run) {
    const hidden = (): void => {
      if (document.visibilityState === "hidden") run();
    };
    document.addEventListener("visibilitychange", hidden);
    addEventListener("pagehide", run);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      removeEventListener("pagehide", run);
    };
  },
  fileUrl: (file) => URL.createObjectURL(file),
  dropFileUrl(url) {
    URL.revokeObjectURL(url);
  },
};
