// A small stand-in for the web channel, for work on the widget without the assistant: node dev/server.mjs [port]
// Replies are captured ones; what is not known gets the question back. "慢" comes by /events, "断" fails twice, "老师" brings a staff reply.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const PORT = Number(process.argv[2] || 5173);
const STATIC = join(import.meta.dirname, "../../bot/channels/web/static");
const REPLIES = Object.values(JSON.parse(readFileSync(join(import.meta.dirname, "replies.json"), "utf8")));
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", json: "application/json" };
const made = JSON.parse(readFileSync(join(STATIC, "build.json"), "utf8"));
const CSP = `default-src 'none'; script-src 'self'; style-src 'self' ${made.styles.map((hash) => `'${hash}'`).join(" ")}; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'`;
const GREETING = {
  text: "你好，我是校园医保助手。想问参保、看病还是报销？也可以说“三级医院门诊花了八百能报多少”。",
  buttons: ["怎么参保", "比比在哪里看病更省，1000元", "三级医院住院花了5万报多少"].map((title) => ({ title, message: title })),
};
const sessions = new Map();

function add(session, kind, fields) {
  const event = { seq: session.events.length + 1, kind, at: new Date().toISOString(), ...fields };
  session.events.push(event);
  session.waiting.splice(0).forEach((wake) => wake());
  return event;
}

function reply(text) {
  const found = REPLIES.find((one) => one.asked === text);
  const { asked, ...event } = found || { text: `没有听懂“${text}”。医保热线 12393，网址 https://www.nhsa.gov.cn/ 。`, buttons: [] };
  return event;
}

async function answer(request, response) {
  const url = new URL(request.url, "http://x");
  const send = (status, body) => {
    response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  const fail = (status, code, message) => send(status, { error: { code, message } });
  if (!url.pathname.startsWith("/webhooks/web/")) {
    const name = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
    if (!/^[\w.]+$/.test(name)) return fail(404, "not_found", "没有这个地址");
    try {
      const bytes = readFileSync(join(STATIC, name));
      response.writeHead(200, { "Content-Type": `${TYPES[name.split(".").pop()]}; charset=utf-8`, "Content-Security-Policy": CSP });
      return response.end(bytes);
    } catch {
      return fail(404, "not_found", "没有这个地址");
    }
  }
  const action = `${request.method} ${url.pathname.slice(14)}`;
  let text = "";
  for await (const chunk of request) text += chunk;
  const body = text ? JSON.parse(text) : {};
  if (action === "POST session") {
    const token = randomBytes(16).toString("hex");
    const session = { events: [], waiting: [], turns: new Map(), tries: 0 };
    sessions.set(token, session);
    return send(201, { token, expires_at: new Date(Date.now() + 2592e6).toISOString(), greeting: add(session, "bot", GREETING) });
  }
  const token = (request.headers.authorization || "").slice(7);
  const session = sessions.get(token);
  if (!session) return fail(401, "session_expired", "对话已过期");
  if (action === "GET history") return send(200, { events: session.events.slice(-100) });
  if (action === "POST feedback") return send(204);
  if (action === "DELETE session") {
    sessions.delete(token);
    return send(204);
  }
  if (action === "GET passage")
    return url.searchParams.get("document").startsWith("sh-qa") ? send(200, { title: "政策问答", text: "这里是原文的这一段。\n第二行。" }) : fail(404, "not_found", "没有原文");
  if (action === "GET events") {
    const after = Number(url.searchParams.get("after"));
    const fresh = () => session.events.filter((event) => event.seq > after);
    if (!fresh().length && Number(url.searchParams.get("wait")))
      await new Promise((wake) => {
        session.waiting.push(wake);
        setTimeout(wake, Number(url.searchParams.get("wait")) * 1000);
      });
    return send(200, { events: fresh() });
  }
  if (action === "POST messages") {
    if (session.turns.has(body.id)) return send(200, session.turns.get(body.id));
    if (body.text.includes("断") && session.tries++ < 2) return response.destroy();
    const user = add(session, "user", { id: body.id, text: body.text });
    if (body.text.includes("慢")) {
      setTimeout(() => add(session, "bot", reply(body.text)), 1500);
      return send(202, { status: "pending" });
    }
    await new Promise((done) => setTimeout(done, 150));
    const turn = { status: "done", events: [user, add(session, "bot", reply(body.text))] };
    if (body.text.includes("老师")) setTimeout(() => add(session, "staff", { text: "同学你好，我是医保老师。", ticket: "T12" }), 800);
    session.turns.set(body.id, turn);
    return send(200, turn);
  }
  return fail(404, "not_found", "没有这个地址");
}

createServer((request, response) => answer(request, response).catch(() => response.destroy())).listen(PORT, "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${PORT}/demo.html`),
);
