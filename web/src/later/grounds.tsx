import { Fragment, h } from "preact";
import { type Line, lines } from "../text";
import type { Calculation, ChatEvent } from "../types";
import { Lines } from "../ui/base";
import type { Shared } from "../ui/message";
import { Sources } from "./sources";

interface Props {
  event: ChatEvent;
  data: Calculation;
  /** What the card says already. */
  said: Line[];
  shared: Shared;
}

/** What a calculation rests on: assumptions with their effect, and where it stands. */
export function Grounds({ event, data, said, shared }: Props) {
  const rest = event.more || "";
  const effects = data.assumptions.map((item): Line => ({ kind: "item", text: `${item.text}${item.effect}` }));
  const noted = lines(rest).filter(
    ({ kind, text }) =>
      (kind === "fine" || kind === "note") &&
      !data.assumptions.some((item) => text.includes(item.text)) &&
      !said.some((line) => line.text === text),
  );
  const assumed = [...effects, ...noted];
  return (
    <Fragment>
      {assumed.length > 0 && (
        <details>
          <summary>{shared.say("assumed", assumed.length)}</summary>
          <Lines of={assumed} />
        </details>
      )}
      <Sources of={data.citations} text={`${event.text}\n${rest}`} shared={shared} />
    </Fragment>
  );
}
