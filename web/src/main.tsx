import { h, render } from "preact";
import { Api } from "./api";
import { Chat } from "./chat";
import { readOptions } from "./options";
import { Keep } from "./store";
import css from "./style.css?inline";
import { App, type Settings } from "./ui/app";

const NAME = "campus-chat";

/** Give a root our style; where sheets cannot be constructed, by an element whose hash the server's policy names. */
function dress(root: ShadowRoot | Document, view: Window & typeof globalThis): void {
  try {
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement("style");
    style.textContent = css;
    ("head" in root ? root.head : root).append(style);
  }
}

/** Print one result alone: a copy of it in a frame of its own, everything unfolded. */
function print(node: Element): void {
  const frame = document.createElement("iframe");
  frame.className = "printing";
  node.getRootNode().appendChild(frame);
  const inner = frame.contentDocument!;
  dress(inner, frame.contentWindow as Window & typeof globalThis);
  const copy = inner.importNode(node, true);
  copy.querySelectorAll("details").forEach((fold) => (fold.open = true));
  const app = inner.createElement("div");
  app.className = "app print";
  app.append(inner.importNode((node.getRootNode() as ShadowRoot).querySelector(".patterns")!, true), copy);
  inner.body.append(app);
  frame.contentWindow!.addEventListener("afterprint", () => frame.remove());
  frame.contentWindow!.print();
}

function start(script: HTMLScriptElement | null): void {
  if (document.getElementById(NAME)) return;
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
  render(<App {...{ api, chat, keep, options, host, print, settings }} />, root);
  chat.begin();
}

const script = document.currentScript as HTMLScriptElement | null;
// without defer the body is not there yet
if (document.body) start(script);
else addEventListener("DOMContentLoaded", () => start(script));
