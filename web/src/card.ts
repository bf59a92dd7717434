import type { Calculation, Outputs } from "./types";

/** What a calculation looks like, before any drawing. Amounts are whole fen, so that sums are exact. */
export type PartKey = "fund" | "second" | "subsidy" | "maybe" | "own";

export interface Part {
  key: PartKey;
  amount: number;
  /** Of the whole, 0 to 1. */
  share: number;
  /** The lowest value when it is a range; amount is the highest then. */
  from?: number;
}

export interface Bar {
  /** Which end of a range this bar is. */
  end?: "low" | "high";
  parts: Part[];
}

export interface Split {
  kind: "split";
  title: "fund" | "second" | "paid";
  low: number;
  high: number;
  bars: Bar[];
  /** A usual reading stands within the range: the text's first line has to say it. */
  usual: boolean;
}

export interface Level {
  level: string;
  low: number;
  high: number;
  best: boolean;
}

export interface Comparison {
  kind: "compare";
  levels: Level[];
  /** The highest amount. */
  top: number;
}

// JSON.parse moves keys such as "1" to the front: the order is ours, from the small place to the large
export const LEVELS = ["campus", "tier1", "tier2", "tier3", "1", "2", "3B", "3A"];
const PAID: [string, PartKey][] = [
  ["fund", "fund"],
  ["second_reimbursement", "second"],
  ["subsidy", "subsidy"],
];

/** Fen of an amount such as "29820.00"; undefined for anything else. */
export function fen(value: unknown): number | undefined {
  return typeof value === "string" && /^\d+\.\d{2}$/.test(value) ? Number(value.replace(".", "")) : undefined;
}

/** 2982000 -> 29,820.00 */
export function money(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, "0");
  return `${amount < 0 ? "−" : ""}${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${digits.slice(-2)}`;
}

/** One amount, or both ends of a range. */
export function span(low: number, high: number): string {
  return low === high ? money(low) : `${money(low)}–${money(high)}`;
}

/** How to draw a calculation; null when its text says it best (days, refusals, questions). */
export function model(data: Calculation): Split | Comparison | null {
  if (data.status !== "ok" && data.status !== "range") return null;
  const low = data.status === "range" ? data.low : data.outputs;
  const high = data.status === "range" ? data.high : data.outputs;
  if (!low || !high) return null;
  return compare(low, high) || split(low, high, data);
}

function compare(low: Outputs, high: Outputs): Comparison | null {
  const keys = Object.keys(low);
  if (keys.length < 2 || !keys.every((key) => LEVELS.includes(key))) return null;
  const levels: Level[] = [];
  for (const level of LEVELS) {
    const ends = [fen(low[level]), fen(high[level])];
    if (ends[0] === undefined || ends[1] === undefined) continue;
    levels.push({ level, low: Math.min(ends[0], ends[1]), high: Math.max(ends[0], ends[1]), best: false });
  }
  if (levels.length !== keys.length) return null;
  const top = Math.max(...levels.map((item) => item.high));
  // the best must be best in every case, and alone
  const best = levels.filter((item) => levels.every((other) => item.low >= other.high || item === other));
  if (best.length === 1 && top) best[0]!.best = true;
  return { kind: "compare", levels, top };
}

interface Case {
  parts: Part[];
  paid: number;
  whole: number;
}

function read(outputs: Outputs): Case | null {
  const own = fen(outputs.final_own || outputs.own);
  const parts: Part[] = [];
  let paid = 0;
  for (const [name, key] of PAID) {
    const amount = fen(outputs[name]);
    if (amount === undefined) continue;
    parts.push({ key, amount, share: 0 });
    paid += amount;
  }
  if (own === undefined || !parts.length) return null;
  parts.push({ key: "own", amount: own, share: 0 });
  return { parts, paid, whole: paid + own };
}

function shared(parts: Part[], whole: number): Part[] {
  return parts.map((part) => ({ ...part, share: (part.key === "own" && part.from !== undefined ? part.from : part.amount) / whole }));
}

function split(lowOutputs: Outputs, highOutputs: Outputs, data: Calculation): Split | null {
  const low = read(lowOutputs);
  const high = read(highOutputs);
  if (!low || !high || !low.whole || !high.whole) return null;
  const keys = new Set([...low.parts, ...high.parts].map((part) => part.key));
  const title = keys.size > 2 ? "paid" : keys.has("fund") ? "fund" : keys.has("second") ? "second" : "paid";
  const usual = data.status === "range" && PAID.some(([name]) => fen(data.outputs[name]) !== undefined);
  const base = { kind: "split" as const, title: title as Split["title"], usual };
  const ends = { low: Math.min(low.paid, high.paid), high: Math.max(low.paid, high.paid) };
  if (data.status === "ok") return { ...base, ...ends, bars: [{ parts: shared(low.parts, low.whole) }] };
  const [less, more] = low.paid <= high.paid ? [low, high] : [high, low];
  if (keys.size === 2 && less.whole === more.whole) {
    const own: Part = { key: "own", amount: less.parts[1]!.amount, from: more.parts[1]!.amount, share: 0 };
    const parts: Part[] = [less.parts[0]!, { key: "maybe", amount: more.paid - less.paid, share: 0 }, own];
    return { ...base, ...ends, bars: [{ parts: shared(parts, less.whole) }] };
  }
  return {
    ...base,
    ...ends,
    bars: [
      { end: "low", parts: shared(less.parts, less.whole) },
      { end: "high", parts: shared(more.parts, more.whole) },
    ],
  };
}
