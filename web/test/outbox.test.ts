import { describe, expect, it } from "vitest";
import { delay, LONGEST, randomId, sends, verdict } from "../src/outbox";

describe("waiting before the next try", () => {
  it("doubles and stops growing", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 1000].map(delay)).toEqual([1000, 1000, 2000, 4000, 8000, 16000, LONGEST, LONGEST, LONGEST]);
  });
});

describe("an answer's status", () => {
  it.each([
    [0, "retry"], [408, "retry"], [429, "retry"], [500, "retry"], [503, "retry"],
    [401, "renew"],
    [400, "refuse"], [403, "refuse"], [413, "refuse"], [422, "refuse"],
  ])("%i: %s", (status, what) => expect(verdict(status)).toBe(what));
});

describe("Enter", () => {
  const key = { key: "Enter", shiftKey: false, isComposing: false, keyCode: 13 };
  it("sends", () => expect(sends(key)).toBe(true));
  it("is a new line with Shift", () => expect(sends({ ...key, shiftKey: true })).toBe(false));
  it("chooses a word while pinyin is composed", () => expect(sends({ ...key, isComposing: true })).toBe(false));
  it("chooses a word in Safari, which says so by the key code only", () => expect(sends({ ...key, keyCode: 229 })).toBe(false));
  it("is no other key", () => expect(sends({ ...key, key: "a" })).toBe(false));
});

it("makes ids of 128 bits, never twice", () => {
  const made = Array.from({ length: 200 }, randomId);
  expect(new Set(made).size).toBe(200);
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{32}$/);
});
