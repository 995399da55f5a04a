import assert from "node:assert/strict";
import { test } from "node:test";

const { EventParser, EventStream, waitBefore } = await import(`${process.env.FRONTLINE_JS}/event-stream.js`);

function parse(chunks) {
  const events = [];
  const parser = new EventParser((event) => events.push(event));
  chunks.forEach((chunk) => parser.feed(chunk));
  return events;
}

test("events come out whole however the bytes are cut", () => {
  const text = "id: 7\nevent: fact\ndata: {\"a\":1}\ndata: 2\n\n: heartbeat\r\n\r\nid: 8\r\ndata: x\r\n\r\n";
  const expected = [
    { id: "7", event: "fact", data: '{"a":1}\n2' },
    { id: "8", event: "message", data: "x" },
  ];
  assert.deepEqual(parse([text]), expected);
  assert.deepEqual(parse([...text]), expected);
  for (let cut = 1; cut < text.length; cut += 1) assert.deepEqual(parse([text.slice(0, cut), text.slice(cut)]), expected);
});

test("a heartbeat alone is no event, and the last id stays", () => {
  assert.deepEqual(parse([": ping\n\n", "id: 3\n\n", "data: y\n\n"]), [{ id: "3", event: "message", data: "y" }]);
});

test("waits double up to half a minute and are spread", () => {
  assert.deepEqual([0, 1, 2, 9].map((tries) => waitBefore(tries, 1)), [1000, 2000, 4000, 30000]);
  assert.deepEqual([0, 9].map((tries) => waitBefore(tries, 0)), [500, 15000]);
});

function answer(status, chunks) {
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
        controller.close();
      },
    }),
    { status },
  );
}

function open(answers, lastId = "") {
  const asked = [];
  const seen = { events: [], states: [] };
  globalThis.fetch = async (url, options) => {
    asked.push(options.headers["Last-Event-ID"] ?? "");
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next ?? new Promise(() => {});
  };
  const stream = new EventStream("/live", {
    lastId,
    onEvent: (event) => seen.events.push(event.data),
    onState: (state) => seen.states.push(state),
  });
  stream.open();
  return { stream, asked, seen };
}

test("a broken stream goes on from its last event, with the header the server knows", async () => {
  const { stream, asked, seen } = open([answer(200, ["id: 5\ndata: a\n\n"]), answer(200, ["id: 6\ndata: b\n\n"])]);
  await new Promise((done) => setTimeout(done, 1300));
  stream.close();
  assert.deepEqual(asked.slice(0, 2), ["", "5"]);
  assert.deepEqual(seen.events, ["a", "b"]);
});

test("a feed that cannot be reached twice says it is dead, and a retry revives it", async () => {
  const { stream, seen } = open([new Error("down"), new Error("down")]);
  await new Promise((done) => setTimeout(done, 1200));
  assert.deepEqual(seen.states, ["connecting", "dead"]);
  globalThis.fetch = async () => new Response(new ReadableStream(), { status: 200 });
  stream.retryNow();
  await new Promise((done) => setTimeout(done, 20));
  stream.close();
  assert.deepEqual(seen.states, ["connecting", "dead", "live"]);
});

test("somebody signed out is told so and the server is left in peace", async () => {
  const { stream, asked, seen } = open([new Response("", { status: 401 })]);
  await new Promise((done) => setTimeout(done, 1200));
  stream.close();
  assert.deepEqual([asked.length, seen.states], [1, ["signed-out"]]);
});
