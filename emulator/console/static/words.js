// SPDX-License-Identifier: MPL-2.0
// How values read: states with their colour, times, ages, credits.
import { element } from "./dom.js";

const GOOD = ["READY", "RUNNING", "ACTIVE", "IDLE", "DONE", "SUCCEEDED"];
const BAD = ["FAILED", "INTERNAL_ERROR"];
const QUIET = ["SUSPENDED", "CANCELLED", "DELETED"];

// "good", "bad", "quiet" or "busy": what is on its way to something else.
export function moodOf(state) {
  if (GOOD.includes(state)) return "good";
  if (BAD.includes(state)) return "bad";
  return QUIET.includes(state) ? "quiet" : "busy";
}

export function badge(state) {
  return element("span", { class: `badge ${moodOf(state)}` }, state || "unknown");
}

const STEPS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

// "3 min": how long ago, in the largest unit that fits.
export function age(from, now) {
  const seconds = Math.max(0, Math.floor((new Date(now) - new Date(from)) / 1000));
  const [size, unit] = STEPS.find(([step]) => seconds >= step) || [1, "s"];
  return `${Math.floor(seconds / size)} ${unit}`;
}

// The age, with the moment itself at hand.
export function since(from, now) {
  if (!from) return "–";
  return element("time", { datetime: from, title: from }, age(from, now));
}

export function clockTime(time) {
  return element("time", { datetime: time, title: time }, new Date(time).toLocaleTimeString([], { hour12: false }));
}

export function credits(amount) {
  return amount === null ? "not known" : String(Math.round(amount * 1000) / 1000);
}

// "acc.s." small before the name itself.
export function fullName(name) {
  const dot = name.lastIndexOf(".");
  return element("span", { class: "name" },
    dot < 0 ? "" : [element("span", { class: "path" }, name.slice(0, dot + 1)), element("wbr")], name.slice(dot + 1));
}
