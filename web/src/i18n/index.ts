import { en } from "./en";
import { type Key, type Texts, zh } from "./zh";

export type { Key };
export type Language = "zh" | "en";
export type Say = (key: Key, value?: string | number) => string;

export const TEXTS: Record<Language, Texts> = { zh, en };

export function speak(language: Language): Say {
  return (key, value = "") => TEXTS[language][key].replace("{0}", String(value));
}
