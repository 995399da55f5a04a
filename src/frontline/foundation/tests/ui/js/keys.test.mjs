import assert from "node:assert/strict";
import { test } from "node:test";

const { actionFor, clashIn, nextIndex } = await import(`${process.env.FRONTLINE_JS}/keys.js`);
const { fieldsOf } = await import(`${process.env.FRONTLINE_JS}/drafts.js`);
const { distance, spanOf } = await import(`${process.env.FRONTLINE_JS}/times.js`);
const { fill } = await import(`${process.env.FRONTLINE_JS}/words.js`);

const settings = { on: true, map: { reply: "r", help: "?" } };
const page = { closest: () => null };
const field = { closest: () => ({}) };
const press = (key, more = {}) => ({ key, target: page, ...more });

test("a key means its action, as the reader set it", () => {
  assert.equal(actionFor(press("r"), settings), "reply");
  assert.equal(actionFor(press("?", { shiftKey: true }), settings), "help");
  assert.equal(actionFor(press("e"), { on: true, map: { reply: "e" } }), "reply");
  assert.equal(actionFor(press("x"), settings), "");
});

test("keys are dead in text fields, with modifiers, while composing, on repeat, and when switched off", () => {
  const dead = [
    [press("r", { target: field }), settings],
    [press("r", { ctrlKey: true }), settings],
    [press("r", { metaKey: true }), settings],
    [press("r", { altKey: true }), settings],
    [press("r", { isComposing: true }), settings],
    [press("r", { repeat: true }), settings],
    [press("r"), { ...settings, on: false }],
  ];
  assert.deepEqual(dead.map(([one, given]) => actionFor(one, given)), dead.map(() => ""));
});

test("two actions on one key are found", () => {
  assert.equal(clashIn({ reply: "r", note: "n" }), "");
  assert.equal(clashIn({ reply: "n", note: "n" }), "n");
});

test("rows: the first key goes to the top, ends hold", () => {
  assert.deepEqual(
    [nextIndex(-1, 1, 3), nextIndex(-1, -1, 3), nextIndex(2, 1, 3), nextIndex(0, -1, 3), nextIndex(0, 1, 3), nextIndex(0, 1, 0)],
    [0, 2, 2, 0, 1, -1],
  );
});

test("a draft keeps words and choices, never files, secrets or tokens", () => {
  const elements = [
    { name: "body", type: "textarea", value: "hello" },
    { name: "kind", type: "radio", value: "public", checked: false },
    { name: "kind", type: "radio", value: "internal", checked: true },
    { name: "follow", type: "checkbox", checked: true },
    { name: "csrfmiddlewaretoken", type: "hidden", value: "secret" },
    { name: "password", type: "password", value: "secret" },
    { name: "file", type: "file", value: "c:/x" },
    { name: "otp", type: "text", value: "123", dataset: { draft: "off" } },
    { name: "", type: "text", value: "nameless" },
  ].map((one) => ({ dataset: {}, ...one }));
  assert.deepEqual(fieldsOf({ elements }), { body: "hello", kind: "internal", follow: true });
});

test("relative times say what the server says", () => {
  const words = { now: "now", in: "in {span}", ago: "{span} ago", "unit-min": "{n} min", "unit-hour": "{n} h", "unit-hour-min": "{h} h {m} min", "unit-day": "{n} d", "unit-day-hour": "{d} d {h} h" };
  const say = (name, values = {}) => fill(words[name], values);
  assert.equal(distance(0, say), "now");
  assert.equal(distance(12 * 60_000, say), "in 12 min");
  assert.equal(distance(-125 * 60_000, say), "2 h 05 min ago");
  assert.deepEqual([3600, 86400, 3 * 86400 + 4 * 3600, 12 * 86400 + 7200].map((s) => spanOf(s, say)), ["1 h", "1 d", "3 d 4 h", "12 d"]);
});
