import type { Outputs } from "./types";

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

/** Who pays a bill. */
export interface Split {
  title: "fund" | "second" | "paid";
  parts: Part[];
  paid: number;
  whole: number;
}

export const PAID: [string, PartKey][] = [
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

/** How to draw what was calculated; null when its text says it best (days, refusals, questions, comparisons). */
export function split(outputs: Outputs): Split | null {
  const own = fen(outputs.final_own || outputs.own);
  const parts: Part[] = [];
  let paid = 0;
  for (const [name, key] of PAID) {
    const amount = fen(outputs[name]);
    if (amount === undefined) continue;
    parts.push({ key, amount, share: 0 });
    paid += amount;
  }
  const whole = paid + (own || 0);
  if (own === undefined || !parts.length || !whole) return null;
  parts.push({ key: "own", amount: own, share: 0 });
  return { title: titled(parts), parts: shared(parts, whole), paid, whole };
}

/** What the sum of the payers is called: by its one payer if there is but one. */
function titled(parts: Part[]): Split["title"] {
  const [{ key }, ...rest] = parts as [Part, ...Part[]];
  return rest.length === 1 && key !== "subsidy" ? (key as "fund" | "second") : "paid";
}

/** The parts with their shares of the whole. */
export function shared(parts: Part[], whole: number): Part[] {
  return parts.map((part) => ({ ...part, share: (part.from === undefined ? part.amount : part.from) / whole }));
}
