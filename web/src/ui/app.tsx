import { Component, createRef, Fragment, h } from "preact";
import type { Api } from "../api";
import type { Chat } from "../chat";
import { type Language, type Say, speak } from "../i18n";
import type { Dress } from "../main";
import type { Options } from "../options";
import { sends } from "../outbox";
import { fetchPart } from "../parts";
import type { Keep } from "../store";
import { CHAT, CLOSE, GEAR, Icon, SEND } from "./base";
import { Patterns } from "./figures";
import { Message, type Shared } from "./message";

const LONGEST = 500;

export interface Settings {
  theme?: "auto" | "light" | "dark";
  big?: boolean;
  language?: Language;
}

interface Props {
  api: Api;
  chat: Chat;
  keep: Keep;
  options: Options;
  host: HTMLElement;
  dress: Dress;
  settings: Settings;
}

export type SheetName = "settings" | "erase" | "privacy";

interface State {
  open: boolean;
  sheet?: SheetName | "";
  text: string;
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Launcher and panel, or the whole page. */
export class App extends Component<Props, State> {
  state: State = { open: this.props.options.page, text: "" };
  private readonly night = matchMedia("(prefers-color-scheme: dark)");
  private readonly panel = createRef<HTMLElement>();
  private readonly log = createRef<HTMLDivElement>();
  private readonly field = createRef<HTMLTextAreaElement>();
  private readonly launcher = createRef<HTMLButtonElement>();
  private count = -1;

  componentDidMount(): void {
    // addListener: the only one an older Safari has
    this.night.addListener(this.redraw);
    this.props.chat.changed = this.redraw;
    this.speak();
    if (window.visualViewport) {
      visualViewport!.addEventListener("resize", this.fit);
      visualViewport!.addEventListener("scroll", this.fit);
    }
    if (this.props.options.page) this.opened();
  }

  componentDidUpdate(_: Props, before: State): void {
    const { chat } = this.props;
    if (chat.returned) {
      const text = chat.returned;
      chat.returned = "";
      if (!this.state.text) this.setState({ text });
    }
    const field = this.field.current;
    if (field) {
      field.style.height = "auto";
      field.style.height = `${Math.min(field.scrollHeight + 2, 140)}px`;
    }
    if (this.state.open !== before.open) {
      if (this.state.open) this.opened();
      else chat.setOpen(false);
      this.fit();
      if (this.state.open) this.focus();
      else if (this.launcher.current) this.launcher.current.focus();
    } else if ((this.state.sheet || "") !== (before.sheet || "")) this.focus();
    this.scroll();
  }

  private opened(): void {
    this.props.chat.setOpen(true);
    this.fetchMore();
  }

  /** Keep the question in sight with its answer below it. */
  private scroll(): void {
    const log = this.log.current;
    const { events, outbox, typing } = this.props.chat;
    const count = log ? events.length + outbox.length * 100 + Number(typing) : -1;
    if (!log || count === this.count) return;
    const first = this.count < 0;
    this.count = count;
    const own = log.querySelectorAll<HTMLElement>(".mine");
    const last = own[own.length - 1];
    const bottom = log.scrollHeight - log.clientHeight;
    const top = last ? Math.min(bottom, last.offsetTop - 16) : bottom;
    log.scrollTo({ top, behavior: first || calm() ? "auto" : "smooth" });
  }

  private focus(): void {
    const panel = this.panel.current;
    if (!panel) return;
    const target = (!this.state.sheet && this.field.current) || panel.querySelector<HTMLElement>(".first") || panel;
    // a phone's keyboard must not jump up by itself
    if (target === this.field.current && matchMedia("(pointer: coarse)").matches) panel.focus();
    else target.focus();
  }

  /** On a phone the panel is as high as what the keyboard leaves. */
  private readonly fit = () => {
    const view = window.visualViewport;
    if (!view || !this.panel.current) return;
    const { style } = this.props.host;
    style.setProperty("--chat-height", `${view.height}px`);
    style.setProperty("--chat-top", `${view.offsetTop}px`);
  };

