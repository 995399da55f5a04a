// SharedWorker: all tabs of this browser share one stream (the seventh stream of a site would hang).

import { Hub } from "./live-hub.js";

const ports = new Set();

function tell(message, to) {
  for (const port of to ? [to] : ports) port.postMessage(message);
}

const hub = new Hub(tell);

self.onconnect = ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = ({ data }) => {
    if (data.type === "hello") hub.hello(data, port);
    else if (data.type === "retry") hub.retry();
    else if (data.type === "bye") {
      ports.delete(port);
      if (!ports.size) hub.close();
    }
  };
  port.start();
};
