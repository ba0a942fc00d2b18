/**
 * The console in every state, from fixtures: `/dev/nurse-gallery.html?state=video&lang=sv` with
 * `npm run dev`. Without `state` it lists them. Not part of the build.
 */
import { mount } from "svelte";
import "../src/ui/theme.css";
import "../src/ui/nurse/console.css";
import Gallery from "./NurseGallery.svelte";
import { fakeApp } from "./nurseApp";
import { STATES } from "./nurseStates";

const target = document.querySelector("#app");
if (!target) throw new Error("the page has no #app");
document.body.classList.add("staff");

const asked = new URLSearchParams(location.search);
const state = STATES[asked.get("state") ?? ""];
if (state) {
  const app = fakeApp({ ...state(), language: asked.get("lang") ?? "sv" });
  mount(Gallery, { target, props: { app } });
} else {
  const list = document.createElement("ul");
  for (const name of Object.keys(STATES)) {
    const link = document.createElement("a");
    link.href = `?state=${name}`;
    link.textContent = name;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  target.append(list);
}
