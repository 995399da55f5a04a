// Drafts save themselves within two seconds of the last key.
// <form data-draft-url="/desk/tickets/INC-1/draft">: PUT {"fields": {"body": "…"}}; GET gives the same back, or 204;
// DELETE when sent. When the network is away the draft stays in this browser and is saved later.

import { send, SendError, word } from "./words.js";

const PAUSE_MS = 1_200;
const LONGEST_MS = 5_000; // somebody who never stops typing is saved as well

export function startDrafts(root = document) {
  for (const form of root.querySelectorAll("form[data-draft-url]")) {
    if (!form.draft) form.draft = new Draft(form);
  }
}

/** What a form holds that is worth keeping: text and choices, never files, passwords or tokens. */
export function fieldsOf(form) {
  const kept = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || ["file", "password", "hidden", "submit", "button"].includes(field.type)) continue;
    if (field.dataset.draft === "off") continue;
    if (field.type === "checkbox") kept[field.name] = field.checked;
    else if (field.type === "radio") {
      if (field.checked) kept[field.name] = field.value;
    } else kept[field.name] = field.value;
  }
  return kept;
}

export class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.draftUrl;
    this.place = form.querySelector("[data-draft-state]") ?? document.createElement("span");
    this.empty = JSON.stringify(fieldsOf(form));
    this.saved = this.empty;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", () => this.sent());
    addEventListener("online", () => this.save());
    addEventListener("pagehide", () => this.leave());
    this.restore();
  }

  get storeKey() {
    return `frontline-draft:${this.url}`;
  }

  say(state, sentence) {
    this.place.dataset.state = state;
    this.place.textContent = sentence ? word(sentence) : "";
  }

  changed() {
    clearTimeout(this.timer);
    this.firstChange ??= Date.now();
    const wait = Math.max(0, Math.min(PAUSE_MS, this.firstChange + LONGEST_MS - Date.now()));
    this.timer = setTimeout(() => this.save(), wait);
  }

  async save() {
    clearTimeout(this.timer);
    const now = JSON.stringify(fieldsOf(this.form));
    if (now === this.saved || this.done) return;
    this.firstChange = undefined;
    this.say("saving", "draft-saving");
    const number = (this.number = (this.number ?? 0) + 1);
    try {
      await send(this.url, { method: "PUT", json: { fields: JSON.parse(now) } });
      this.saved = now;
      localStorage.removeItem(this.storeKey);
      if (number === this.number && !this.done) this.say("saved", "draft-saved");
    } catch (error) {
      this.keepHere(now, error);
    }
  }

  keepHere(now, error) {
    try {
      localStorage.setItem(this.storeKey, now);
      this.say(error instanceof SendError ? "failed" : "local", error instanceof SendError ? "draft-failed" : "draft-local");
    } catch {
      this.say("failed", "draft-failed");
    }
  }

  async restore() {
    const here = localStorage.getItem(this.storeKey);
    let fields = here ? JSON.parse(here) : null;
    if (!fields) {
      try {
        const response = await send(this.url, { method: "GET" });
        fields = response.status === 204 ? null : (await response.json()).fields;
      } catch {
        return; // no draft to be had; typing still saves
      }
    }
    if (!fields || JSON.stringify(fieldsOf(this.form)) !== this.empty) return; // never overwrite what is being typed
    if (this.fill(fields)) this.say("restored", "draft-restored");
    this.saved = here ? this.empty : JSON.stringify(fieldsOf(this.form));
  }

  fill(fields) {
    let filled = false;
    for (const [name, value] of Object.entries(fields)) {
      for (const field of this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "checkbox") field.checked = Boolean(value);
        else if (field.type === "radio") field.checked = field.value === value;
        else {
          filled ||= Boolean(value) && field.value !== value;
          field.value = value;
        }
        field.dispatchEvent(new Event("frontline:filled", { bubbles: true }));
      }
    }
    return filled;
  }

  leave() {
    const now = JSON.stringify(fieldsOf(this.form));
    if (now === this.saved || this.done) return;
    send(this.url, { method: "PUT", json: { fields: JSON.parse(now) }, keepalive: true }).catch(() => this.keepHere(now));
  }

  sent() {
    this.done = true;
    clearTimeout(this.timer);
    localStorage.removeItem(this.storeKey);
  }
}
