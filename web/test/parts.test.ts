import { afterEach, describe, expect, it } from "vitest";
import { fetchPart, type Parts } from "../src/parts";

const HOME = "https://assistant.example/widget.js?v=2";
const scripts = () => [...document.head.querySelectorAll("script")];
const english = { send: "Send" } as Parts["campusChatEnglish"];

afterEach(() => delete window.campusChatEnglish);

describe("a part", () => {
  it("comes from beside the script, once for all who ask", async () => {
    const asked = [fetchPart("campusChatEnglish", HOME), fetchPart("campusChatEnglish", HOME)];
    expect(scripts().map((script) => script.src)).toEqual(["https://assistant.example/widget.en.js?v=2"]);
    window.campusChatEnglish = english;
    scripts()[0]!.dispatchEvent(new Event("load"));
    expect(await Promise.all(asked)).toEqual([english, english]);
    expect(await fetchPart("campusChatEnglish", HOME)).toBe(english);
    expect(scripts()).toEqual([]);
  });
  // a login page of a campus network loads, and brings nothing
  it.each(["error", "load"])("that does not come (%s) is fetched at the next wish", async (end) => {
    const failed = fetchPart("campusChatEnglish", HOME);
    scripts()[0]!.dispatchEvent(new Event(end));
    await expect(failed).rejects.toThrow();
    const asked = fetchPart("campusChatEnglish", HOME);
    window.campusChatEnglish = english;
    scripts()[0]!.dispatchEvent(new Event("load"));
    expect(await asked).toBe(english);
  });
});
