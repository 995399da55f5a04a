// Keeps "in 12 min" true, and closes menus and definitions that were left.

import { word } from "./words.js";

export function startTimes() {
  setInterval(refresh, 20_000);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (press) => {
    if (press.key !== "Escape") return;
    document.querySelectorAll(".define:is(:hover, :focus-within)").forEach(dismiss);
    const menu = press.target.closest?.("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/** A definition in the way goes at Escape, and comes again at the next look (WCAG 1.4.13). */
function dismiss(definition) {
  definition.dataset.dismissed = "";
  const again = () => delete definition.dataset.dismissed;
  definition.addEventListener("pointerleave", again, { once: true });
  definition.addEventListener("focusout", again, { once: true });
}

// A desk whose clock is moved tells how far: <body data-clock-ahead="SECONDS">
function now() {
  return Date.now() + Number(document.body.dataset.clockAhead ?? 0) * 1000;
}

function refresh() {
  for (const place of document.querySelectorAll("time[data-relative]")) {
    const fresh = distance(Date.parse(place.dateTime) - now(), word);
    if (place.textContent !== fresh) place.textContent = fresh;
  }
}

/** The same words as the server's `distance`, from milliseconds ahead (negative: ago). */
export function distance(ms, say) {
  if (Math.abs(ms) < 30_000) return say("now");
  const span = spanOf(Math.max(60, Math.abs(ms) / 1000), say);
  return say(ms > 0 ? "in" : "ago", { span });
}

export function spanOf(seconds, say) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return say("unit-min", { n: minutes });
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours < 24) return rest ? say("unit-hour-min", { h: hours, m: String(rest).padStart(2, "0") }) : say("unit-hour", { n: hours });
  const days = Math.floor(hours / 24);
  if (days > 9 || hours % 24 === 0) return say("unit-day", { n: days });
  return say("unit-day-hour", { d: days, h: hours % 24 });
}
