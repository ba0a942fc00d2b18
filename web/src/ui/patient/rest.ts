/** Fetched in one piece while the form is filled in. */
export { default as Consent } from "./Consent.svelte";
export { default as Live } from "./Live.svelte";
export { default as MoveHere } from "./MoveHere.svelte";
