import { Fragment, h, type VNode } from "preact";
import type { Chat } from "../chat";
import type { Language, Say } from "../i18n";
import type { Settings, SheetName } from "../ui/app";
import { CLOSE, Icon } from "../ui/base";

const BACK = "M15 5l-7 7 7 7";

interface Props {
  name: SheetName;
  chat: Chat;
  settings: Settings;
  say: Say;
  change: (change: Settings) => void;
  go: (name: SheetName | "") => void;
  /** A whole page has nothing to close. */
  close: (() => void) | undefined;
  privacy: VNode;
}

type Theme = NonNullable<Settings["theme"]>;

interface Group<Value> {
  name: string;
  now: Value;
  choices: [Value, string][];
  pick: (value: Value) => void;
}

/** One of a few, as buttons side by side. */
function Choice<Value extends string | boolean>({ name, now, choices, pick }: Group<Value>) {
  return (
    <div class="setting" role="group" aria-label={name}>
      <span>{name}</span>
      <div class="segments">
        {choices.map(([value, text]) => (
          <button aria-pressed={value === now} onClick={() => pick(value)}>
            {text}
          </button>
        ))}
      </div>
    </div>
  );
}

function SettingsSheet({ chat, settings, say, change, go }: Props) {
  const languages: [Language, string][] = [["zh", "中文"], ["en", "English"]];
  const themes: [Theme, string][] = [["auto", say("auto")], ["light", say("light")], ["dark", say("dark")]];
  const sizes: [boolean, string][] = [[false, say("normal")], [true, say("big")]];
  return (
    <Fragment>
      <Choice name="语言 Language" now={settings.language || "zh"} choices={languages} pick={(language) => change({ language })} />
      <Choice name={say("theme")} now={settings.theme || "auto"} choices={themes} pick={(theme) => change({ theme })} />
      <Choice name={say("size")} now={!!settings.big} choices={sizes} pick={(big) => change({ big })} />
      <button class="quiet" onClick={() => go("privacy")}>
        {say("privacyTitle")}
      </button>
      {chat.phase !== "notice" && (
        <button class="quiet" onClick={() => go("erase")}>
          {say("erase")}
        </button>
      )}
    </Fragment>
  );
}

function EraseSheet({ chat, say, go }: Props) {
  return (
    <Fragment>
      <p>{say("eraseAsk")}</p>
      {chat.trouble === "eraseFailed" && (
        <p class="trouble" role="alert">
          {say("eraseFailed")}
        </p>
      )}
      <button class="main" onClick={() => chat.erase().then(() => chat.erased && go(""))}>
        {say("eraseYes")}
      </button>
      <button class="quiet" onClick={() => go("settings")}>
        {say("cancel")}
      </button>
    </Fragment>
  );
}

const SHEETS = { settings: SettingsSheet, erase: EraseSheet, privacy: ({ privacy }: Props) => privacy };

/** What lies behind the gear, in place of the talk. */
export function Sheet(props: Props) {
  const { name, say, go, close } = props;
  const Body = SHEETS[name];
  return (
    <Fragment>
      <header>
        <button class="tool first" aria-label={say("cancel")} onClick={() => go("")}>
          <Icon path={BACK} />
        </button>
        <h2 class="grow">{say(name === "privacy" ? "privacyTitle" : name)}</h2>
        {close && (
          <button class="tool" aria-label={say("close")} onClick={close}>
            <Icon path={CLOSE} />
          </button>
        )}
      </header>
      <div class="sheet">
        <Body {...props} />
      </div>
    </Fragment>
  );
}
