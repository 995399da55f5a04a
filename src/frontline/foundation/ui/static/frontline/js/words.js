// What scripts say: the page carries the sentences in the reader's language (ui/parts/words.html).

const known = new Map();

export function word(name, values = {}) {
  if (!known.size) {
    const source = document.querySelector("template[data-words]");
    for (const line of source?.content.querySelectorAll("[data-word]") ?? []) {
      known.set(line.dataset.word, line.textContent.trim());
    }
  }
  return fill(known.get(name) ?? name, values);
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/** Say something to screen readers without showing it. */
export function announce(sentence) {
  const region = document.querySelector("[data-announce]");
  if (!region || !sentence) return;
  region.textContent = "";
  setTimeout(() => {
    region.textContent = sentence;
  }, 60);
}

export function csrfToken() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

/** fetch to our own site with the headers every write needs; throws on anything but success. */
export async function send(url, { method = "POST", json, headers = {}, ...rest } = {}) {
  const response = await fetch(url, {
    method,
    credentials: "same-origin",
    headers: {
      "X-CSRFToken": csrfToken(),
      Accept: "application/json",
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...rest,
  });
  if (!response.ok) throw new SendError(response.status);
  return response;
}

export class SendError extends Error {
  constructor(status) {
    super(`The server answered ${status}.`);
    this.status = status;
  }
}