  private readonly keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      if (this.state.sheet) this.setState({ sheet: "" });
      else if (!this.props.options.page) this.setState({ open: false });
      else return;
      event.stopPropagation();
    } else if (event.key === "Tab" && !this.props.options.page && window.campusChatMore) {
      window.campusChatMore.keepInside(this.panel.current!, event);
    }
  };

  private readonly send = (event?: Event) => {
    if (event) event.preventDefault();
    const text = this.state.text.trim();
    if (!text || text.length > LONGEST || this.props.chat.phase !== "ready") return;
    this.setState({ text: "" });
    this.props.chat.send(text);
    if (this.field.current) this.field.current.focus();
  };

  private readonly change = (change: Settings) => {
    Object.assign(this.props.settings, change);
    this.props.keep.set("settings", this.props.settings);
    this.speak();
  };

  private readonly go = (sheet: SheetName | "") => {
    this.setState({ sheet });
    // a sheet is drawn by what may not have come yet: asked for once more
    this.fetchMore();
  };

  private readonly close = () => this.setState({ open: false, sheet: "" });

  /** What does not fit into widget.js: it comes while the notice or the last talk is read. */
  private fetchMore(): void {
    if (!window.campusChatMore) fetchPart("campusChatMore", this.props.options.home).then(this.furnish, this.redraw);
  }

  /** Draw again with all of it: replies grow, and a sheet that was waited for opens. */
  private readonly furnish = () => {
    this.props.dress(this.props.host.shadowRoot!, window);
    this.count = -1;
    this.setState({}, () => this.state.sheet && this.focus());
  };

  private readonly redraw = () => this.setState({});

  /** Draw in the chosen language; English texts come when they are wanted, and until then it is Chinese. */
  private speak(): void {
    if (this.props.settings.language === "en") fetchPart("campusChatEnglish", this.props.options.home).then(this.redraw, this.redraw);
    this.redraw();
  }

  render({ options, settings, chat }: Props, { open, sheet }: State) {
    const language = settings.language || "zh";
    const say = speak(language);
    const title = options.title || say("title");
    const more = window.campusChatMore;
    const theme = settings.theme === "light" || settings.theme === "dark" ? settings.theme : this.night.matches ? "dark" : "light";
    return (
      <div
        class={`app ${options.page ? "page" : "widget"} ${settings.big ? "big" : ""}`}
        data-theme={theme}
        data-phase={chat.phase}
        lang={language === "zh" ? "zh-CN" : "en"}
      >
        <Patterns />
        {!options.page && !open && (
          <button
            class="launcher"
            ref={this.launcher}
            aria-haspopup="dialog"
            aria-label={say("open", title) + (chat.unread ? ` (${chat.unread})` : "")}
            onClick={() => this.setState({ open: true })}
          >
            <Icon path={CHAT} />
            <span>{title}</span>
            {chat.unread > 0 && <b>{chat.unread}</b>}
          </button>
        )}
        {open && (
          <section
            class="panel"
            ref={this.panel}
            tabIndex={-1}
            aria-label={title}
            {...(!options.page && { role: "dialog", "aria-modal": "true" })}
            onKeyDown={this.keys}
          >
            {sheet && more ? <more.Sheet {...this.sheet(sheet, say)} /> : this.drawMain(say, title)}
          </section>
        )}
      </div>
    );
  }

  private drawMain(say: Say, title: string) {
    const { chat, options } = this.props;
    return (
      <Fragment>
        <header>
          <div class="grow">
            <h2>{title}</h2>
            <p role="status">{say(this.state.sheet ? "opening" : "tagline")}</p>
          </div>
          <button class="tool" aria-label={say("settings")} onClick={() => this.go("settings")}>
            <Icon path={GEAR} />
          </button>
          {!options.page && (
            <button class="tool" aria-label={say("close")} onClick={this.close}>
              <Icon path={CLOSE} />
            </button>
          )}
        </header>
        {chat.phase === "notice" ? this.drawNotice(say) : this.drawTalk(say)}
      </Fragment>
    );
  }

  private drawNotice(say: Say) {
    const { chat } = this.props;
    return (
      <div class="sheet">
        {chat.erased && (
          <p class="note" role="status">
            {say("erased")}
          </p>
        )}
        <h3>{say("privacy")}</h3>
        {this.drawPrivacy(say)}
        <button class="main first" onClick={() => chat.agree().then(() => this.focus())}>
          {say("agree")}
        </button>
      </div>
    );
  }

  private drawPrivacy(say: Say) {
    return (
      <Fragment>
        <p>{say("privacy1")}</p>
        <p>{say("privacy2")}</p>
        <p>{say("privacy3")}</p>
      </Fragment>
    );
  }

  private drawTalk(say: Say) {
    const { api, chat, dress } = this.props;
    const shared: Shared = { api, say, dress };
    const latest = chat.latest;
    const asked = chat.events.findIndex((event) => event.kind === "user");
    const sending = chat.outbox.filter((item) => !chat.events.some((event) => event.id === item.id));
    return (
      <Fragment>
        <div class="log" ref={this.log} role="log" aria-live="polite" aria-label={say("log")} aria-busy={chat.phase === "loading"} tabIndex={0}>
          {chat.events.map((event, index) => (
            <Message
              key={event.seq}
              event={event}
              shared={shared}
              tools={event.kind === "bot" && asked >= 0 && index > asked && (!!event.card || event === latest)}
            />
          ))}
          {sending.map((item) => (
            <div class="message mine" key={item.id}>
              <span class="hidden">{say("me")}</span>
              <p>{item.text}</p>
              {(item.tries > 1 || chat.trouble) && <p class="unsent">{say("waiting")}</p>}
            </div>
          ))}
          {latest && latest.buttons && latest.buttons.length > 0 && (
            <div class="choices" role="group" aria-label={say("choices")}>
              {latest.buttons.map(({ title, message }) => (
                <button onClick={() => this.choose(message)}>
                  {title}
                </button>
              ))}
            </div>
          )}
        </div>
        <div role="status" class="typing">
          {(chat.typing || chat.phase === "loading") && chat.trouble !== "offline" && (
            <Fragment>
              <span class="hidden">{say("typing")}</span>
              <i />
              <i />
              <i />
            </Fragment>
          )}
        </div>
        <div role="status">{(chat.said || chat.trouble) && <p class="trouble">{chat.said || say(chat.trouble as "offline")}</p>}</div>
        {this.drawComposer(say)}
      </Fragment>
    );
  }

  private choose(message: string): void {
    this.props.chat.send(message);
    // the buttons go away: the next thing to do is in the field
    this.focus();
  }

  private drawComposer(say: Say) {
    const { text } = this.state;
    const left = LONGEST - text.trim().length;
    return (
      <form class="composer" onSubmit={this.send}>
        <textarea
          ref={this.field}
          rows={1}
          aria-label={say("field")}
          placeholder={say("example")}
          enterkeyhint="send"
          value={text}
          onInput={(event) => this.setState({ text: event.currentTarget.value })}
          onKeyDown={(event) => sends(event) && this.send(event)}
        />
        <button aria-label={say("send")} disabled={!text.trim() || left < 0}>
          <Icon path={SEND} />
        </button>
        {left <= 50 && (
          <p role="status" class={left < 0 ? "note" : ""}>
            {say("left", left)}
          </p>
        )}
      </form>
    );
  }

  /** What a sheet is drawn from. */
  private sheet(name: SheetName, say: Say) {
    const { chat, options, settings } = this.props;
    const { change, go } = this;
    return { name, say, chat, settings, change, go, close: options.page ? undefined : this.close, privacy: this.drawPrivacy(say) };
  }
}
