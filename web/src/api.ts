import type { ChatEvent } from "./types";

/** An answer that is not the wanted one. Status 0: nothing came back at all. */
export class Fault extends Error {
  constructor(
    readonly status: number,
    message = "",
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

export interface Session {
  token: string;
  expires_at?: string;
  greeting?: ChatEvent;
}

export interface Turn {
  status: "done" | "pending";
  events?: ChatEvent[];
}

const SLOW = 20000;

/** The web channel's interface: a method for each address that the talk needs. */
export class Api {
  token = "";

  constructor(private readonly server: string) {}

  start(city: string, language: string): Promise<Session> {
    return this.call("POST", "session", { ...(city && { city }), language });
  }

  say(id: string, text: string): Promise<Turn> {
    return this.call("POST", "messages", { id, text });
  }

  events(after: number, wait: number, stop: AbortController): Promise<{ events: ChatEvent[] }> {
    return this.call("GET", `events?after=${after}&wait=${wait}`, undefined, stop, SLOW + wait * 1000);
  }

  history(): Promise<{ events: ChatEvent[] }> {
    return this.call("GET", "history");
  }

  erase(): Promise<void> {
    return this.call("DELETE", "session");
  }

  /** Any address of the interface; widget.more.js asks for its own. */
  async call<T>(method: string, path: string, body?: unknown, stop = new AbortController(), limit = SLOW): Promise<T> {
    const timer = setTimeout(() => stop.abort(), limit);
    try {
      const headers: Record<string, string> = {};
      if (this.token) headers.Authorization = `Bearer ${this.token}`;
      if (body) headers["Content-Type"] = "application/json";
      const init: RequestInit = { method, headers, signal: stop.signal, credentials: "omit" };
      if (body) init.body = JSON.stringify(body);
      let answer: Response;
      let text: string;
      try {
        answer = await fetch(`${this.server}/webhooks/web/${path}`, init);
        text = await answer.text();
      } catch {
        throw new Fault(0);
      }
      let data: any;
      try {
        data = text ? JSON.parse(text) : undefined;
      } catch {
        // a proxy's page; the status says enough
      }
      if (!answer.ok) {
        const error = (data && data.error) || {};
        throw new Fault(answer.status, error.message, Number(answer.headers.get("Retry-After")) || 0);
      }
      // a login page of a campus network answers 200 to everything
      if (answer.status !== 204 && !data) throw new Fault(0);
      return data as T;
    } finally {
      clearTimeout(timer);
    }
  }
}
