// Forms work without scripts; this makes them quicker and safer: busy buttons, no double sending, errors found,
// Ctrl+Enter, nothing typed is lost on an error, files dropped in.

import { toast } from "./undo.js";
import { word } from "./words.js";

export function startForms() {
  document.querySelector("[data-form-errors]")?.focus();
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", (press) => {
    if ((press.ctrlKey || press.metaKey) && press.key === "Enter") press.target.closest?.("form")?.requestSubmit();
  });
  addEventListener("pageshow", () => document.querySelectorAll("[aria-busy=true][data-sent]").forEach(ready));
  document.addEventListener("htmx:afterRequest", ({ detail }) => detail.elt.querySelectorAll?.("[data-sent]").forEach(ready));
  document.addEventListener("htmx:responseError", ({ detail }) => {
    toast(word(detail.xhr.status === 401 ? "signed-out" : "failed"), { kind: "error" });
  });
  document.addEventListener("htmx:sendError", () => toast(word("offline"), { kind: "error" }));
  // an answer of 422 is the form again with its errors: show it
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status === 422 || detail.xhr.status === 409) Object.assign(detail, { shouldSwap: true, isError: false });
  });
  document.addEventListener("htmx:confirm", onConfirm);
  startPicking();
  startDrops();
}

function onSubmit(event) {
  const { target: form, submitter } = event;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.sending && !form.hasAttribute("hx-post")) {
    event.preventDefault(); // a double click sends once
    return;
  }
  if (submitter) {
    submitter.setAttribute("aria-busy", "true");
    submitter.dataset.sent = "";
  }
  form.dataset.sending = "true";
}

function ready(button) {
  button.removeAttribute("aria-busy");
  delete button.dataset.sent;
  if (button.form) delete button.form.dataset.sending;
}

/** hx-confirm asks in a dialog of the page (data-confirm-dialog="ID") when there is one, else as browsers do. */
function onConfirm(event) {
  const id = event.target.dataset.confirmDialog;
  const dialog = id && document.getElementById(id);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && event.detail.issueRequest(true), { once: true });
}

/** Boxes in a list: a bar with [data-bulk] shows while any is picked; [data-pick-all] picks all; shift picks a range. */
function startPicking() {
  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-key-row] .q-pick input, [data-pick]");
    if (!box) return;
    const all = boxes();
    if (event.shiftKey && last?.isConnected) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
    showBulk();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-pick-all]")) return;
    for (const one of boxes()) one.checked = event.target.checked;
    showBulk();
  });
}

const boxes = () => [...document.querySelectorAll("[data-key-row] .q-pick input, [data-pick]")];

function showBulk() {
  const n = boxes().filter((one) => one.checked).length;
  for (const bar of document.querySelectorAll("[data-bulk]")) {
    bar.hidden = n === 0;
    const count = bar.querySelector("[data-bulk-count]");
    if (count) count.textContent = String(n);
  }
}

function startDrops() {
  for (const zone of document.querySelectorAll("[data-drop]")) {
    const field = zone.querySelector("input[type=file]");
    if (!field) continue;
    const over = (on) => (event) => {
      event.preventDefault();
      zone.toggleAttribute("data-over", on);
    };
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", (event) => {
      over(false)(event);
      field.files = event.dataTransfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
