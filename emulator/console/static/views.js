// SPDX-License-Identifier: MPL-2.0
// What each part of the page shows of state.json. Each function returns elements and touches nothing.
import { element, table } from "./dom.js";
import { badge, clockTime, credits, fullName, moodOf, since } from "./words.js";

const count = (list, states, member) => list.filter((one) => states.includes(one[member])).length;

function nothing(what) {
  return element("p", { class: "nothing" }, what);
}

function figure(title, value, detail) {
  return element("div", {}, element("dt", {}, title),
    element("dd", {}, element("strong", {}, value), element("span", {}, detail)));
}

export function summary({ pools, services, jobs, credits_per_hour }) {
  const ended = count(jobs, ["DONE", "FAILED", "CANCELLED"], "status");
  const failed = [...services, ...jobs].filter((one) => moodOf(one.status) === "bad").length;
  return [
    figure("Credits an hour", credits(credits_per_hour), "nodes that run now"),
    figure("Pools", String(pools.length), `${count(pools, ["ACTIVE", "IDLE"], "state")} up`),
    figure("Services", String(services.length), `${count(services, ["RUNNING"], "status")} running`),
    figure("Jobs", String(jobs.length), `${jobs.length - ended} not ended`),
    figure("Failed", String(failed), failed ? "look at their logs" : "services and jobs"),
  ];
}

// Why something is not as it should be: its own message, or that of the first container that is not well.
function reason(one) {
  if (one.message !== undefined) return one.message;
  const troubled = one.containers.find(({ status }) => moodOf(status) !== "good");
  return troubled ? troubled.message : "";
}

const stateColumns = (member, now) => [
  ["State", (one) => [badge(one[member]), one.upgrading ? " upgrading" : "",
    reason(one) ? element("span", { class: "message" }, reason(one)) : ""]],
  ["Since", (one) => since(one.since, now), "number"],
];

function nodes({ nodes, wanted_nodes, min_nodes, max_nodes }) {
  const now = nodes === wanted_nodes ? String(nodes) : `${nodes} of ${wanted_nodes}`;
  const range = min_nodes === max_nodes ? `fixed at ${min_nodes}` : `${min_nodes} to ${max_nodes}`;
  return [now, " ", element("small", {}, `(${range})`)];
}

export function pools({ pools, now }) {
  if (!pools.length) return nothing("There is no compute pool.");
  return table("Compute pools", [
    ["Pool", (pool) => fullName(pool.name)],
    ...stateColumns("state", now),
    ["Family", (pool) => pool.family],
    ["Nodes", nodes],
    ["Services", (pool) => String(pool.services), "number"],
    ["Jobs", (pool) => String(pool.jobs), "number"],
    ["Credits an hour", (pool) => credits(pool.credits_per_hour), "number"],
  ], pools);
}

// A button for the log of each container.
function containers(service) {
  if (!service.containers.length) return "–";
  return element("ul", { class: "containers" }, service.containers.map((container) => {
    const label = `${container.instance}/${container.name}`;
    const restarts = container.restarts ? `, ${container.restarts} restarts` : "";
    return element("li", {},
      element("button", { type: "button", class: "container", "data-service": service.name,
        "data-instance": container.instance, "data-container": container.name,
        title: `Log of ${label}: ${container.message}${restarts}` },
      element("span", { class: `dot ${moodOf(container.status)}`, "aria-hidden": "true" }), `${label} `,
      element("span", { class: "state" }, `${container.status}${restarts}`)));
  }));
}

function endpoint({ name, port, url, ...facts }) {
  const text = `${name} :${port}`;
  if (url) return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
  return element("span", {}, `${text} `, element("small", {}, facts.public ? "no address yet" : "internal"));
}

function endpoints({ endpoints }) {
  if (!endpoints.length) return "–";
  return element("ul", { class: "endpoints" }, endpoints.map((one) => element("li", {}, endpoint(one))));
}

export function services({ services, now }) {
  if (!services.length) return nothing("There is no service.");
  return table("Services", [
    ["Service", (service) => fullName(service.name)],
    ...stateColumns("status", now),
    ["Pool", (service) => service.pool],
    ["Instances", (service) => `${service.instances} of ${service.wanted_instances}`, "number"],
    ["Container logs", containers],
    ["Endpoints", endpoints],
  ], services);
}

export function jobs({ jobs, now }) {
  if (!jobs.length) return nothing("There is no job.");
  return table("Jobs", [
    ["Job", (job) => fullName(job.name)],
    ...stateColumns("status", now),
    ["Pool", (job) => job.pool],
    ["Container logs", containers],
    ["Progress", (job) => element("code", { class: "progress" }, job.progress || "–")],
  ], jobs);
}

function outcome({ answered, received, code, fault, http_status }) {
  if (!answered) return fault ? `no answer (${fault})` : "running";
  const refused = http_status >= 400 || http_status === 0;
  const text = `${refused ? `${http_status} ${code}` : "done"} in ${new Date(answered) - new Date(received)} ms`;
  return element("span", { class: refused ? "refused" : null }, fault ? `${text} (${fault})` : text);
}

export function statements({ statements }) {
  if (!statements.length) return nothing("No statement came yet.");
  return table("Newest statements", [
    ["No.", (one) => String(one.number), "number"],
    ["At", (one) => clockTime(one.received), "number"],
    ["Role", (one) => one.role],
    ["Statement", (one) => element("code", { class: "statement", title: one.text }, one.text), "wide"],
    ["Answer", outcome],
  ], [...statements].reverse());
}

// A fold for each kind.
export function others({ others, now }) {
  const kinds = [...new Set(others.map(({ kind }) => kind))];
  if (!kinds.length) return nothing("There is nothing else.");
  return kinds.map((kind) => {
    const some = others.filter((one) => one.kind === kind);
    return element("details", { "data-kind": kind },
      element("summary", {}, `${kind} `, element("span", { class: "count" }, String(some.length))),
      table(kind, [
        ["Name", (one) => fullName(one.name)],
        ["Owner", (one) => one.owner || "–"],
        ["Age", (one) => since(one.since, now), "number"],
        ["Comment", (one) => one.comment || "–"],
      ], some));
  });
}

export function account({ account, now }) {
  const pace = account.speed === 0 ? "at once" : account.speed === 1 ? "real time" : `${account.speed} times as fast`;
  return [element("strong", {}, account.name), ` · ${account.region} · runtime ${account.runtime}`,
    account.runtime === "simulated" ? ` (${pace})` : "", " · ", clockTime(now)];
}

export function connect({ account }) {
  const quoted = account.home.replaceAll("'", "'\\''");
  return [
    element("p", {}, "One variable is all that the provider and Snowflake's own clients need:"),
    element("pre", { tabindex: "0" }, `export SNOWFLAKE_HOME='${quoted}'`),
    element("p", {}, "It holds a key and two connections of the user ", element("code", {}, account.user), ": ",
      element("code", {}, "emulator"), ", the default, with the role SPCS_DEMO, and ",
      element("code", {}, "emulator_admin"), " with ACCOUNTADMIN."),
  ];
}

// Whether the row's name holds the text.
export function matches(text) {
  const wanted = text.trim().toLowerCase();
  return (row) => row.name.toLowerCase().includes(wanted);
}
