import type { Component } from "svelte";

/** An icon of `@lucide/svelte/icons/<name>`. */
export type IconShape = Component<{ size?: number; strokeWidth?: number; class?: string }>;

/** The words that a chat needs. */
export interface ChatWords {
  /** Name of the list of messages for a screen reader. */
  readonly log: string;
  readonly empty: string;
  /** Label of the field. */
  readonly write: string;
  readonly send: string;
  readonly you: string;
  readonly sending: string;
  readonly sent: string;
  readonly read: string;
  readonly failed: string;
  readonly resend: string;
  readonly typing: (name: string) => string;
  /** Shown in place of the field when nothing can be written any more. */
  readonly closed: string;
  readonly tooLong: (over: number) => string;
  /** How an instant is written: "14.32". */
  readonly at: (instant: number) => string;
}
