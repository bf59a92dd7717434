import { fen } from "../card";
import type { Calculation } from "../types";
import { ends } from "./range";

export interface Level {
  level: string;
  low: number;
  high: number;
  best: boolean;
}

export interface Comparison {
  levels: Level[];
  /** The highest amount. */
  top: number;
}

// JSON.parse moves keys such as "1" to the front: the order is ours, from the small place to the large
const LEVELS = ["campus", "tier1", "tier2", "tier3", "1", "2", "3B", "3A"];

/** How to draw a comparison of hospital levels; null when it names what is not a level or not an amount. */
export function comparison(data: Calculation): Comparison | null {
  const [low, high] = ends(data) || [{}, {}];
  const levels: Level[] = [];
  for (const level of LEVELS) {
    const amounts = [fen(low[level]), fen(high[level])];
    if (amounts[0] === undefined || amounts[1] === undefined) continue;
    levels.push({ level, low: Math.min(amounts[0], amounts[1]), high: Math.max(amounts[0], amounts[1]), best: false });
  }
  if (levels.length < 2 || levels.length !== Object.keys(low).length) return null;
  // the best must be best in every case, and alone
  const best = levels.filter((item) => levels.every((other) => item.low >= other.high || item === other));
  const top = Math.max(...levels.map((item) => item.high));
  if (best.length === 1 && top) best[0]!.best = true;
  return { levels, top };
}
