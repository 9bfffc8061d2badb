// SPDX-License-Identifier: MPL-2.0
// The dialog with a container's log. It follows the log as long as it is open, and scrolls along while its end is in
// view. What is open stands in the address (#log=DB.SC.NAME/0/main), so that a reload or a link opens it again.
const PERIOD = 1000;

const dialog = document.getElementById("log");
const title = document.getElementById("log-title");
const note = document.getElementById("log-note");
const text = document.getElementById("log-text");
let timer = 0;

function wanted() {
  const match = /^#log=([^/]+)\/(\d+)\/(.+)$/.exec(decodeURIComponent(location.hash));
  return match && { service: match[1], instance: match[2], container: match[3] };
}

export function openLog(service, instance, container) {
  location.hash = `log=${service}/${instance}/${container}`;
}

function put(log) {
  const atEnd = text.scrollHeight - text.scrollTop - text.clientHeight < 40;
  if (text.textContent !== log) text.textContent = log;
  if (atEnd) text.scrollTop = text.scrollHeight;
}

async function load(container) {
  try {
    const answer = await fetch(`/console/log.json?${new URLSearchParams(container)}`);
    const body = await answer.json();
    note.textContent = answer.ok ? (body.text ? "" : "Nothing is printed yet.") : body.message;
    if (answer.ok) put(body.text);
  } catch {
    note.textContent = "The emulator does not answer.";
  }
}

async function follow() {
  clearTimeout(timer);
  const container = wanted();
  if (!container) return dialog.close();
  title.textContent = `Log of ${container.service} ${container.instance}/${container.container}`;
  if (!dialog.open) {
    text.textContent = "";
    dialog.showModal();
    text.focus();
  }
  await load(container);
  clearTimeout(timer);
  if (wanted()) timer = setTimeout(follow, PERIOD);
}

dialog.addEventListener("close", () => {
  clearTimeout(timer);
  if (wanted()) history.replaceState(null, "", location.pathname);
});
addEventListener("hashchange", follow);
if (wanted()) follow();
