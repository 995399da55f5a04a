import assert from "node:assert/strict";
import { test } from "node:test";

const { Hub, missedSince } = await import(`${process.env.FRONTLINE_JS}/live-hub.js`);
const { parseNews } = await import(`${process.env.FRONTLINE_JS}/live.js`);

const ids = (events) => events.map((event) => event.id);

test("a page gets what came after it was drawn, and everything kept when its place is unknown", () => {
  const recent = [{ id: "1" }, { id: "2" }, { id: "3" }];
  assert.deepEqual(ids(missedSince(recent, "2")), ["3"]);
  assert.deepEqual(ids(missedSince(recent, "3")), []);
  assert.deepEqual(ids(missedSince(recent, "0")), ["1", "2", "3"]);
  assert.deepEqual(ids(missedSince(recent, "")), []);
});

test("many pages share one stream, and a late one learns the state", () => {
  const told = [];
  let opened = 0;
  let options;
  const hub = new Hub(
    (message, to) => told.push([to ?? "all", message.type, message.state ?? message.event?.id]),
    (url, given) => {
      options = given;
      return { open: () => (opened += 1), close() {}, retryNow() {} };
    },
  );
  hub.hello({ url: "/live", lastId: "4" }, "first");
  options.onState("live", 0);
  options.onEvent({ id: "5", data: "{}" });
  hub.hello({ url: "/live", lastId: "4" }, "second");
  assert.equal(opened, 1);
  assert.equal(options.lastId, "4");
  assert.deepEqual(told, [
    ["first", "state", "connecting"],
    ["all", "state", "live"],
    ["all", "event", "5"],
    ["second", "state", "live"],
    ["second", "event", "5"],
  ]);
});

test("the hub forgets the oldest events, never the newest", () => {
  const hub = new Hub(() => {});
  for (let id = 0; id < 1000; id += 1) hub.event({ id: String(id) });
  assert.deepEqual([hub.recent.length, hub.recent.at(-1).id], [300, "999"]);
});

test("news needs a subject; everything else has a standard", () => {
  assert.deepEqual(parseNews('{"subject":"ticket:A"}'), { subject: "ticket:A", fragments: {}, lists: {}, announce: "" });
  for (const noNews of ["", "{", "null", "[]", "3", "{}"]) assert.equal(parseNews(noNews), null);
});
