"""Tickets in the words of a student."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Optional

from bot.desk.hours import OfficeHours
from bot.desk.numbers import NUMBER, find_number
from bot.desk.rules import triage_rules
from bot.desk.values import TicketView

STATE_WORDS = {"new": "老师还没看", "open": "老师在处理", "waiting_student": "老师已经回复", "closed": "已结束"}
_LIKE_A_NUMBER = re.compile(r"(?<![0-9A-Z])T[0-9A-Z]{5,11}(?![0-9A-Z])")
_ADDS = re.compile(
    r"^\s*(?:我?(?:想|要|再)?(?:补充|追加)(?:说明|一下|一点)?(?:到|给)?(?:工单)?|回复老师|回老师|告诉老师|跟老师说)"
)


def written_number(text: str) -> Optional[str]:
    """What stands in a text as the number of a ticket, even one that cannot exist."""
    found = find_number(text)
    if found:
        return found
    match = _LIKE_A_NUMBER.search(unicodedata.normalize("NFKC", text).upper())
    return match.group() if match and re.search(r"\d", match.group()) else None


def addition(text: str) -> str:
    """What a message adds to a ticket: without the words that say so and without the number."""
    rest = _ADDS.sub("", unicodedata.normalize("NFKC", text))
    match = NUMBER.search(rest.upper())
    if match:
        rest = rest[: match.start()] + rest[match.end() :]
    return rest.strip(" \t\n:,.;。、-—")


def status_sentence(ticket: TicketView, hours: OfficeHours, now: datetime) -> str:
    """State, what it is about, the last answer of the staff in full and when it was written."""
    label = triage_rules().label(ticket.category)
    head = f"工单 {ticket.number}（{label}）：{STATE_WORDS[ticket.state]}"
    if ticket.erased_at:
        return f"{head}。里面的个人内容已经按要求删除。"
    replies = [message for message in ticket.messages if message.kind == "staff"]
    if ticket.state == "closed":
        head += f"（{ticket.close_reason}）" if ticket.close_reason else ""
    if not replies:
        opened = _moment(ticket.opened_at, hours)
        return f"{head}，{opened} 提交。" + ("" if ticket.state == "closed" else hours.sentence(now))
    last = replies[-1]
    said = f"{_moment(last.at, hours)} {last.author}：{last.text}"
    return f"{head}。\n{said}\n还要说明的话，发“补充：……”。"


def _moment(at: datetime, hours: OfficeHours) -> str:
    local = hours.local(at)
    return f"{local.month} 月 {local.day} 日 {local.hour}:{local.minute:02d}"
