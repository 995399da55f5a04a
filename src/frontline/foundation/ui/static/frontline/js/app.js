// Starts everything. Each part looks for its own attributes and does nothing without them.

import { startDrafts } from "./drafts.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startPalette } from "./palette.js";
import { startTheme } from "./theme.js";
import { startTimes } from "./times.js";
import { startToasts } from "./undo.js";

startTheme();
startToasts();
startForms();
startDrafts();
startKeys();
startPalette();
startTimes();
startLive();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
});
document.addEventListener("htmx:load", ({ detail }) => startDrafts(detail.elt));
