import "../theme.css";
import { mount } from "svelte";
import { openStorage } from "../../platform/storage";
import { createPatientApp } from "../../state/patient";
import { rest } from "./afterForm";
import App from "./App.svelte";
import { nextTask } from "./later.svelte";
import { Words } from "./words.svelte";

async function start(target: Element): Promise<void> {
  // Whoever comes to a contact needs all of it.
  if (location.pathname !== "/") void rest.fetch();
  await nextTask();
  openStorage();
  await nextTask();
  const app = createPatientApp();
  const texts = new Words();
  // Drawn once, in the right language. Until then there is what the page came with.
  await Promise.all([texts.show(app.page.language), nextTask()]);
  target.replaceChildren();
  mount(App, { target, props: { app, texts } });
}

const target = document.querySelector("#app");
if (!target) throw new Error("the page has no #app");
void start(target);
