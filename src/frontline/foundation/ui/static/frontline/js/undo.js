// Toasts, and ten seconds to take something back.
// From the server: header HX-Trigger: {"frontline:toast": {"text": "Handed to Network.", "undo": "/undo/…"}},
// or <div data-toast data-undo="/undo/…"> among the page's messages.

import { send, word } from "./words.js";
import { icon } from "./palette.js";

const UNDO_MS = 10_000;
const READ_MS = 6_000;

export function startToasts() {
  for (const line of document.querySelectorAll("[data-toast]")) dress(line, line.dataset.undo);
  document.addEventListener("frontline:toast", ({ detail }) => toast(detail.text, detail));
}

/** Show a sentence; with `undo` (an address to POST to) it can be taken back for ten seconds. Errors stay. */
export function toast(text, { undo = "", kind = "success" } = {}) {
  const line = document.createElement("div");
  line.className = "toast-line";
  line.dataset.kind = kind;
  line.setAttribute("role", kind === "error" ? "alert" : "status");
  const words = document.createElement("span");
  words.textContent = text;
  line.append(words);
  document.querySelector("[data-toasts]").append(line);
  dress(line, undo);
  return line;
}

function dress(line, undo) {
  if (undo) addUndo(line, undo);
  const close = button("", "btn btn-quiet btn-icon btn-sm");
  close.setAttribute("aria-label", word("dismiss"));
  close.append(icon("x"));
  close.addEventListener("click", () => line.remove());
  line.append(close);
  if (line.dataset.kind !== "error") goAfter(line, undo ? UNDO_MS : READ_MS);
}

/** The time to read or undo stands still while the pointer or focus is on the toast (WCAG 2.2.1). */
function goAfter(line, ms) {
  let left = ms;
  let since = Date.now();
  let timer = setTimeout(() => line.remove(), left);
  const bar = line.querySelector(".toast-time");
  bar?.style.setProperty("--toast-ms", `${ms}ms`);
  const hold = () => {
    clearTimeout(timer);
    left -= Date.now() - since;
    bar?.style.setProperty("animation-play-state", "paused");
  };
  const resume = () => {
    since = Date.now();
    timer = setTimeout(() => line.remove(), Math.max(left, 1_500));
    bar?.style.setProperty("animation-play-state", "running");
  };
  line.addEventListener("pointerenter", hold);
  line.addEventListener("pointerleave", resume);
  line.addEventListener("focusin", hold);
  line.addEventListener("focusout", resume);
}

function addUndo(line, url) {
  const bar = document.createElement("i");
  bar.className = "toast-time";
  const back = button(word("undo"), "btn btn-sm");
  back.addEventListener("click", async () => {
    back.setAttribute("aria-busy", "true");
    try {
      const response = await send(url, { headers: { "HX-Request": "true" } });
      line.remove();
      const next = response.headers.get("HX-Redirect");
      if (next) location.assign(next);
      else toast(word("undone"));
      document.dispatchEvent(new CustomEvent("frontline:undone", { detail: url }));
    } catch {
      line.remove();
      toast(word("undo-failed"), { kind: "error" });
    }
  });
  line.append(back, bar);
}

function button(text, classes) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = classes;
  element.textContent = text;
  return element;
}
