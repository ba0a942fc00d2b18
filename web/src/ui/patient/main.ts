import "../theme.css";
import { mount } from "svelte";
import { createPatientApp } from "../../state/patient";
import App from "./App.svelte";

const target = document.querySelector("#app");
if (!target) throw new Error("the page has no #app");
// What the page showed while it was fetched.
target.replaceChildren();
mount(App, { target, props: { app: createPatientApp() } });
