// The page's end of the feed: connects to the SharedWorker, else elects a leader among the tabs by a lock.

import { Hub } from "./live-hub.js";

const CHANNEL = "frontline-live";

/** Connect; returns {retry}. `onMessage` gets {type: "event", event} and {type: "state", state, since}. */
export function connect({ url, workerUrl, lastId, onMessage }) {
  const hello = { type: "hello", url, lastId };
  return viaWorker(workerUrl, hello, onMessage) ?? viaLeader(hello, onMessage);
}

function viaWorker(workerUrl, hello, onMessage) {
  if (!("SharedWorker" in globalThis)) return null;
  let worker;
  try {
    worker = new SharedWorker(workerUrl, { type: "module", name: "frontline-live" });
  } catch {
    return null; // a browser that has SharedWorker but not for modules
  }
  const { port } = worker;
  port.onmessage = ({ data }) => onMessage(data);
  port.start();
  port.postMessage(hello);
  addEventListener("pagehide", () => port.postMessage({ type: "bye" }));
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // back from the page cache: what it shows is old
  });
  return { retry: () => port.postMessage({ type: "retry" }) };
}

function viaLeader(hello, onMessage) {
  const channel = new BroadcastChannel(CHANNEL);
  let hub = null;
  channel.onmessage = ({ data }) => {
    if (data.for === "page") onMessage(data.message);
    else if (hub && data.type === "hello") hub.hello(data);
    else if (hub && data.type === "retry") hub.retry();
  };
  const lead = () => {
    hub = new Hub((message) => {
      onMessage(message);
      channel.postMessage({ for: "page", message });
    });
    hub.hello(hello);
    return new Promise(() => {}); // leads until this tab goes
  };
  if (navigator.locks) navigator.locks.request(CHANNEL, lead);
  else lead();
  channel.postMessage(hello);
  return { retry: () => (hub ? hub.retry() : channel.postMessage({ type: "retry" })) };
}
