import { describe, expect, it } from "vitest";
import { sources } from "../src/later/citations";
import { linkify } from "../src/later/links";
import { lines } from "../src/text";

const links = (line: string) => linkify(line).flatMap((piece) => (piece.href ? [piece.href] : []));

describe("links", () => {
  it.each([
    ["请拨 12393 核实", ["tel:12393"]],
    ["急症请拨120，或去急诊", ["tel:120"]],
    ["电话 021-12345678。", ["tel:02112345678"]],
    ["打开 https://www.nhsa.gov.cn/a?b=1。然后", ["https://www.nhsa.gov.cn/a?b=1"]],
    ["（见 https://example.edu/x）", ["https://example.edu/x"]],
    ["see (https://example.edu/x).", ["https://example.edu/x"]],
    ["https://example.edu/a_(b)", ["https://example.edu/a_(b)"]],
    ["报 12393 元", []],
    ["大约 120 元", []],
    ["120天内", []],
    ["29820.00 和 1,120.00", []],
    ["× 120.00", []],
    ["javascript:alert(1)", []],
    ["data:text/html,x", []],
    ["ftp://example.edu", []],
  ])("%s", (line, expected) => {
    expect(links(line)).toEqual(expected);
    expect(linkify(line).map((piece) => piece.text).join("")).toBe(line);
  });
});

describe("lines", () => {
  it("are told apart by how they begin", () => {
    const text = "医保报销 1 元\n前提：甲\n以上按乙\n按这些算的：丙\n注意：丁\n依据：《戊》\n· 步\n1. 先\n\n12. 后";
    expect(lines(text).map((line) => line.kind)).toEqual(["plain", "fine", "fine", "fine", "note", "source", "item", "step", "step"]);
    expect(lines("· 步\n1. 先").map((line) => line.text)).toEqual(["步", "先"]);
  });
});

describe("sources", () => {
  const place = (document: string, section: string, first: number, last: number) => ({ document, section, lines: [first, last] as [number, number] });
  it("are grouped by document and named by the text", () => {
    const text = "依据：《政策问答（附件2）》问题2(1)普通门急诊（第 21 行）、问题4（第 39–40 行）；《新生通知》待遇表（第 41 行）";
    const found = sources([place("qa", "问题2(1)普通门急诊", 21, 21), place("fresh", "待遇表", 41, 41), place("qa", "问题4", 39, 40), place("qa", "问题4", 39, 40)], text);
    expect(found.map((source) => [source.title, source.places.length])).toEqual([
      ["政策问答（附件2）", 2],
      ["新生通知", 1],
    ]);
  });
  it("keep their own title, and do without one", () => {
    expect(sources([{ ...place("a", "一", 1, 1), title: "甲" }], "")[0]!.title).toBe("甲");
    expect(sources([place("a", "一", 1, 1)], "没有")[0]!.title).toBe("");
  });
});
