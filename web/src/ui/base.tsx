import { Fragment, h } from "preact";
import type { Line } from "../text";

export const CHAT = "M4 5h16v11H9l-5 4z M8.5 10.5h7 M12 7v7";
export const CLOSE = "M6 6l12 12M18 6L6 18";
export const GEAR = "M4 7h9M17 7h3M4 17h3M11 17h9M13 4.5v5M7 14.5v5";
export const SEND = "M12 19V6M6 11.5l6-6 6 6";

export const Icon = ({ path }: { path: string }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={path} />
  </svg>
);

/** A line; once widget.more.js is here, its addresses and phone numbers are links. */
function Linked({ text }: { text: string }) {
  const more = window.campusChatMore;
  return more ? <more.Linked text={text} /> : <Fragment>{text}</Fragment>;
}

/** Lines of a reply: paragraphs, items and numbered steps as lists, notes set apart. */
export function Lines({ of }: { of: Line[] }) {
  const blocks: Line[][] = [];
  for (const line of of) {
    const last = blocks[blocks.length - 1];
    if (last && last[0]!.kind === line.kind && (line.kind === "item" || line.kind === "step")) last.push(line);
    else blocks.push([line]);
  }
  return (
    <Fragment>
      {blocks.map((block) => {
        const { kind, text } = block[0]!;
        const items = block.map((line) => (
          <li>
            <Linked text={line.text} />
          </li>
        ));
        if (kind === "step") return <ol>{items}</ol>;
        if (kind === "item") return <ul>{items}</ul>;
        return (
          <p class={kind}>
            <Linked text={text} />
          </p>
        );
      })}
    </Fragment>
  );
}
