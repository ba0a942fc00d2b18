import { mount } from "svelte";
import Patient from "./Patient.svelte";

const target = document.querySelector("#app");
if (!target) throw new Error("the page has no #app");
mount(Patient, { target });
