// Single keys at the desk. They act only when nobody types, when no modifier is held, and when the reader has them on.
// An action is an element with data-action="reply": its key clicks or focuses the first visible one.

import { send, word } from "./words.js";

const FIELDS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=''], [contenteditable=true], [role=combobox], [role=textbox]";

/** Which action a key press means, or "" for none. Pure: `press` is a KeyboardEvent or the like. */
export function actionFor(press, { on, map }) {
  if (!on || press.ctrlKey || press.metaKey || press.altKey || press.isComposing || press.repeat) return "";
  if (press.target?.closest?.(FIELDS)) return "";
  const key = press.key.length === 1 ? press.key : "";
  return Object.keys(map).find((action) => map[action] === key) ?? "";
}

/** Two actions on one key, or "" when every key is its own. */
export function clashIn(map) {
  const keys = Object.values(map);
  return keys.find((key, index) => keys.indexOf(key) !== index) ?? "";
}

export function readKeys(root = document.documentElement) {
  return { on: root.dataset.keysOn !== "false", map: JSON.parse(root.dataset.keys || "{}") };
}

export function startKeys() {
  let settings = readKeys();
  let chord = 0;
  showKeys(settings.map);
  document.addEventListener("keydown", (press) => {
    if (document.querySelector("dialog[open]")) return;
    if (press.key === "g" && actionFor({ ...plain(press), key: "g" }, { on: settings.on, map: { g: "g" } })) {
      chord = Date.now();
      return;
    }
    if (chord && Date.now() - chord < 1500) {
      chord = 0;
      const link = document.querySelector(`[data-chord="g ${CSS.escape(press.key)}"]`);
      if (link && !press.target.closest?.(FIELDS)) {
        press.preventDefault();
        link.click();
        return;
      }
    }
    const action = actionFor(press, settings);
    if (action && perform(action)) press.preventDefault();
  });
  wireHelp((fresh) => {
    settings = fresh;
    showKeys(fresh.map);
  });
}

function plain({ ctrlKey, metaKey, altKey, isComposing, repeat, target }) {
  return { ctrlKey, metaKey, altKey, isComposing, repeat, target };
}

/** Do an action; false when the page has none of the kind, so that the key stays the browser's. */
export function perform(action) {
  if (action === "next" || action === "previous") return step(action === "next" ? 1 : -1);
  if (action === "help") return openDialog("keys-help");
  const row = currentRow();
  const place =
    row?.querySelector(`[data-action="${action}"]`) ??
    [...document.querySelectorAll(`[data-action="${action}"]`)].find((one) => one.checkVisibility?.() ?? one.offsetParent);
  if (!place) return action === "search" ? openPalette() : false;
  if (place.matches("input, textarea, select")) place.focus();
  else place.click();
  return true;
}

function openPalette() {
  document.dispatchEvent(new CustomEvent("frontline:palette"));
  return true;
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog) return false;
  dialog.showModal();
  return true;
}

const rows = () => [...document.querySelectorAll("[data-key-list] [data-key-row]")];
const currentRow = () => document.querySelector("[data-key-row][aria-current=true]");

/** Which row comes next: stays at the ends, starts at the top. */
export function nextIndex(current, by, count) {
  if (!count) return -1;
  if (current < 0) return by > 0 ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, current + by));
}

function step(by) {
  const all = rows();
  const old = currentRow();
  const at = nextIndex(all.indexOf(old), by, all.length);
  if (at < 0) return false;
  old?.removeAttribute("aria-current");
  const row = all[at];
  row.setAttribute("aria-current", "true");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  row.dispatchEvent(new CustomEvent("frontline:row", { bubbles: true }));
  return true;
}

function showKeys(map) {
  for (const hint of document.querySelectorAll("[data-key-of]")) {
    const key = map[hint.dataset.keyOf];
    if (key) hint.textContent = key;
    hint.closest("[data-action]")?.setAttribute("aria-keyshortcuts", key ?? "");
  }
}

function wireHelp(onChange) {
  const form = document.querySelector("[data-keys-form]");
  if (!form) return;
  const problem = form.querySelector("[data-keys-error]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const map = Object.fromEntries([...form.querySelectorAll(".key-input")].map((field) => [field.name, field.value]));
    const clash = clashIn(map);
    problem.hidden = !clash;
    if (clash) {
      problem.textContent = `${clash}: ${word("key-clash")}`;
      return;
    }
    try {
      await save({ on: form.elements.on.checked, map });
      form.closest("dialog").close();
    } catch {
      problem.hidden = false;
      problem.textContent = word("failed");
    }
  });
  form.querySelector("[data-keys-reset]").addEventListener("click", () => {
    for (const field of form.querySelectorAll(".key-input")) field.value = field.defaultValue;
    save({ on: true, map: {} }).then(() => location.reload());
  });

  async function save(keys) {
    const root = document.documentElement;
    await send(root.dataset.preferencesUrl, { json: { keys } });
    root.dataset.keysOn = String(keys.on);
    onChange({ on: keys.on, map: keys.map });
  }
}
