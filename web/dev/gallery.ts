/** Draws the patient's page in any one of its states: `gallery.html?state=talking&language=ar`. */
import "../src/ui/theme.css";
import { mount } from "svelte";
import App from "../src/ui/patient/App.svelte";
import { Words } from "../src/ui/patient/words.svelte";
import { fakeApp } from "./fakeApp";
import { STATES } from "./states";

const asked = new URLSearchParams(location.search);
const target = document.querySelector("#app");
const make = STATES[asked.get("state") ?? ""];
if (!target) throw new Error("the page has no #app");

if (make) {
  const app = fakeApp({ ...make(), language: asked.get("language") ?? "sv" }, () => undefined);
  mount(App, { target, props: { app, texts: new Words() } });
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
document.documentElement.dataset["states"] = Object.keys(STATES).join(" ");
