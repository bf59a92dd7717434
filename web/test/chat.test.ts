import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Api, Fault } from "../src/api";
import { Chat } from "../src/chat";
import { Keep } from "../src/store";
import type { ChatEvent } from "../src/types";

const event = (seq: number, kind: ChatEvent["kind"], text: string, id?: string): ChatEvent => ({ seq, kind, at: "", text, ...(id && { id }) });

/** A server that says what the test wants; the poll waits for ever unless told. */
class Server extends Api {
  said: string[] = [];
  sessions = 0;
  answers: (() => unknown)[] = [];
  late: ChatEvent[][] = [];
  past: ChatEvent[] = [];
  override start = async () => ({ token: `t${++this.sessions}`, greeting: event(1, "bot", "你好") });
  override history = async () => ({ events: this.past });
  override erase = async () => undefined;
  override events = async () => {
    const events = this.late.shift();
    return events ? { events } : new Promise<never>(() => undefined);
  };
  override say = async (id: string, text: string) => {
    this.said.push(id);
    const answer = this.answers.shift();
    if (answer) return answer() as never;
    const seq = 2 * this.said.length;
    return { status: "done" as const, events: [event(seq, "user", text, id), event(seq + 1, "bot", `答 ${text}`)] };
  };
}

const fail = (status: number, message = "", after = 0) => () => {
  throw new Fault(status, message, after);
};

let server: Server;
const make = (past: ChatEvent[] = []) => {
  server = new Server("");
  server.past = past;
  const chat = new Chat(server, new Keep("test:"), "shanghai", () => "zh");
  chat.begin();
  return chat;
};
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function ready(): Promise<Chat> {
  const chat = make();
  expect(chat.phase).toBe("notice");
  await chat.agree();
  chat.setOpen(true);
  await settle();
  return chat;
}

