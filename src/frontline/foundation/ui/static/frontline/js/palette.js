// The command palette: Ctrl+K reaches every action, person, ticket, service and article.
// GET data-palette-url?q=… → {"groups": [{"label", "items": [{"label", "url" | "action", "key"?, "hint"?, "icon"?}]}]}

import { perform } from "./keys.js";
import { word } from "./words.js";

const PAUSE_MS = 90;

export function startPalette() {
  const dialog = document.getElementById("palette");
  const url = document.body.dataset.paletteUrl;
  if (!dialog || !url) return;
  const field = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  let at = 0;
  let asked = 0;
  let timer;

  function open(event) {
    event?.preventDefault();
    if (dialog.open) return;
    field.value = "";
    dialog.showModal();
    field.focus();
    ask();
  }

  async function ask() {
    const number = (asked += 1);
    try {
      const response = await fetch(`${url}?q=${encodeURIComponent(field.value.trim())}`, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const { groups } = await response.json();
      if (number === asked) draw(groups);
    } catch {
      if (number === asked) say(word("failed"));
    }
  }

  function draw(groups) {
    list.replaceChildren();
    let index = 0;
    for (const group of groups.filter((one) => one.items.length)) {
      const box = make("div", { role: "group", "aria-label": group.label });
      box.append(make("div", { class: "palette-group", "aria-hidden": "true" }, group.label));
      for (const item of group.items) box.append(drawItem(item, index++));
      list.append(box);
    }
    if (!index) say(word("nothing-found"));
    choose(0);
  }

  function drawItem(item, index) {
    const line = make("div", { class: "palette-item", role: "option", id: `palette-${index}`, "aria-selected": "false" });
    if (item.icon) line.append(icon(item.icon));
    line.append(make("span", { class: "clip" }, item.label));
    if (item.hint) line.append(make("span", { class: "hint clip" }, item.hint));
    if (item.key) line.append(make("span", { class: item.hint ? "key" : "key push" }, item.key));
    line.target = item;
    line.addEventListener("click", () => go(item));
    line.addEventListener("mousemove", () => choose(index));
    return line;
  }

  function say(text) {
    list.replaceChildren(make("div", { class: "palette-none", role: "status" }, text));
  }

  const items = () => [...list.querySelectorAll("[role=option]")];

  function choose(index) {
    const all = items();
    at = all.length ? (index + all.length) % all.length : 0;
    all.forEach((one, position) => one.setAttribute("aria-selected", String(position === at)));
    field.setAttribute("aria-activedescendant", all.length ? `palette-${at}` : "");
    all[at]?.scrollIntoView({ block: "nearest" });
  }

  function go(item) {
    dialog.close();
    if (item.url) location.assign(item.url);
    else if (item.action) perform(item.action);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("keydown", (press) => {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (press.key in moves) {
      press.preventDefault();
      choose(at + moves[press.key]);
    } else if (press.key === "Enter" && !press.isComposing) {
      press.preventDefault();
      items()[at]?.click();
    }
  });
  dialog.addEventListener("close", () => {
    // the row the reader stood on may have been renewed meanwhile: go back to it all the same
    if (document.activeElement === document.body) document.querySelector("[data-key-row][aria-current=true]")?.focus({ preventScroll: true });
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.addEventListener("keydown", (press) => {
    if ((press.ctrlKey || press.metaKey) && !press.altKey && !press.shiftKey && press.key.toLowerCase() === "k") open(press);
  });
  document.addEventListener("frontline:palette", open);
  document.querySelector("[data-palette-open]")?.addEventListener("click", open);
}

function make(tag, attributes, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}
