/** Messages on their way, oldest first, each with the id that makes a repeat harmless. */
export interface Outgoing {
  id: string;
  text: string;
  tries: number;
  /** The server has it and is still thinking. */
  pending?: boolean;
}

export const LONGEST = 30000;

/** How long to wait before the next try, in milliseconds: doubles from one second up to half a minute. */
export function delay(tries: number): number {
  return Math.min(LONGEST, 1000 * 2 ** Math.min(Math.max(tries - 1, 0), 10));
}

/** What to do with a message that was answered with this status. */
export function verdict(status: number): "retry" | "renew" | "refuse" {
  if (status === 401) return "renew";
  if (status === 0 || status === 408 || status === 429 || status >= 500) return "retry";
  return "refuse";
}

/** 128 random bits; crypto.randomUUID is missing on pages without https. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Enter sends, except while pinyin is being composed (Safari only says so by the old key code) and with Shift. */
export function sends(event: Pick<KeyboardEvent, "key" | "shiftKey" | "isComposing" | "keyCode">): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}
