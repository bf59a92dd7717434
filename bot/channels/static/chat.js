"use strict";
const log = document.getElementById("log");
const form = document.getElementById("form");
const field = document.getElementById("text");
// one conversation a tab; nothing is kept on the device
const sender = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);

function bubble(text, kind) {
  const box = document.createElement("div");
  box.className = "bubble " + kind;
  for (const line of text.split("\n")) {
    const part = document.createElement("div");
    part.textContent = line;
    if (/^(依据|前提|以上按)/.test(line)) part.className = "fine";
    box.append(part);
  }
  log.append(box);
  return box;
}

function fold(box, text) {
  const more = document.createElement("details");
  const label = document.createElement("summary");
  label.textContent = "更多";
  more.append(label);
  for (const line of text.split("\n")) {
    const part = document.createElement("div");
    part.textContent = line;
    part.className = "fine";
    more.append(part);
  }
  box.append(more);
}

function choices(buttons) {
  document.querySelectorAll(".choices").forEach((old) => old.remove());
  if (!buttons || !buttons.length) return;
  const row = document.createElement("div");
  row.className = "choices";
  for (const { title, payload } of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => send(payload));
    row.append(button);
  }
  log.append(row);
}

async function send(text) {
  bubble(text, "own");
  const waiting = bubble("…", "bot");
  let replies;
  try {
    const answer = await fetch("/webhooks/rest/webhook", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ sender, message: text }),
    });
    if (!answer.ok) throw new Error(answer.status);
    replies = await answer.json();
  } catch {
    replies = [{ text: "没连上服务器，请稍后再试，急事请拨 12393。" }];
  }
  waiting.remove();
  for (const reply of replies) {
    const box = reply.text ? bubble(reply.text, "bot") : null;
    if (box && reply.custom && reply.custom.more) fold(box, reply.custom.more);
    choices(reply.buttons);
  }
  log.scrollTop = log.scrollHeight;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  send(text);
});
field.addEventListener("keydown", (event) => {
  // Enter while a pinyin is being composed chooses a word, it does not send
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
bubble("你好，我是校园医保助手。想问参保、看病还是报销？也可以说“三级医院门诊花了八百能报多少”。", "bot");
