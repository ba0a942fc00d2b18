import type { Component, ComponentProps } from "svelte";
import type Live from "./Live.svelte";

type LiveView = Component<ComponentProps<typeof Live>>;

const AGAIN = 2_000;
let coming: Promise<LiveView> | null = null;

/** Fetch what a contact is drawn with. Goes on trying until the network lets it through. */
export function fetchLive(): Promise<LiveView> {
  coming ??= fetchOnce();
  return coming;
}

async function fetchOnce(): Promise<LiveView> {
  for (;;) {
    try {
      return (await import("./Live.svelte")).default;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}
