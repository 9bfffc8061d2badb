// SPDX-License-Identifier: MPL-2.0
// Makes elements and brings the page to the next picture of itself. Texts only ever become text nodes or attribute
// values, so no name, comment or log line can be markup.

// element("a", {href: url}, "text", otherElement): attributes that are null or false are left out.
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

// Makes the children of `place` equal to `wanted`, changing as little as possible: focus, selection, scroll positions
// and opened <details> survive.
export function show(place, ...wanted) {
  const all = wanted.flat().map((child) => (child instanceof Node ? child : document.createTextNode(child)));
  all.forEach((next, i) => {
    const now = place.childNodes[i];
    if (!now) place.append(next);
    else if (now.nodeName !== next.nodeName) now.replaceWith(next);
    else if (now.nodeType === Node.TEXT_NODE) {
      if (now.data !== next.data) now.data = next.data;
    } else update(now, next);
  });
  while (place.childNodes.length > all.length) place.lastChild.remove();
}

function update(now, next) {
  if (now.isEqualNode(next)) return;
  for (const { name } of [...now.attributes]) {
    if (!next.hasAttribute(name) && name !== "open") now.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
  show(now, [...next.childNodes]);
}

// A table whose cells know their column, so that narrow screens can show each row as a list. The roles are written
// down because that changes `display`, which would take them away. Columns: [title, cell(row), class?]
export function table(label, columns, rows) {
  const heads = columns.map(([title]) => element("th", { scope: "col", role: "columnheader" }, title));
  const lines = rows.map((row) =>
    element("tr", { role: "row" }, columns.map(([title, cell, kind], i) =>
      i === 0
        ? element("th", { scope: "row", role: "rowheader", class: kind }, cell(row))
        : element("td", { role: "cell", "data-column": title, class: kind }, cell(row)))));
  return element("table", { role: "table", "aria-label": label },
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, heads)),
    element("tbody", { role: "rowgroup" }, lines));
}
