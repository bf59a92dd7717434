import { type Key, type Texts, zh } from "./zh.ts";

export type { Key };
export type Language = "zh" | "en";
export type Say = (key: Key, value?: string | number) => string;

declare global {
  interface Window {
    /** Left by widget.en.js: the English texts in the order of the Chinese ones. */
    campusChatEnglish?: string;
  }
}

const TEXTS: Record<Language, Texts | null> = { zh, en: null };

/** Until its texts are here, a language speaks Chinese. */
export function speak(language: Language): Say {
  return (key, value = "") => (TEXTS[language] || zh)[key].replace("{0}", `${value}`);
}

/** The texts of a language that is not Chinese come when they are wanted: most readers never load them. */
export function learn(language: Language, home: string, done: () => void): void {
  if (TEXTS[language]) return;
  const script = document.createElement("script");
  script.src = home.replace(/widget\.js/, `widget.${language}.js`);
  script.onload = () => {
    const values = window.campusChatEnglish!.split("|");
    TEXTS[language] = {} as Texts;
    Object.keys(zh).forEach((key, index) => (TEXTS[language]![key as Key] = values[index]!));
    script.remove();
    done();
  };
  document.head.append(script);
}
