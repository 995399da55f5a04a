// The desk's own pages: the preview beside the queue, dialogs for steps, prepared answers, finding a caller.
// Everything here is a quicker way to what links and forms do without it.

import { announce, word } from "../frontline/js/words.js";

// Steps: links that open a dialog; one that came back with errors is opened again as a real dialog
for (const dialog of document.querySelectorAll("dialog[data-act][open]")) {
  dialog.close();
  dialog.showModal();
  dialog.querySelector("[data-form-errors]")?.focus();
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = target.closest("a[data-opens], a[data-closes], a[data-compose], a[data-macro]");
  if (!link) return;
  event.preventDefault();
  link.closest("details[data-menu]")?.removeAttribute("open");
  if ("closes" in link.dataset) link.closest("dialog").close();
  else if ("compose" in link.dataset) compose(link.dataset.compose);
  else if ("macro" in link.dataset) insert(link.dataset);
});

// The composer
const composer = document.querySelector("form[data-composer]");

function compose(audience) {
  choose(audience);
  const box = composer?.querySelector("textarea");
  box?.scrollIntoView({ block: "nearest" });
  box?.focus();
}

function choose(audience) {
  const radio = composer?.querySelector(`input[name=audience][value="${audience}"]`);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function insert({ macro, macroAudience, macroPromise, macroWaits }) {
  choose(macroAudience);
  const box = composer.querySelector("textarea");
  box.focus();
  box.setRangeText(macro, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  const promise = composer.querySelector("select[name=promise]");
  if (macroPromise && promise) {
    if (![...promise.options].some((one) => one.value === macroPromise)) promise.add(new Option(macroPromise.replace("+", "+ ") + " min", macroPromise));
    promise.value = macroPromise;
  }
  const waits = composer.querySelector("input[name=then]");
  if (macroWaits !== undefined && waits) waits.checked = true;
}

function showAudience() {
  composer.dataset.kind = composer.querySelector("input[name=audience]:checked")?.value ?? "public";
}

if (composer) {
  composer.querySelector("input[type=file]")?.addEventListener("change", ({ target }) => {
    const names = [...target.files].map((one) => one.name).join(", ");
    const place = composer.querySelector("[data-files-named]");
    place.dataset.empty ??= place.textContent;
    place.textContent = names || place.dataset.empty;
  });
  composer.addEventListener("change", showAudience);
  composer.addEventListener("frontline:filled", showAudience);
  const wanted = new URLSearchParams(location.search).get("do");
  if (wanted === "reply" || wanted === "note") compose(wanted === "note" ? "internal" : "public");
}

// The preview: follows the row one stands on
const pane = document.querySelector("[data-preview-pane]");
let previewed = "";
let pause;

function preview(row) {
  const url = row?.dataset.preview;
  if (!pane || !url || url === previewed || !pane.checkVisibility()) return;
  clearTimeout(pause);
  pause = setTimeout(() => {
    previewed = url;
    globalThis.htmx?.ajax("GET", url, { target: pane, swap: "innerHTML" });
  }, 90);
}

document.addEventListener("frontline:row", ({ target }) => preview(target));
document.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-key-row]");
  if (!row || target.closest("a, input, button, label")) return;
  for (const one of document.querySelectorAll("[data-key-row][aria-current]")) one.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  preview(row);
});
document.addEventListener("dblclick", ({ target }) => target.closest("[data-key-row]")?.querySelector("[data-action=open]")?.click());
addEventListener("load", () => {
  const first = document.querySelector("[data-key-row]");
  if (!first || !pane?.checkVisibility()) return;
  first.setAttribute("aria-current", "true"); // its keys act on it; focus stays where it is
  preview(first);
});

// Lists: what left fades and stays, what came waits behind a button; nothing moves under the reader's eyes
const list = document.querySelector("[data-queue-lists]");
const fresh = new Set();

document.addEventListener("frontline:live", ({ detail }) => {
  if (!detail.queue) return;
  if (previewed.endsWith(`/${detail.subject.split(":")[1]}/preview`)) {
    const same = previewed;
    previewed = "";
    globalThis.htmx?.ajax("GET", same, { target: pane, swap: "innerHTML" }).then(() => (previewed = same));
  }
  const mine = list?.dataset.queueLists.split(" ").filter(Boolean) ?? [];
  if (!mine.length) return;
  const belongs = detail.queue.lists.some((name) => mine.includes(name));
  const row = list.querySelector(`[data-live-subject="${CSS.escape(detail.subject)}"]`);
  if (row) row.classList.toggle("live-gone", !belongs);
  else if (belongs && isOnThisPage(detail.queue.place)) offer(detail.subject);
});

/** With more pages behind this one, news beyond the last row belong to those. */
function isOnThisPage(place) {
  if (!("queueMore" in list.dataset)) return true;
  const last = [...list.querySelectorAll("[data-place]")].at(-1)?.dataset.place ?? "";
  return !last || !place || place < last;
}

function offer(subject) {
  fresh.add(subject);
  let box = list.querySelector(":scope > .live-more");
  if (!box) {
    box = document.createElement("div");
    box.className = "live-more";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-primary btn-sm";
    button.addEventListener("click", showFresh);
    box.append(button);
    list.prepend(box);
  }
  const text = `${fresh.size === 1 ? word("new-one") : word("new-many", { n: fresh.size })} · ${word("show")}`;
  box.firstChild.textContent = text;
  announce(text);
}

function showFresh() {
  fresh.clear();
  globalThis.htmx?.ajax("GET", list.dataset.queueUrl, { target: list, swap: "innerHTML" });
}

// Finding a caller: as one types; arrows and Enter choose
const finder = document.querySelector("form[data-find]");
if (finder) {
  const field = finder.querySelector("input");
  const found = document.querySelector("[data-found]");
  let asked = 0;
  let timer;
  let at = 0;
  const links = () => [...found.querySelectorAll("[data-caller]")];
  const mark = () => links().forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));

  async function ask() {
    const number = (asked += 1);
    const response = await fetch(`${finder.dataset.find}?q=${encodeURIComponent(field.value)}`);
    if (number !== asked || !response.ok) return;
    found.innerHTML = await response.text();
    at = 0;
    mark();
    announce(String(links().length));
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 80);
  });
  field.addEventListener("keydown", (press) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[press.key];
    const all = links();
    if (step && all.length) {
      press.preventDefault();
      at = (at + step + all.length) % all.length;
      mark();
    } else if (press.key === "Enter" && all[at]) {
      press.preventDefault();
      all[at].click();
    }
  });
  mark();
}

// Joining an open ticket needs no subject; a sensitive reason asks for the caller check at once
const calling = document.querySelector("form[data-call]");
if (calling) {
  const show = () => {
    calling.toggleAttribute("data-joins", Boolean(calling.querySelector("input[name=join]:checked")?.value));
    const reason = calling.querySelector("select[name=reason] option:checked");
    calling.querySelector("select[name=caller_check]").required = Boolean(reason && "sensitive" in reason.dataset);
  };
  calling.addEventListener("change", show);
  show();
}
