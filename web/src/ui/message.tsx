import { Fragment, h } from "preact";
import type { Api } from "../api";
import { fen, money, split } from "../card";
import type { Say } from "../i18n";
import type { Dress } from "../main";
import { type Line, lines } from "../text";
import type { Calculation, ChatEvent, Step } from "../types";
import { Lines } from "./base";
import { SplitFigure } from "./figures";

export interface Shared {
  api: Api;
  say: Say;
  /** For a page of its own, to print. */
  dress: Dress;
}

/** What a calculation comes to: a figure and a bar, or until that can be drawn the words that say it. */
function Result({ data, said, say }: { data: Calculation; said: Line[]; say: Say }) {
  const more = window.campusChatMore;
  const drawing = data.status === "ok" && split(data.outputs);
  const words = <Lines of={said} />;
  // a figure replaces the sentence that says it
  const rest = <Lines of={said.slice(1)} />;
  if (!drawing) return more ? <more.Figure {...{ data, words, rest, say }} /> : words;
  return (
    <Fragment>
      <SplitFigure model={drawing} say={say} />
      {rest}
    </Fragment>
  );
}

const Calculated = ({ steps, say }: { steps: Step[]; say: Say }) => (
  <details>
    <summary>{say("how", steps.length)}</summary>
    <ol>
      {steps.map(({ label, expression, value, unit }) => {
        const amount = fen(value);
        return (
          <li>
            {label}
            <span class="sum">
              {expression !== value && `${expression} = `}
              <b>
                {amount === undefined ? value : money(amount)} {unit}
              </b>
            </span>
          </li>
        );
      })}
    </ol>
  </details>
);

/** A calculation: what it comes to, the steps folded, what it rests on. Nothing the text says is lost. */
function CalculationCard({ event, data, shared }: { event: ChatEvent; data: Calculation; shared: Shared }) {
  const more = window.campusChatMore;
  const all = lines(event.text);
  // the result is the first line, and a list right after it
  let end = 1;
  while (all[end] && all[end]!.kind === "item") end += 1;
  const rest = all.slice(end);
  const said = rest.filter((line) => line.kind !== "source");
  return (
    <Fragment>
      <Result data={data} said={all.slice(0, end)} say={shared.say} />
      <Lines of={more ? said : rest} />
      {data.steps.length > 0 && <Calculated steps={data.steps} say={shared.say} />}
      {more && <more.Grounds {...{ event, data, said, shared }} />}
    </Fragment>
  );
}

function Reply({ event, shared }: { event: ChatEvent; shared: Shared }) {
  const { card, text, more: rest = "" } = event;
  const more = window.campusChatMore;
  if (card && card.kind === "calculation") return <CalculationCard event={event} data={card.data} shared={shared} />;
  const places = card && card.kind === "answer" ? card.data.cities.flatMap((city) => city.citations) : [];
  const listed = more && places.length > 0;
  const visible = (text: string) => lines(text).filter((line) => !listed || line.kind !== "source");
  const folded = visible(rest);
  const steps = folded.filter((line) => line.kind === "step").length;
  return (
    <Fragment>
      <Lines of={visible(text)} />
      {listed && card && card.kind === "answer" && <more.Tables of={card.data} />}
      {folded.length > 0 && (
        <details>
          <summary>{steps ? shared.say("steps", steps) : shared.say("more")}</summary>
          <Lines of={folded} />
        </details>
      )}
      {listed && <more.Sources of={places} text={`${text}\n${rest}`} shared={shared} />}
    </Fragment>
  );
}

export function Message({ event, shared, tools }: { event: ChatEvent; shared: Shared; tools: boolean }) {
  const { say } = shared;
  const more = window.campusChatMore;
  if (event.kind === "notice") return <p class="notice">{event.text}</p>;
  const own = event.kind === "user";
  const carded = event.card && event.card.kind === "calculation";
  return (
    <div class={`message ${own ? "mine" : carded ? "bot card" : "bot"}`}>
      <span class={event.kind === "staff" || event.ticket ? "who" : "hidden"}>
        {say(own ? "me" : event.kind === "staff" ? "staff" : "bot")}
        {event.ticket && ` · ${say("ticket", event.ticket)}`}
      </span>
      {own ? <p>{event.text}</p> : <Reply event={event} shared={shared} />}
      {tools && more && <more.Tools event={event} shared={shared} />}
    </div>
  );
}
