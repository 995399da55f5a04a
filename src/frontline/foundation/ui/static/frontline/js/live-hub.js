// One hub holds the one stream of a browser and tells every page. It runs in a SharedWorker, or, where there is
// none, in the tab that holds the lock "frontline-live".

import { EventStream } from "./event-stream.js";

const KEPT = 300;

export class Hub {
  /** @param {(message: object, to?: any) => void} tell sends to one page, or to all when `to` is missing */
  constructor(tell, makeStream = (url, options) => new EventStream(url, options)) {
    this.tell = tell;
    this.makeStream = makeStream;
    this.recent = [];
    this.state = { type: "state", state: "connecting", since: Date.now() };
  }

  /** A page arrives: start the stream if need be, and give it what it may have missed since it was rendered. */
  hello({ url, lastId = "" }, page) {
    if (!this.stream) {
      this.stream = this.makeStream(url, {
        lastId,
        onEvent: (event) => this.event(event),
        onState: (state, since) => {
          this.state = { type: "state", state, since };
          this.tell(this.state);
        },
      });
      this.stream.open();
    }
    this.tell(this.state, page);
    for (const event of missedSince(this.recent, lastId)) this.tell({ type: "event", event }, page);
  }

  event(event) {
    this.recent.push(event);
    if (this.recent.length > KEPT) this.recent.shift();
    this.tell({ type: "event", event });
  }

  retry() {
    this.stream?.retryNow();
  }

  close() {
    this.stream?.close();
    this.stream = null;
  }
}

/** Events after `lastId`; all that are kept when it isn't among them, nothing when the page gave none. */
export function missedSince(recent, lastId) {
  if (!lastId) return [];
  const at = recent.findLastIndex((event) => event.id === lastId);
  return recent.slice(at + 1);
}
