import type { Citation } from "../types";

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
