import { Fragment, h } from "preact";
import { linkify, type Line } from "../text";

const ICONS = {
  chat: "M4 5h16v11H9l-5 4z M8.5 10.5h7 M12 7v7",
  close: "M6 6l12 12M18 6L6 18",
  gear: "M4 7h9M17 7h3M4 17h3M11 17h9M13 4.5v5M7 14.5v5",
  back: "M15 5l-7 7 7 7",
  send: "M12 19V6M6 11.5l6-6 6 6",
  copy: "M9 9h10v10H9zM5 15V5h10",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  up: "M7 11v9H4v-9zM7 11l4-7c2 0 2 2 2 3l-.5 3H19c1 0 1.6 1 1.4 2l-1.5 6c-.2 1-1 2-2 2H7",
};
export type IconName = keyof typeof ICONS;

export const Icon = ({ name, turned }: { name: IconName; turned?: boolean }) => (
  <svg class={turned ? "icon turned" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
    <path d={ICONS[name]} />
  </svg>
);

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
