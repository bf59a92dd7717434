import { Component, Fragment, h } from "preact";
import type { Api } from "../api";
import { fen, model, money } from "../card";
import type { Say } from "../i18n";
import { lines, type Source, sources } from "../text";
import type { Calculation, ChatEvent, Citation } from "../types";
import { Icon, Lines, Linked } from "./base";
import { CompareFigure, SplitFigure } from "./figures";

interface Shared {
  api: Api;
  say: Say;
  print: (node: Element) => void;
}

/** One place in a document: a tap opens the passage, or says where to look. */
class Place extends Component<{ place: Citation; shared: Shared }, { open?: boolean; text?: string }> {
  private async toggle(): Promise<void> {
    const { place, shared } = this.props;
    this.setState({ open: !this.state.open });
    if (this.state.text) return;
    try {
      this.setState({ text: (await shared.api.passage(place.document, place.lines)).text });
    } catch {
      this.setState({ text: "" });
    }
  }

  render() {
    const { place, shared } = this.props;
    const { open, text } = this.state;
    const [first, last] = place.lines;
    return (
      <li>
        <button class="place" aria-expanded={!!open} onClick={() => this.toggle()}>
          {place.section} <span class="soft">{shared.say("line", first === last ? first : `${first}–${last}`)}</span>
        </button>
        {open && (
          <blockquote aria-live="polite">
            {text === undefined ? shared.say("typing") : text ? text.split("\n").map((line) => <p>{line}</p>) : shared.say("noPassage")}
          </blockquote>
        )}
      </li>
    );
  }
}

const Sources = ({ of, shared }: { of: Source[]; shared: Shared }) =>
  of.length ? (
    <details>
      <summary>{shared.say("basis", of.reduce((sum, source) => sum + source.places.length, 0))}</summary>
      {of.map(({ title, places }) => (
        <Fragment>
          {title && <p class="doc">《{title}》</p>}
          <ul class="places">
            {places.map((place) => (
              <Place place={place} shared={shared} />
            ))}
          </ul>
        </Fragment>
      ))}
    </details>
  ) : null;

/** A calculation: figure and bar, what it rests on, the steps folded. Nothing the text says is lost. */
function CalculationCard({ event, data, shared }: { event: ChatEvent; data: Calculation; shared: Shared }) {
  const { say } = shared;
  const drawing = model(data);
  const said = lines(event.text).filter((line) => line.kind !== "source");
  // drawn figures replace the sentence that says them, unless a usual reading stands in it
  const [first, ...rest] = said;
  const replaced = drawing && !(drawing.kind === "split" && drawing.usual);
  const shown = (replaced ? rest : rest).filter((line) => !(drawing && drawing.kind === "compare" && line.kind === "item"));
  const extra = lines(event.more || "").filter((line) => line.kind === "fine" || line.kind === "note");
  const effects = data.assumptions.map((item) => ({ kind: "item" as const, text: `${item.text}${item.effect}` }));
  const noted = extra.filter((line) => !data.assumptions.some((item) => line.text.includes(item.text)) && !shown.some((other) => other.text === line.text));
  return (
    <Fragment>
      {drawing && drawing.kind === "split" && <SplitFigure model={drawing} say={say} />}
      {drawing && drawing.kind === "compare" && <CompareFigure model={drawing} say={say} />}
      {first && !replaced && (
        <p>
          <Linked text={first.text} />
        </p>
      )}
      <Lines of={shown} />
      {data.steps.length > 0 && (
        <details>
          <summary>{say("how", data.steps.length)}</summary>
          <ol>
            {data.steps.map((step) => {
              const amount = fen(step.value);
              const value = `${amount === undefined ? step.value || "" : money(amount)} ${step.unit}`;
              return (
                <li>
                  {step.label}
                  <span class="sum">
                    {step.expression !== step.value && `${step.expression} = `}
                    <b>{value}</b>
                  </span>
                </li>
              );
            })}
          </ol>
        </details>
      )}
      {effects.length + noted.length > 0 && (
        <details>
          <summary>{say("assumed", effects.length + noted.length)}</summary>
          <Lines of={[...effects, ...noted]} />
        </details>
      )}
      <Sources of={sources(data.citations, `${event.text}\n${event.more || ""}`)} shared={shared} />
    </Fragment>
  );
}

