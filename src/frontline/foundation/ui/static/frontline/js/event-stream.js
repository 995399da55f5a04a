// Server-sent events over fetch: resumes by Last-Event-ID, notices silence, and says so when the feed is dead.
// EventSource hides comments (our heartbeat) and can't send the header after a reload, so this reads the stream itself.

const SILENCE_MS = 45_000; // the server sends a comment at least every 20 s
const STABLE_MS = 10_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Splits text into events as it arrives. Feed it chunks; it calls back with {id, event, data}. */
export class EventParser {
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.rest = "";
    this.lastId = "";
    this.clear();
  }

  clear() {
    this.data = [];
    this.event = "message";
  }

  feed(chunk) {
    let text = this.rest + chunk;
    const holdBack = text.endsWith("\r"); // its \n may come with the next chunk
    if (holdBack) text = text.slice(0, -1);
    const lines = text.split(/\r\n|\n|\r/);
    this.rest = lines.pop() + (holdBack ? "\r" : "");
    lines.forEach((line) => this.line(line));
  }

  line(line) {
    if (line === "") {
      if (this.data.length) this.onEvent({ id: this.lastId, event: this.event, data: this.data.join("\n") });
      this.clear();
      return;
    }
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    else if (name === "event") this.event = value;
    else if (name === "id" && !value.includes("\0")) this.lastId = value;
  }
}

/** How long to wait before try number n (from 0): doubling, with jitter so that a thousand desks don't call at once. */
export function waitBefore(tries, random = Math.random()) {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
  return longest / 2 + (longest / 2) * random;
}

export class EventStream {
  /**
   * @param {string} url
   * @param {{onEvent: Function, onState: Function, lastId?: string}} options
   *   onState gets ("live" | "connecting" | "dead" | "signed-out", since in ms)
   */
  constructor(url, { onEvent, onState, lastId = "" }) {
    this.url = url;
    this.onEvent = onEvent;
    this.onState = onState;
    this.lastId = lastId;
    this.tries = 0;
    this.state = "";
    this.lastHeard = Date.now();
  }

  open() {
    this.closed = false;
    this.run();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.abort?.abort();
  }

  retryNow() {
    if (this.state === "live") return;
    clearTimeout(this.timer);
    this.abort?.abort();
    this.tries = 0;
    this.run();
  }

  say(state) {
    if (state === this.state) return;
    this.state = state;
    this.onState(state, this.lastHeard);
  }

  async run() {
    const abort = new AbortController();
    this.abort = abort;
    let opened = 0;
    try {
      const headers = { Accept: "text/event-stream" };
      if (this.lastId) headers["Last-Event-ID"] = this.lastId;
      const response = await fetch(this.url, {
        headers,
        credentials: "same-origin",
        cache: "no-store",
        signal: abort.signal,
      });
      if (response.status === 401 || response.status === 403) {
        this.say("signed-out");
        return;
      }
      if (!response.ok || !response.body) throw new Error(`live feed answered ${response.status}`);
      opened = Date.now();
      this.heard(abort);
      this.say("live");
      await this.read(response.body, abort);
    } catch {
      // whatever ended the stream, the answer is the same: try again below
    }
    clearTimeout(this.silence);
    if (this.closed || this.abort !== abort) return;
    if (opened && Date.now() - opened > STABLE_MS) this.tries = 0;
    this.say(this.tries < 1 ? "connecting" : "dead");
    this.timer = setTimeout(() => this.run(), waitBefore(this.tries));
    this.tries += 1;
  }

  heard(abort) {
    this.lastHeard = Date.now();
    clearTimeout(this.silence);
    this.silence = setTimeout(() => abort.abort(), SILENCE_MS);
  }

  async read(body, abort) {
    const parser = new EventParser((event) => {
      if (event.id) this.lastId = event.id;
      this.onEvent(event);
    });
    parser.lastId = this.lastId;
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.heard(abort);
      parser.feed(value);
    }
  }
}
