import { describe, expect, it } from "vitest";
import { fen, money, split } from "../src/card";
import { comparison } from "../src/later/levels";
import { range, span } from "../src/later/range";
import type { Calculation } from "../src/types";
import replies from "../dev/replies.json";

const base: Calculation = { name: "x", status: "ok", outputs: {}, low: null, high: null, steps: [], assumptions: [], conflicts: [], citations: [] };
const captured = (name: keyof typeof replies) => (replies[name] as any).card.data as Calculation;

describe("money", () => {
  it.each([
    ["0.00", 0, "0.00"],
    ["29820.00", 2982000, "29,820.00"],
    ["1234567.89", 123456789, "1,234,567.89"],
    ["0.05", 5, "0.05"],
  ])("%s", (text, value, shown) => {
    expect(fen(text)).toBe(value);
    expect(money(value)).toBe(shown);
  });
  it("is nothing else", () => {
    for (const value of ["2025-03-15", "3", "", true, 12, undefined, "1.5"]) expect(fen(value)).toBeUndefined();
  });
  it("shows a range by both ends", () => expect(span(100, 250)).toBe("1.00–2.50"));
});

describe("a calculation", () => {
  it("is split between the payers, and nothing gets lost", () => {
    const drawn = split(captured("year").outputs)!;
    expect(drawn).toMatchObject({ title: "paid", paid: 16300000, whole: 20000000 });
    expect(drawn.parts.map((part) => [part.key, part.amount])).toEqual([["fund", 8000000], ["second", 8300000], ["own", 3700000]]);
    expect(drawn.parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1, 9);
  });
  it("is called by its payer where there is but one", () => {
    expect(split({ fund: "1.00", own: "1.00" })).toMatchObject({ title: "fund" });
    expect(split({ second_reimbursement: "1.00", own: "9.00", final_own: "1.00" })).toMatchObject({ title: "second", whole: 200 });
    expect(split({ subsidy: "1.00", own: "1.00" })).toMatchObject({ title: "paid" });
  });
  it("with a range shows what is sure, what may come, and both ends", () => {
    expect(range(captured("range"))).toMatchObject({
      title: "fund",
      low: 25000,
      high: 40000,
      bars: [{ parts: [{ key: "fund", amount: 25000, share: 0.3125 }, { key: "maybe", amount: 15000, share: 0.1875 }, { key: "own", amount: 55000, from: 40000, share: 0.5 }] }],
    });
  });
  it("with several payers and a range shows both cases", () => {
    const drawn = range(captured("subsidy"))!;
    expect(drawn).toMatchObject({ low: 50000, high: 65000, bars: [{ end: "low" }, { end: "high" }] });
  });
  it("of levels goes from the small place to the large, whatever JSON does with keys", () => {
    const drawn = comparison(captured("levels"))!;
    expect(drawn.levels.map((item) => item.level)).toEqual(["1", "2", "3B", "3A"]);
    expect(drawn.levels.map((item) => item.best)).toEqual([true, false, false, false]);
    expect(drawn.top).toBe(4482000);
  });
  it("of levels with ranges names a best one only when it is best in every case", () => {
    const low = { tier1: "490.00", tier2: "420.00" };
    const high = { tier1: "700.00", tier2: "600.00" };
    const drawn = comparison({ ...base, status: "range", low, high })!;
    expect(drawn.levels.some((item) => item.best)).toBe(false);
    expect(comparison(captured("compare"))).toMatchObject({ levels: [{ level: "campus", best: true }, {}, {}, {}] });
  });
  it.each([
    ["a refusal", captured("refused")],
    ["days", { ...base, outputs: { wait_end: "2025-03-15" } }],
    ["nothing at all", { ...base, outputs: { fund: "0.00", own: "0.00" } }],
    ["a range without ends", { ...base, status: "range", outputs: { fund: "1.00", own: "1.00" } }],
    ["a share without the rest", { ...base, outputs: { fund: "1.00" } }],
    ["a level beside something else", { ...base, outputs: { tier1: "1.00", tier2: "1.00", own: "1.00" } }],
  ])("%s is not drawn", (_, data) => {
    expect(data.status === "ok" && split(data.outputs)).toBeFalsy();
    expect(range(data)).toBeNull();
    expect(comparison(data)).toBeNull();
  });
  it("with a usual reading inside its range says so", () => {
    const low = { fund: "1.00", own: "9.00" };
    const high = { fund: "5.00", own: "5.00" };
    expect(range({ ...base, status: "range", outputs: high, low, high })).toMatchObject({ usual: true });
    expect(range({ ...base, status: "range", low, high })).toMatchObject({ usual: false });
  });
});
