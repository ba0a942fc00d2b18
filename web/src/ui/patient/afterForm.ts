import { Later } from "./later.svelte";

/** All that is drawn after the form. */
export const rest = new Later(() => import("./rest"));
