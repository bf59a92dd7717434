import { Component, Fragment, h } from "preact";
import type { ChatEvent } from "../types";
import { Icon } from "../ui/base";
import type { Shared } from "../ui/message";
import { print } from "./print";

const COPY = "M9 9h10v10H9zM5 15V5h10";
const PRINT = "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z";
const UP = "M7 11v9H4v-9zM7 11l4-7c2 0 2 2 2 3l-.5 3H19c1 0 1.6 1 1.4 2l-1.5 6c-.2 1-1 2-2 2H7";
const DOWN = "M17 13V4h3v9zM17 13l-4 7c-2 0-2-2-2-3l.5-3H5c-1 0-1.6-1-1.4-2l1.5-6c.2-1 1-2 2-2H17";

interface Props {
  event: ChatEvent;
  shared: Shared;
}

interface State {
  copied?: boolean;
  rated?: string;
  sent?: boolean;
}

/** Copy, print, and whether it helped. */
export class Tools extends Component<Props, State> {
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
    const rating = { seq: event.seq, value, ...(comment && { comment }) };
    shared.api.call("POST", "feedback", rating).catch(() => this.setState({ rated: "", sent: false }));
  }

  private readonly comment = (submit: SubmitEvent) => {
    submit.preventDefault();
    const field = (submit.currentTarget as HTMLFormElement).elements[0] as HTMLInputElement;
    this.rate("down", field.value.trim());
  };

  render({ event, shared }: Props, { copied, rated, sent }: State) {
    const { dress, say } = shared;
    const button = (name: string, path: string, act: (click: MouseEvent) => void, pressed?: boolean) => (
      <button class="tool" aria-label={name} title={name} aria-pressed={pressed} onClick={act}>
        <Icon path={path} />
      </button>
    );
    return (
      <Fragment>
        <div class="tools">
          {button(say("copy"), COPY, (click) => this.copy(click))}
          {event.card && button(say("print"), PRINT, (click) => print((click.currentTarget as Element).closest(".message")!, dress))}
          <span role="status" class="soft grow">
            {copied ? say("copied") : sent ? say("thanks") : ""}
          </span>
          {button(say("good"), UP, () => this.rate("up"), rated === "up")}
          {button(say("bad"), DOWN, () => this.rate("down"), rated === "down")}
        </div>
        {rated === "down" && !sent && (
          <form class="comment" onSubmit={this.comment}>
            <input maxLength={300} aria-label={say("comment")} placeholder={say("comment")} />
            <button>{say("submit")}</button>
          </form>
        )}
      </Fragment>
    );
  }
}
