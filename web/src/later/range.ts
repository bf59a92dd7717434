import { fen, money, PAID, type Part, shared, type Split, split } from "../card";
import type { Calculation, Outputs } from "../types";

/** A result with two ends, in one bar or, where the ends differ in more than one thing, in a bar for each. */
export interface Range {
  title: Split["title"];
  low: number;
  high: number;
  bars: { end?: "low" | "high"; parts: Part[] }[];
  /** A usual reading stands within the range: the text's first line has to say it. */
  usual: boolean;
}

/** One amount, or both ends of a range. */
export function span(low: number, high: number): string {
  return low === high ? money(low) : `${money(low)}–${money(high)}`;
}

/** The lowest and the highest case; the same one where there is no range, null where nothing was calculated. */
export function ends(data: Calculation): [Outputs, Outputs] | null {
  if (data.status === "ok") return [data.outputs, data.outputs];
  return data.status === "range" && data.low && data.high ? [data.low, data.high] : null;
}

/** How to draw a range; null when its text says it best. */
export function range(data: Calculation): Range | null {
  if (data.status !== "range") return null;
  const cases = (ends(data) || []).map(split);
  if (!cases[0] || !cases[1]) return null;
  const [low, high] = (cases as Split[]).sort((one, other) => one.paid - other.paid) as [Split, Split];
  const title = low.title === high.title ? low.title : "paid";
  const usual = PAID.some(([name]) => fen(data.outputs[name]) !== undefined);
  return { title, low: low.paid, high: high.paid, bars: bars(low, high), usual };
}

function bars(low: Split, high: Split): Range["bars"] {
  const keys = new Set([...low.parts, ...high.parts].map((part) => part.key));
  if (keys.size > 2 || low.whole !== high.whole)
    return [
      { end: "low", parts: low.parts },
      { end: "high", parts: high.parts },
    ];
  const own: Part = { key: "own", amount: low.parts[1]!.amount, from: high.parts[1]!.amount, share: 0 };
  const parts: Part[] = [low.parts[0]!, { key: "maybe", amount: high.paid - low.paid, share: 0 }, own];
  return [{ parts: shared(parts, low.whole) }];
}
