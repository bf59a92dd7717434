import * as preact from "preact";
import { describe, expect, it } from "vitest";
import * as tiny from "../src/tiny";

// the same little application on both: whatever it does, the pages must be alike
type Row = { key: number; text: string; many?: boolean };
const STATES: { rows: Row[]; note?: boolean; hot?: boolean; value?: string }[] = [
  { rows: [] },
  { rows: [{ key: 1, text: "a" }, { key: 2, text: "b" }] },
  { rows: [{ key: 2, text: "b" }, { key: 1, text: "a2" }], note: true },
  { rows: [{ key: 3, text: "c", many: true }, { key: 2, text: "b" }], hot: true, value: "x" },
  { rows: [{ key: 2, text: "b", many: true }, { key: 4, text: "d" }, { key: 3, text: "c" }], note: true, hot: true },
  { rows: [{ key: 4, text: "d" }], value: "" },
  { rows: [] },
];

function play(library: typeof preact) {
  const { h, Fragment, Component, createRef, render } = library;
  const seen: string[] = [];
  const Line = ({ row }: { row: Row }) =>
    h(Fragment, null, row.many && h("i", null, "more"), h("p", { class: row.many ? "wide" : null, "aria-pressed": !!row.many }, row.text));
  class Counter extends Component<{ of: number }, { n: number }> {
    override state = { n: 0 };
    override componentDidMount() {
      seen.push("mounted");
    }
    override componentDidUpdate(before: { of: number }) {
      if (before.of !== this.props.of) seen.push(`${before.of}->${this.props.of}`);
    }
    override render() {
      return h("button", { onClick: () => this.setState({ n: this.state.n + 1 }), disabled: this.props.of > 2 }, `${this.state.n} of ${this.props.of}`);
    }
  }
  let app!: preact.Component<{}, (typeof STATES)[0]>;
  const field = createRef<HTMLInputElement>();
  class App extends Component<{}, (typeof STATES)[0]> {
    override state = STATES[0]!;
    override componentDidMount() {
      app = this;
    }
    override render() {
      const { rows, note, hot, value } = this.state;
      return h(
        "section",
        { "data-hot": hot ? "yes" : undefined },
        note && h("em", null, "note"),
        rows.map((row) => h(Line, { key: row.key, row })),
        rows.length > 0 && h(Counter, { of: rows.length }),
        note ? h("input", { ref: field, value: value || "" }) : null,
        h("svg", { viewBox: "0 0 1 1" }, h("rect", { width: "1" })),
        "end",
      );
    }
  }
  const into = document.createElement("div");
  render(h(App, null), into);
  return { into, seen, field, set: (state: (typeof STATES)[0]) => app.setState({ note: false, hot: false, value: "", ...state }) };
}

const settle = () => new Promise((done) => setTimeout(done, 5));

describe("the small renderer", () => {
  it("draws what Preact draws, in every order", async () => {
    for (const order of [STATES, [...STATES].reverse(), [STATES[3]!, STATES[1]!, STATES[4]!, STATES[2]!, STATES[4]!]]) {
      const mine = play(tiny as unknown as typeof preact);
      for (const state of order) {
        mine.set(state);
        await settle();
      }
      const theirs = play(preact);
      for (const state of order) {
        theirs.set(state);
        await settle();
      }
      expect(mine.into.innerHTML).toBe(theirs.into.innerHTML);
      expect(mine.seen).toEqual(theirs.seen);
      expect(!!mine.field.current).toBe(!!theirs.field.current);
    }
  });
  it("keeps elements that keep their key, and their state", async () => {
    const { into, set } = play(tiny as unknown as typeof preact);
    set(STATES[1]!);
    await settle();
    const [first, second] = [...into.querySelectorAll("p")];
    into.querySelector("button")!.click();
    set(STATES[2]!);
    await settle();
    expect([...into.querySelectorAll("p")]).toEqual([second, first]);
    expect(into.querySelector("button")!.textContent).toBe("1 of 2");
  });
  it("calls the newest handler once", async () => {
    const into = document.createElement("div");
    const calls: number[] = [];
    for (const n of [1, 2]) tiny.render(tiny.h("button", { onClick: () => calls.push(n) }, "x"), into);
    into.querySelectorAll("button").forEach((button) => button.click());
    expect(calls.sort()).toEqual([1, 2]);
  });
  it("sets text as text", () => {
    const into = document.createElement("div");
    tiny.render(tiny.h("p", null, "<img src=x onerror=alert(1)>"), into);
    expect(into.querySelector("img")).toBeNull();
  });
});
