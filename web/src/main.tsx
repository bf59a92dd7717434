import { Component, Fragment, h, render } from "preact";
import { Api } from "./api";
import { Chat } from "./chat";
import { readOptions } from "./options";
import { Keep } from "./store";
import css from "./style.css?inline";
import { App, type Settings } from "./ui/app";

const NAME = "campus-chat";

/** Give a root our style; where sheets cannot be constructed, by elements whose hashes the server's policy names. */
function dress(root: ShadowRoot | Document, view: Window & typeof globalThis): void {
  const styles = window.campusChatMore ? [css, window.campusChatMore.css] : [css];
  try {
    root.adoptedStyleSheets = styles.map((text) => {
      const sheet = new view.CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
  } catch {
    for (const text of styles) {
      const style = document.createElement("style");
      style.textContent = text;
      ("head" in root ? root.head : root).append(style);
    }
  }
}

export type Dress = typeof dress;

function start(script: HTMLScriptElement | null): void {
  if (document.getElementById(NAME)) return;
  window.campusChatPreact = { Component, Fragment, h };
  // of an earlier start, on a page that swaps its body; it draws with the Preact of that one
  delete window.campusChatMore;
  const options = readOptions(script);
  const keep = new Keep(`${NAME}:${options.server}:`);
  const settings: Settings = keep.get<Settings>("settings") || {};
  const api = new Api(options.server);
  const host = document.createElement("div");
  host.id = NAME;
  const root = host.attachShadow({ mode: "open" });
  dress(root, window);
  document.body.append(host);
  const chat = new Chat(api, keep, options.city, () => settings.language || "zh");
  render(<App {...{ api, chat, keep, options, host, dress, settings }} />, root);
  chat.begin();
}

const script = document.currentScript as HTMLScriptElement | null;
// without defer the body is not there yet
if (document.body) start(script);
else addEventListener("DOMContentLoaded", () => start(script));
