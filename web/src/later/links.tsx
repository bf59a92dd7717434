import { Fragment, h } from "preact";

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

/** A line with its addresses and phone numbers as links; everything is a text node. */
export const Linked = ({ text }: { text: string }) => (
  <Fragment>
    {linkify(text).map(({ text, href }) =>
      href ? (
        <a href={href} rel="noopener" {...(href[0] === "h" && { target: "_blank" })}>
          {text}
        </a>
      ) : (
        text
      ),
    )}
  </Fragment>
);
