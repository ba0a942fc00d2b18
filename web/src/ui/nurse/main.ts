import { mount } from "svelte";
import "../theme.css";
import "../fonts/arabic.css";
import "./console.css";
import App from "./App.svelte";

const target = document.querySelector("#app");
if (!target) throw new Error("the page has no #app");
document.body.classList.add("staff");
mount(App, { target });
