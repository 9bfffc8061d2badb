// SPDX-License-Identifier: MPL-2.0
// Asks for state.json once a second, while anybody looks, and shows it.
import { show } from "./dom.js";
import { openLog } from "./log.js";
import * as views from "./views.js";

const PERIOD = 1000;
const LISTS = ["pools", "services", "jobs", "others"];

const filter = document.getElementById("filter");
const live = document.getElementById("live");
const partOf = (id) => document.querySelector(`#${id} > div`) || document.getElementById(id);
let state = null;

function draw() {
  if (!state) return;
  const fits = views.matches(filter.value);
  const shown = { ...state };
  for (const list of LISTS) shown[list] = state[list].filter(fits);
  show(document.getElementById("account"), views.account(state));
  show(document.getElementById("summary"), views.summary(state));
  for (const id of [...LISTS, "statements", "connect"]) show(partOf(id), views[id](shown));
}

function say(text, mood) {
  if (live.textContent !== text) live.textContent = text;
  live.className = mood;
}

async function load() {
  const answer = await fetch("/console/state.json");
  if (!answer.ok) throw new Error((await answer.json()).message);
  state = await answer.json();
  draw();
}

async function refresh() {
  if (!document.hidden) {
    try {
      await load();
      say("live", "good");
    } catch (error) {
      say(error instanceof TypeError ? "the emulator does not answer" : String(error.message), "bad");
    }
  }
  setTimeout(refresh, PERIOD);
}

filter.addEventListener("input", draw);
document.addEventListener("click", ({ target }) => {
  const button = target.closest("button.container");
  if (button) openLog(button.dataset.service, button.dataset.instance, button.dataset.container);
});
refresh();
