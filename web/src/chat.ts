import { Api, Fault, type Session } from "./api";
import { delay, LONGEST, type Outgoing, randomId, verdict } from "./outbox";
import type { Keep } from "./store";
import type { ChatEvent } from "./types";

/** What the reader should know besides the talk; keys of the texts. */
export type Trouble = "" | "offline" | "fast" | "expired" | "origin" | "unavailable" | "eraseFailed";
export type Phase = "notice" | "loading" | "ready";

const LATE = 20000;
const IDLE_POLL = 45000;
const WAIT = 25;

/** One talk: session, events by their number, messages on their way. Draws nothing; tells `changed`. */
export class Chat {
  phase: Phase = "notice";
  events: ChatEvent[] = [];
  outbox: Outgoing[] = [];
  trouble: Trouble = "";
  /** The server's own sentence about a refused message. */
  said = "";
  erased = false;
  /** A refused text goes back into the field. */
  returned = "";
  unread = 0;
  /** Called after every change. */
  changed: () => void = () => undefined;
  private open = false;
  private sending = false;
  private polling: AbortController | null = null;
  private timers = new Map<string, ReturnType<typeof setTimeout>>();
  private pollFails = 0;
  private renewals = 0;

  constructor(
    private readonly api: Api,
    private readonly keep: Keep,
    private readonly city: string,
    private readonly language: () => string,
  ) {}

