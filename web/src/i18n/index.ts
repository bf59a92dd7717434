import { zh } from "./zh";
import type { zhMore } from "./zh.more";

export type Key = keyof typeof zh | keyof typeof zhMore;
export type Texts = Record<Key, string>;
export type Language = "zh" | "en";
export type Say = (key: Key, value?: string | number) => string;

/** Speak a language with the texts that are here by now: until the English ones have come it is Chinese. */
export function speak(language: Language): Say {
  return (key, value = "") => {
    const { campusChatEnglish, campusChatMore } = window;
    const texts: Partial<Texts> = (language === "en" && campusChatEnglish) || zh;
    return (texts[key] || campusChatMore!.texts[key as keyof typeof zhMore]).replace("{0}", `${value}`);
  };
}