describe("the talk", () => {
  it("makes nothing on the server before the notice was agreed to", async () => {
    make();
    await settle();
    expect(server.sessions).toBe(0);
  });
  it("asks and answers", async () => {
    const chat = await ready();
    chat.send("问");
    await settle();
    expect(chat.events.map((one) => one.text)).toEqual(["你好", "问", "答 问"]);
    expect(chat.outbox).toEqual([]);
    expect(localStorage.getItem("test:outbox")).toBeNull();
  });
  it("keeps what was not sent and tries again with the same id, later and later", async () => {
    const chat = await ready();
    server.answers = [fail(0), fail(503)];
    chat.send("问");
    await settle();
    expect(chat.trouble).toBe("offline");
    expect(Object.values(JSON.parse(localStorage.getItem("test:outbox")!))).toEqual(["问"]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.said.length).toBe(2);
    await vi.advanceTimersByTimeAsync(1999);
    expect(server.said.length).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(new Set(server.said).size).toBe(1);
    expect(chat.trouble).toBe("");
    expect(chat.outbox).toEqual([]);
  });
  it("waits as long as a busy server says", async () => {
    const chat = await ready();
    server.answers = [fail(429, "慢一点", 7)];
    chat.send("问");
    await vi.advanceTimersByTimeAsync(6999);
    expect([server.said.length, chat.trouble]).toEqual([1, "fast"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.said.length).toBe(2);
  });
  it("sends at once when the line is back", async () => {
    const chat = await ready();
    server.answers = [fail(0)];
    chat.send("问");
    await settle();
    dispatchEvent(new Event("online"));
    await settle();
    expect(chat.events.map((one) => one.text)).toContain("答 问");
  });
  it("sends one after the other", async () => {
    const chat = await ready();
    let go = () => undefined as void;
    server.answers = [() => new Promise((done) => (go = () => done({ status: "done", events: [event(2, "user", "一"), event(3, "bot", "答")] })))];
    chat.send("一");
    chat.send("二");
    await settle();
    expect(server.said.length).toBe(1);
    go();
    await settle();
    expect(server.said.length).toBe(2);
  });
  it("gives a refused text back with the server's sentence", async () => {
    const chat = await ready();
    server.answers = [fail(422, "太长了")];
    chat.send("长");
    await settle();
    expect([chat.returned, chat.said, chat.outbox.length]).toEqual(["长", "太长了", 0]);
  });
  it("shows the typing sign until a slow answer comes by the events", async () => {
    const chat = await ready();
    let come = (_: { events: ChatEvent[] }) => undefined as void;
    server.events = () => new Promise((done) => (come = done as never));
    chat.setOpen(true);
    server.answers = [() => ({ status: "pending" })];
    chat.send("慢");
    await settle();
    expect(chat.typing).toBe(true);
    const id = server.said[0]!;
    come({ events: [event(2, "user", "慢", id)] });
    await settle();
    expect(chat.typing).toBe(true);
    come({ events: [event(3, "bot", "来了")] });
    await settle();
    expect([chat.typing, chat.outbox.length]).toEqual([false, 0]);
  });
  it("asks again with the same id when a slow answer stays out", async () => {
    const chat = await ready();
    server.answers = [() => ({ status: "pending" })];
    chat.send("慢");
    await vi.advanceTimersByTimeAsync(20000);
    expect(server.said.length).toBe(2);
    expect(new Set(server.said).size).toBe(1);
    expect(chat.outbox).toEqual([]);
  });
  it("begins anew when the session is over, and does not lose the message", async () => {
    const chat = await ready();
    server.answers = [fail(401)];
    chat.send("问");
    await settle();
    expect(server.sessions).toBe(2);
    expect(chat.events.map((one) => one.text)).toContain("答 问");
  });
  it("does not ask a server without end that refuses its own tokens", async () => {
    const chat = await ready();
    server.answers = Array.from({ length: 50 }, () => fail(401));
    chat.send("问");
    await vi.advanceTimersByTimeAsync(5000);
    expect(server.sessions).toBeLessThan(5);
    expect(chat.trouble).toBe("unavailable");
  });
  it("goes on after a reload, with what had not been sent", async () => {
    localStorage.setItem("test:session", JSON.stringify({ token: "old" }));
    localStorage.setItem("test:outbox", JSON.stringify({ "id-1": "还没发" }));
    const chat = make([event(1, "bot", "你好")]);
    await settle();
    expect(server.sessions).toBe(0);
    expect(server.said).toEqual(["id-1"]);
    expect(chat.events[0]!.text).toBe("你好");
  });
  it("shows an event once, whichever way it came", async () => {
    const chat = await ready();
    chat.send("问");
    server.late = [[event(2, "user", "问", "x"), event(3, "bot", "答 问")]];
    chat.setOpen(true);
    await settle();
    expect(chat.events.map((one) => one.seq)).toEqual([1, 2, 3]);
  });
  it("counts what comes while it is closed", async () => {
    const chat = await ready();
    server.late = [[event(9, "staff", "老师来了")]];
    chat.setOpen(false);
    await settle();
    expect(chat.unread).toBe(1);
    chat.setOpen(true);
    expect(chat.unread).toBe(0);
  });
  it("erases everything here once the server has", async () => {
    const chat = await ready();
    chat.send("问");
    await settle();
    await chat.erase();
    expect([chat.phase, chat.erased, chat.events.length, localStorage.length]).toEqual(["notice", true, 0, 0]);
  });
  it("says when erasing did not work", async () => {
    const chat = await ready();
    server.erase = fail(0) as never;
    await chat.erase();
    expect([chat.trouble, chat.erased, chat.events.length]).toEqual(["eraseFailed", false, 1]);
  });
  it("works without storage", async () => {
    const refuse = () => {
      throw new DOMException("no", "SecurityError");
    };
    vi.spyOn(Storage.prototype, "getItem").mockImplementation(refuse);
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(refuse);
    vi.spyOn(Storage.prototype, "removeItem").mockImplementation(refuse);
    const chat = await ready();
    chat.send("问");
    await settle();
    expect(chat.events.map((one) => one.text)).toEqual(["你好", "问", "答 问"]);
    await chat.erase();
    expect(chat.erased).toBe(true);
  });
});
