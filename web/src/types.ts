/** What the server says: the shapes of the web channel's interface. */

export type Outputs = Record<string, string | number | boolean>;

export interface Citation {
  document: string;
  section: string;
  lines: [number, number];
  title?: string;
}

export interface Step {
  label: string;
  expression: string;
  value: string | number | null;
  unit: string;
}

export interface Assumption {
  id: string;
  text: string;
  effect: string;
}

export interface Calculation {
  name: string;
  status: string;
  outputs: Outputs;
  low: Outputs | null;
  high: Outputs | null;
  steps: Step[];
  assumptions: Assumption[];
  conflicts: { id: string; text: string }[];
  citations: Citation[];
}

export interface Table {
  columns: string[];
  rows: string[][];
}

export interface Answer {
  topic: string;
  title: string;
  cities: { city: string; table?: Table | null; conflicts: string[]; citations: Citation[] }[];
}

export type Card =
  | { kind: "calculation"; data: Calculation }
  | { kind: "answer"; data: Answer }
  | { kind: "choices"; data: unknown };

export interface Choice {
  title: string;
  message: string;
}

export interface ChatEvent {
  seq: number;
  kind: "user" | "bot" | "staff" | "notice";
  at: string;
  text: string;
  id?: string;
  more?: string;
  buttons?: Choice[];
  card?: Card;
  ticket?: string;
}

export interface Passage {
  title: string;
  text: string;
}
