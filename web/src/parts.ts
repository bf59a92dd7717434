import type { Texts } from "./i18n";
import type * as More from "./later/more";

/** What is fetched when it is first needed: most readers never open the settings or want English. */
export interface Parts {
  campusChatMore: typeof More;
  campusChatEnglish: Texts;
}

declare global {
  interface Window extends Partial<Parts> {
    /** For widget.more.js: what it draws is part of the tree that widget.js draws. */
    campusChatPreact?: unknown;
  }
}

const FILES = { campusChatMore: "widget.more.js", campusChatEnglish: "widget.en.js" };
const coming: Partial<Record<keyof Parts, Promise<void>>> = {};

/** Fetch a part from beside widget.js, once; after a failure the next wish tries again. */
export async function fetchPart<Name extends keyof Parts>(name: Name, home: string): Promise<Parts[Name]> {
  if (!window[name]) {
    coming[name] = coming[name] || load(home.replace("widget.js", FILES[name]));
    await coming[name];
    delete coming[name];
  }
  // a login page of a campus network loads as well and leaves nothing
  if (!window[name]) throw new Error(name);
  return window[name] as Parts[Name];
}

/** Over once the script has run or failed. */
function load(address: string): Promise<void> {
  return new Promise((done) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = script.onerror = () => {
      script.remove();
      done();
    };
    document.head.append(script);
  });
}
