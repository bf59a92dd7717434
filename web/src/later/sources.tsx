import { Component, Fragment, h } from "preact";
import type { Citation, Passage } from "../types";
import type { Shared } from "../ui/message";
import { sources } from "./citations";

interface PlaceProps {
  place: Citation;
  shared: Shared;
}

/** One place in a document: a tap opens the passage, or says where to look. */
class Place extends Component<PlaceProps, { open?: boolean; text?: string }> {
  private async toggle(): Promise<void> {
    const { place, shared } = this.props;
    this.setState({ open: !this.state.open });
    if (this.state.text) return;
    try {
      const [first, last] = place.lines;
      const path = `passage?document=${encodeURIComponent(place.document)}&first=${first}&last=${last}`;
      this.setState({ text: (await shared.api.call<Passage>("GET", path)).text });
    } catch {
      this.setState({ text: "" });
    }
  }

  render({ place, shared }: PlaceProps) {
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

/** The documents that a reply rests on, with the places in each. */
export function Sources({ of, text, shared }: { of: Citation[]; text: string; shared: Shared }) {
  const found = sources(of, text);
  if (!found.length) return null;
  return (
    <details>
      <summary>{shared.say("basis", found.reduce((sum, source) => sum + source.places.length, 0))}</summary>
      {found.map(({ title, places }) => (
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
  );
}
