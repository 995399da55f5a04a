// Theme and density at a click. Without scripts the same buttons are a form that comes back to the page.

import { send } from "./words.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

export function startTheme() {
  apply(document.documentElement.dataset.theme);
  dark.addEventListener("change", () => apply(document.documentElement.dataset.theme));
  document.querySelector("[data-preferences]")?.addEventListener("submit", onChoose);
}

function apply(theme) {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.bsTheme = theme === "auto" || !theme ? (dark.matches ? "dark" : "light") : theme;
}

function onChoose(event) {
  const { name, value } = event.submitter ?? {};
  if (name !== "theme" && name !== "density") return; // another language is another page
  event.preventDefault();
  if (name === "theme") apply(value);
  else document.documentElement.dataset.density = value;
  for (const one of event.target.querySelectorAll(`[name=${name}]`)) one.setAttribute("aria-pressed", String(one === event.submitter));
  send(event.target.action, { json: { [name]: value } }).catch(() => event.target.submit());
}
