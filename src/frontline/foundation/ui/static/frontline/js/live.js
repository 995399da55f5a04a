// Live news on a page. An event's data is JSON:
//   {"subject": "ticket:INC-1", "fragments": {"queue-row": "<tr …>"}, "announce": "…",
//    "lists": {"queue:mine": "added" | "removed"}}
// Elements with data-live-subject (and data-live-fragment) are replaced in place; nothing else moves. Rows that would
// come new wait behind a button; rows that left fade and stay. A piece with data-live-refresh="URL" loads itself anew.

import { connect } from "./live-feed.js";
import { announce, word } from "./words.js";

export function startLive() {
  const { liveUrl, liveWorker, liveLast = "" } = document.body.dataset;
  const wanted = document.querySelector("[data-live-subject], [data-live-list], [data-live-state]");
  if (!liveUrl || !wanted) return null;
  const feed = connect({
    url: liveUrl,
    workerUrl: liveWorker,
    lastId: liveLast,
    onMessage: (message) => {
      if (message.type === "state") showState(message);
      else if (message.type === "event") take(message.event);
    },
  });
  document.querySelector("[data-live-retry]")?.addEventListener("click", () => feed.retry());
  document.addEventListener("focusout", () => setTimeout(applyWaiting, 0));
  return feed;
}

function showState({ state, since }) {
  const dead = state === "dead" || state === "signed-out";
  for (const place of document.querySelectorAll("[data-live-state]")) {
    place.hidden = false;
    place.dataset.state = dead ? "dead" : state;
    place.querySelector("[data-live-words]").textContent = word(dead ? "live-dead" : stateWord(state));
  }
  const banner = document.querySelector("[data-live-banner]");
  if (!banner) return;
  if (dead) {
    const at = new Date(since).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const text = state === "signed-out" ? word("signed-out") : `${word("live-dead")} (${word("live-since")} ${at})`;
    banner.querySelector("[data-live-banner-words]").textContent = text;
  }
  banner.hidden = !dead;
}

function stateWord(state) {
  return state === "live" ? "live" : "live-connecting";
}

function take({ data }) {
  const news = parseNews(data);
  if (!news) return;
  for (const [name, html] of Object.entries(news.fragments)) {
    for (const place of document.querySelectorAll(`[data-live-subject="${CSS.escape(news.subject)}"]`)) {
      if ((place.dataset.liveFragment ?? "") === name) replaceGently(place, html);
    }
  }
  for (const [list, what] of Object.entries(news.lists)) changeList(list, what, news.subject);
  for (const place of document.querySelectorAll("[data-live-refresh]")) {
    const subject = place.closest("[data-live-subject]")?.dataset.liveSubject;
    if (subject === news.subject) globalThis.htmx?.ajax("GET", place.dataset.liveRefresh, { target: place, swap: "innerHTML" });
  }
  document.dispatchEvent(new CustomEvent("frontline:live", { detail: news }));
  if (news.announce && document.querySelector(`[data-live-subject="${CSS.escape(news.subject)}"]`)) announce(news.announce);
}

/** The event's data as {subject, fragments, lists, announce}, or null when it isn't news for pages. */
export function parseNews(data) {
  let news;
  try {
    news = JSON.parse(data);
  } catch {
    return null;
  }
  if (!news || typeof news !== "object" || typeof news.subject !== "string") return null;
  return { ...news, fragments: news.fragments ?? {}, lists: news.lists ?? {}, announce: news.announce ?? "" };
}

const waiting = new Map(); // element -> html that waits until nobody works in it

function replaceGently(place, html) {
  if (place.contains(document.activeElement) && isTyping(document.activeElement)) {
    waiting.set(place, html);
    return;
  }
  const fresh = parse(html);
  if (!fresh) return;
  keepReadersState(place, fresh);
  place.replaceWith(fresh);
  globalThis.htmx?.process(fresh);
  fresh.classList.add("live-changed");
  fresh.addEventListener("animationend", () => fresh.classList.remove("live-changed"), { once: true });
  document.dispatchEvent(new CustomEvent("frontline:fresh", { detail: fresh }));
}

function applyWaiting() {
  for (const [place, html] of waiting) {
    if (place.isConnected && place.contains(document.activeElement)) continue;
    waiting.delete(place);
    if (place.isConnected) replaceGently(place, html);
  }
}

function isTyping(element) {
  return element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.firstElementChild;
}

/** Picked boxes, the row the reader stands on, and focus outlive the replacement. */
function keepReadersState(old, fresh) {
  const picked = old.querySelector("input[type=checkbox]:checked");
  const box = fresh.querySelector("input[type=checkbox]");
  if (picked && box) box.checked = true;
  if (old.hasAttribute("tabindex")) fresh.setAttribute("tabindex", old.getAttribute("tabindex"));
  if (old.getAttribute("aria-current")) fresh.setAttribute("aria-current", old.getAttribute("aria-current"));
  const active = document.activeElement;
  if (!old.contains(active)) return;
  const same = active === old ? fresh : fresh.querySelector(active.dataset.action ? `[data-action="${active.dataset.action}"]` : active.tagName);
  queueMicrotask(() => same?.focus({ preventScroll: true }));
}

function changeList(name, what, subject) {
  for (const list of document.querySelectorAll(`[data-live-list="${CSS.escape(name)}"]`)) {
    const row = list.querySelector(`[data-live-subject="${CSS.escape(subject)}"]`);
    if (what === "removed") row?.classList.add("live-gone");
    else if (row) row.classList.remove("live-gone");
    else offerNew(list, subject);
  }
}

function offerNew(list, subject) {
  list.newSubjects ??= new Set();
  list.newSubjects.add(subject);
  let offer = list.querySelector(":scope > .live-more");
  if (!offer) {
    offer = document.createElement("div");
    offer.className = "live-more";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-primary btn-sm";
    button.addEventListener("click", () => showNew(list));
    offer.append(button);
    list.prepend(offer);
  }
  const n = list.newSubjects.size;
  const text = `${n === 1 ? word("new-one") : word("new-many", { n })} · ${word("show")}`;
  offer.firstChild.textContent = text;
  announce(text);
}

function showNew(list) {
  const url = list.dataset.liveListUrl;
  if (url && globalThis.htmx) globalThis.htmx.ajax("GET", url, { target: list, swap: "innerHTML" });
  else location.reload();
  list.newSubjects.clear();
}