  /** Listen to the browser and go on with a kept session. */
  begin(): void {
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.tell("offline"));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.wake()));
    this.keep.watch(() => {
      // another tab erased everything or began anew; its own sending is seen through /events
      if ((this.keep.get<Session>("session") || { token: "" }).token !== this.api.token) this.resume();
    });
    this.resume();
  }

  /** The reader agreed to the notice: only now is anything made on the server. */
  async agree(): Promise<void> {
    this.erased = false;
    this.phase = "loading";
    this.keep.set("agreed", true);
    this.changed();
    await this.renew();
  }

  setOpen(open: boolean): void {
    this.open = open;
    if (open) this.unread = 0;
    this.rest();
    this.wake();
  }

  get typing(): boolean {
    return this.sending || this.outbox.some((item) => item.pending);
  }

  /** The buttons of the last reply, as long as nothing was said after it. */
  get latest(): ChatEvent | undefined {
    return this.outbox.length ? undefined : this.events[this.events.length - 1];
  }

  send(text: string): void {
    const item: Outgoing = { id: randomId(), text, tries: 0 };
    this.outbox.push(item);
    this.said = "";
    if (this.trouble !== "offline") this.trouble = "";
    this.saveOutbox();
    this.changed();
    void this.pump();
  }

  /** Erase everything, here and on the server. */
  async erase(): Promise<void> {
    try {
      await this.api.erase();
    } catch (error) {
      // a session that is gone already is as good as erased
      if (!(error instanceof Fault) || error.status !== 401) return this.tell("eraseFailed");
    }
    this.clear();
    // in this order: another tab that sees the session go must not find the agreement and begin anew
    this.keep.set("agreed", undefined);
    this.keep.set("session", undefined);
    this.keep.set("outbox", undefined);
    this.phase = "notice";
    this.erased = true;
    this.changed();
  }

  private resume(): void {
    const session = this.keep.get<Session>("session");
    this.clear();
    if (!session || !session.token) {
      this.phase = "notice";
      if (this.keep.get("agreed")) void this.agree();
      else this.changed();
      return;
    }
    this.phase = "loading";
    this.api.token = session.token;
    this.outbox = Object.entries(this.keep.get<Record<string, string>>("outbox") || {}).map(([id, text]) => ({ id, text, tries: 0 }));
    this.changed();
    void this.load(session);
  }

  private async load(session: Session, tries = 1): Promise<void> {
    try {
      const { events } = await this.api.history();
      if (this.api.token !== session.token) return;
      this.phase = "ready";
      this.merge(session.greeting ? [session.greeting, ...events] : events, true);
      this.connected();
    } catch (error) {
      if (this.api.token !== session.token) return;
      if (error instanceof Fault && error.status === 401) return this.renew();
      this.failed(error);
      this.later("load", delay(tries), () => void this.load(session, tries + 1));
    }
  }

  /** Make a new session; messages on their way stay on their way. */
  private async renew(tries = 1): Promise<void> {
    const before = this.api.token;
    // a server that refuses its own tokens must not be asked without end
    if (this.renewals > 2) {
      this.renewals = 0;
      this.tell("unavailable");
      return this.later("load", LONGEST, () => void this.renew());
    }
    this.api.token = "";
    try {
      const session = await this.api.start(this.city, this.language());
      this.api.token = session.token;
      this.renewals += 1;
      this.keep.set("session", session);
      this.events = [];
      this.phase = "ready";
      this.outbox.forEach((item) => (item.pending = false));
      if (session.greeting) this.merge([session.greeting], true);
      this.connected();
      if (before) this.tell("expired");
    } catch (error) {
      this.api.token = before;
      this.failed(error);
      if (error instanceof Fault && error.status === 403) return;
      this.later("load", delay(tries), () => void this.renew(tries + 1));
    }
  }

  private async pump(): Promise<void> {
    this.stop("pump");
    const item = this.outbox.find((one) => !one.pending);
    if (this.sending || !item || this.phase !== "ready") return;
    this.sending = true;
    item.tries += 1;
    this.changed();
    const token = this.api.token;
    try {
      const turn = await this.api.say(item.id, item.text);
      this.sending = false;
      if (token !== this.api.token) return;
      if (turn.status === "pending") {
        item.pending = true;
        // /events brings it; asking again with the same id is harmless and makes sure
        this.later(item.id, LATE, () => {
          item.pending = false;
          void this.pump();
        });
      } else this.forget(item.id);
      this.renewals = 0;
      this.merge(turn.events || []);
      this.connected();
    } catch (error) {
      this.sending = false;
      if (token !== this.api.token) return;
      this.missed(item, error as Fault);
    }
  }

  private missed(item: Outgoing, fault: Fault): void {
    const status = fault.status || 0;
    const what = verdict(status);
    if (what === "renew") return void this.renew();
    if (what === "retry") {
      this.failed(fault);
      return this.later("pump", fault.retryAfter * 1000 || delay(item.tries), () => void this.pump());
    }
    this.forget(item.id);
    this.returned = item.text;
    this.said = fault.message;
    this.trouble = fault.message ? "" : "unavailable";
    this.changed();
    void this.pump();
  }

  private async poll(): Promise<void> {
    this.stop("poll");
    if (this.polling || this.phase !== "ready" || document.hidden) return;
    const stop = (this.polling = new AbortController());
    const token = this.api.token;
    let pause = this.open ? 0 : IDLE_POLL;
    try {
      const { events } = await this.api.events(this.last(), this.open ? WAIT : 0, stop);
      if (stop !== this.polling || token !== this.api.token) return;
      this.pollFails = this.renewals = 0;
      if (events.length) this.merge(events);
      this.connected();
    } catch (error) {
      if (stop !== this.polling || token !== this.api.token) return;
      if (error instanceof Fault && error.status === 401) {
        this.polling = null;
        return void this.renew();
      }
      this.failed(error);
      pause = Math.max((error as Fault).retryAfter * 1000 || 0, delay(++this.pollFails));
    }
    this.polling = null;
    this.later("poll", pause, () => void this.poll());
  }

  private last(): number {
    return this.events.reduce((most, event) => Math.max(most, event.seq), 0);
  }

  private merge(events: ChatEvent[], quiet = false): void {
    const known = new Map(this.events.map((event) => [event.seq, event]));
    for (const event of events) {
      if (!known.has(event.seq) && event.kind !== "user" && !quiet && !this.open) this.unread += 1;
      known.set(event.seq, event);
    }
    this.events = [...known.values()].sort((one, other) => one.seq - other.seq);
    for (const item of this.outbox) {
      // until its answer is there, the typing sign stays
      const mine = this.events.find((event) => event.id === item.id);
      if (mine && this.events.some((event) => event.seq > mine.seq && event.kind !== "user")) this.forget(item.id);
    }
    this.changed();
  }

  private connected(): void {
    if (this.trouble === "offline" || this.trouble === "unavailable" || this.trouble === "fast") this.trouble = "";
    this.changed();
    void this.pump();
    void this.poll();
  }

  private failed(error: unknown): void {
    const status = error instanceof Fault ? error.status : 0;
    if (status === 429) this.tell("fast");
    else if (status === 403) this.tell("origin");
    else this.tell(status ? "unavailable" : "offline");
  }

  private tell(trouble: Trouble): void {
    this.trouble = trouble;
    this.changed();
  }

  private wake(): void {
    this.pollFails = 0;
    if (this.timers.has("load")) return this.resume();
    if (this.timers.has("pump")) void this.pump();
    void this.poll();
  }

  private rest(): void {
    this.stop("poll");
    if (this.polling) this.polling.abort();
    this.polling = null;
  }

  private clear(): void {
    this.rest();
    [...this.timers.keys()].forEach((name) => this.stop(name));
    this.api.token = "";
    this.events = [];
    this.outbox = [];
    this.sending = false;
    this.trouble = "";
    this.said = "";
  }

  private forget(id: string): void {
    this.stop(id);
    this.outbox = this.outbox.filter((item) => item.id !== id);
    this.saveOutbox([id]);
  }

  /** Add ours, take off what is done, leave what another tab has on its way. */
  private saveOutbox(done: string[] = []): void {
    const kept = this.keep.get<Record<string, string>>("outbox") || {};
    for (const item of this.outbox) kept[item.id] = item.text;
    for (const id of done) delete kept[id];
    this.keep.set("outbox", Object.keys(kept).length ? kept : undefined);
  }

  private later(name: string, pause: number, action: () => void): void {
    this.stop(name);
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        action();
      }, pause),
    );
  }

  private stop(name: string): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }
}
