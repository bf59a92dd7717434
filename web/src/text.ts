import type { Citation } from "./types";

/** A piece of a line: text, or text that is a link. */
export interface Piece {
  text: string;
  href?: string;
}

// an address ends before Chinese punctuation; 12393 and its kind, 0xx-xxxxxxxx, 400-xxx-xxxx, mobiles.
// No look-behind: an older Safari would refuse the whole file.
const ADDRESS = "https?:\\/\\/[\\w\\-.~:/?#[\\]@!$&'()*+,;=%]+";
const PHONE = "1[123]\\d{3}|120|110|0\\d{2,3}-?\\d{7,8}|[48]00-?\\d{3}-?\\d{4}|1[3-9]\\d{9}";
const LINK = new RegExp(`(${ADDRESS})|(^|[^\\d.,\\-+×−/])(${PHONE})(?![\\d,\\-]|\\.\\d| ?[元年月日天岁次%％号×−+])`, "g");

/** Split a line into text and links; only http(s) and tel ever become links. */
export function linkify(line: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of line.matchAll(LINK)) {
    // the stop after an address and an unopened bracket belong to the sentence
    const text = match[3] || trimmed(match[0]);
    const start = match.index! + (match[2] || "").length;
    if (start > done) pieces.push({ text: line.slice(done, start) });
    pieces.push({ text, href: match[3] ? `tel:${text.replace(/-/g, "")}` : text });
    done = start + text.length;
  }
  if (done < line.length || !pieces.length) pieces.push({ text: line.slice(done) });
  return pieces;
}

function trimmed(address: string): string {
  const plain = address.replace(/[.,;:!?'\]]+$/, "");
  return plain.endsWith(")") && !plain.includes("(") ? trimmed(plain.slice(0, -1)) : plain;
}

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

/** The title of a document as a text's line of sources names it: 《title》section（第 21 行）. */
function titled(place: Citation, text: string): string {
  const [first, last] = place.lines;
  const at = text.indexOf(`${place.section}（第 ${first === last ? first : `${first}–${last}`} 行`);
  const before = at < 0 ? null : text.slice(0, at).match(/《[^《》]+》/g);
  return before ? before[before.length - 1]!.slice(1, -1) : "";
}

export interface Source {
  title: string;
  places: Citation[];
}

/** Citations by document, without repetition. A calculation's have no title; the text's line of sources may. */
export function sources(citations: Citation[], text: string): Source[] {
  const found = new Map<string, Source>();
  for (const place of citations) {
    const title = place.title || titled(place, text);
    const source = found.get(place.document) || { title, places: [] };
    found.set(place.document, source);
    source.title = source.title || title;
    if (!source.places.some((old) => old.section === place.section && old.lines.join() === place.lines.join())) source.places.push(place);
  }
  return [...found.values()];
}
