export type LineKind = "plain" | "fine" | "note" | "source" | "item" | "step";

export interface Line {
  kind: LineKind;
  text: string;
}

const KINDS: [RegExp, LineKind][] = [
  [/^依据：/, "source"],
  [/^注意：/, "note"],
  [/^(前提：|以上按|按这些算的)/, "fine"],
  [/^· ?/, "item"],
  [/^\d{1,2}\. /, "step"],
];

/** The lines of a text, each with what its beginning says it is; marks of items and steps are taken off. */
export function lines(text: string): Line[] {
  return text
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => {
      const found = KINDS.find(([start]) => start.test(line));
      if (!found) return { kind: "plain", text: line };
      const listed = found[1] === "item" || found[1] === "step";
      return { kind: found[1], text: listed ? line.replace(found[0], "") : line };
    });
}