function Body({ event, shared }: { event: ChatEvent; shared: Shared }) {
  const card = event.card;
  if (card && card.kind === "calculation") return <CalculationCard event={event} data={card.data} shared={shared} />;
  const places = card && card.kind === "answer" ? card.data.cities.flatMap((city) => city.citations) : [];
  const all = `${event.text}\n${event.more || ""}`;
  const visible = (text: string) => lines(text).filter((line) => !places.length || line.kind !== "source");
  const more = visible(event.more || "");
  const steps = more.filter((line) => line.kind === "step").length;
  return (
    <Fragment>
      <Lines of={visible(event.text)} />
      {more.length > 0 && (
        <details>
          <summary>{steps ? shared.say("steps", steps) : shared.say("more")}</summary>
          <Lines of={more} />
        </details>
      )}
      <Sources of={sources(places, all)} shared={shared} />
    </Fragment>
  );
}

/** Copy, print, and whether it helped. */
class Tools extends Component<{ event: ChatEvent; shared: Shared }, { copied?: boolean; rated?: string; sent?: boolean }> {
  private async copy(click: MouseEvent): Promise<void> {
    const { text, more } = this.props.event;
    const all = more ? `${text}\n${more}` : text;
    const root = (click.currentTarget as Element).getRootNode() as ShadowRoot;
    try {
      await navigator.clipboard.writeText(all);
    } catch {
      // pages without https and older browsers
      const area = document.createElement("textarea");
      area.value = all;
      root.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    this.setState({ copied: true });
    setTimeout(() => this.setState({ copied: false }), 2000);
  }

  private rate(value: string, comment?: string): void {
    const { event, shared } = this.props;
    this.setState({ rated: value, sent: value === "up" || comment !== undefined });
    shared.api.rate(event.seq, value, comment).catch(() => this.setState({ rated: "", sent: false }));
  }

  render({ event, shared }: { event: ChatEvent; shared: Shared }) {
    const { say } = shared;
    const { copied, rated, sent } = this.state;
    const button = (value: "up" | "down", text: string) => (
      <button class="tool" aria-label={text} title={text} aria-pressed={rated === value} onClick={() => this.rate(value)}>
        <Icon name="up" turned={value === "down"} />
      </button>
    );
    return (
      <Fragment>
        <div class="tools">
          <button class="tool" aria-label={say("copy")} title={say("copy")} onClick={(click) => this.copy(click)}>
            <Icon name="copy" />
          </button>
          {event.card && (
            <button
              class="tool"
              aria-label={say("print")}
              title={say("print")}
              onClick={(click) => shared.print((click.currentTarget as Element).closest(".message")!)}
            >
              <Icon name="print" />
            </button>
          )}
          <span role="status" class="soft grow">
            {copied ? say("copied") : sent ? say("thanks") : ""}
          </span>
          {button("up", say("good"))}
          {button("down", say("bad"))}
        </div>
        {rated === "down" && !sent && (
          <form
            class="comment"
            onSubmit={(submit) => {
              submit.preventDefault();
              this.rate("down", (submit.currentTarget.elements[0] as HTMLInputElement).value.trim());
            }}
          >
            <input maxLength={300} aria-label={say("comment")} placeholder={say("comment")} />
            <button>{say("submit")}</button>
          </form>
        )}
      </Fragment>
    );
  }
}

export function Message({ event, shared, tools }: { event: ChatEvent; shared: Shared; tools: boolean }) {
  const { say } = shared;
  if (event.kind === "notice") return <p class="notice">{event.text}</p>;
  const own = event.kind === "user";
  const carded = event.card && event.card.kind === "calculation";
  return (
    <div class={`message ${own ? "mine" : carded ? "bot card" : "bot"}`}>
      <span class={event.kind === "staff" || event.ticket ? "who" : "hidden"}>
        {say(own ? "me" : event.kind === "staff" ? "staff" : "bot")}
        {event.ticket && ` · ${say("ticket", event.ticket)}`}
      </span>
      {own ? <p>{event.text}</p> : <Body event={event} shared={shared} />}
      {tools && <Tools event={event} shared={shared} />}
    </div>
  );
}
