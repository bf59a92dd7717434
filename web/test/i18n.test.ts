import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Key } from "../src/i18n";
import en from "../src/i18n/en";
import { zh } from "../src/i18n/zh";
import { zhMore } from "../src/i18n/zh.more";

const chinese = { ...zh, ...zhMore };
const keys = Object.keys(chinese) as Key[];
const code = readdirSync(join(import.meta.dirname, "../src"), { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !path.includes("i18n/zh") && !path.includes("i18n/en"))
  .map((path) => readFileSync(join(import.meta.dirname, "../src", path), "utf8"))
  .join("\n");

it("every text is there in both languages, with the same places", () => {
  expect(Object.keys(en).sort()).toEqual([...keys].sort());
  for (const key of keys) {
    expect(en[key], key).not.toBe("");
    expect(en[key].includes("{0}"), key).toBe(chinese[key].includes("{0}"));
  }
});

it("no text is in both files", () => {
  expect(keys.length).toBe(Object.keys(zh).length + Object.keys(zhMore).length);
});

it("every text is used", () => {
  const built = /^(fund|second|paid)Title$|^(low|high)End$|^privacy/;
  for (const key of keys) expect(built.test(key) || new RegExp(`["'{ ]${key}["',: ]|${key}:`).test(code), key).toBe(true);
});
