"""A conversation in text: what was said, and for a failure what was expected beside what came."""

from __future__ import annotations

import unicodedata
from typing import Dict, Iterator, List, Sequence, Tuple

from bot.regress.judge import Fault
from bot.regress.observe import Inside, Observed
from bot.regress.runner import CaseResult, TurnResult

KEYS = {
    "contains": "应有", "excludes": "不应有", "cites": "依据", "suggests": "按钮", "figures": "数字",
    "calculation.name": "计算", "calculation.status": "计算状态", "calculation.inputs": "计算输入", "topic": "主题",
    "intent": "意图", "route": "去向", "slots": "记住的", "events": "事件", "no_events": "事件", "repeats": "重复",
    "latency": "时间", "golden": "全文",
}  # fmt: skip
"""What the expectations are called in reports."""
WIDTH = 38
"""Columns of the left half; a Chinese character takes two."""


def transcript(result: CaseResult) -> str:
    """The whole conversation, the failing turn with everything that helps to understand it."""
    conversation = result.conversation
    lines = [f"{conversation.path}:{conversation.line}  {conversation.node}"]
    if result.skipped:
        return f"{lines[0]}\n  跳过：{result.skipped}"
    if result.outcome == "fixed":
        lines.append(f"  已知的失败不再失败（{conversation.known_failure}），请删掉 known_failure 这一行")
    for seen in result.said_before:
        lines += [f"  学生> {seen.user}   （已知）", *_reply(seen, short=True)]
    for turn in result.turns:
        lines += _turn(turn)
    return "\n".join(lines)


def _turn(turn: TurnResult) -> List[str]:
    faults = turn.verdict.faults
    lines = [f"  学生> {turn.turn.user}", *_reply(turn.seen, short=not faults)]
    if faults:
        lines.append(f"  ✗ 第 {turn.place.line} 行")
        for key, expected, actual in gathered(faults):
            lines.append(f"    {KEYS.get(key, key)}")
            lines += [f"      {row}" for row in side_by_side(expected, actual)]
        if turn.seen.inside:
            lines += [f"    {line}" for line in _inside(turn.seen.inside)]
    return lines


def gathered(faults: Sequence[Fault]) -> List[Tuple[str, str, str]]:
    """(key, expected, actual), what was expected of the same text in one entry."""
    found: Dict[Tuple[str, str], List[str]] = {}
    for fault in faults:
        found.setdefault((fault.key, fault.actual), []).append(fault.expected)
    return [(key, "\n".join(expected), actual) for (key, actual), expected in found.items()]


def _reply(seen: Observed, *, short: bool) -> List[str]:
    text = seen.text.splitlines() or ["（没有回复）"]
    lines = [f"  助手> {text[0]}", *(f"        {line}" for line in text[1 : 3 if short else None])]
    if short and len(text) > 3:
        lines[-1] += " …"
    if seen.more and not short:
        lines += [f"        更多：{line}" for line in seen.more.splitlines()]
    if seen.buttons:
        lines.append(f"        [{'] ['.join(seen.titles)}]")
    return lines


def _inside(inside: Inside) -> Iterator[str]:
    understood = inside.understood
    if understood:
        yield f"意图 {understood.intent} {understood.confidence:.2f}，去向 {understood.route}"
        if understood.alternatives:
            yield "其次 " + "，".join(f"{name} {score:.2f}" for name, score in understood.alternatives[:3])
        yield "事实 " + ("，".join(f"{name}={value}" for name, value in understood.entities) or "（没有）")
    known = [f"{name}={value}" for name, value in sorted(inside.slots.items()) if value is not None]
    yield "记住 " + ("，".join(known) or "（没有）")
    if inside.trace.calculations:
        last = inside.trace.calculations[-1]
        yield f"计算 {last.name} {last.status}，输入 {dict(last.inputs)}"
    if inside.trace.topics:
        yield "主题 " + "，".join(f"{city}/{topic}" for city, topic in inside.trace.topics)


def side_by_side(expected: str, actual: str) -> List[str]:
    """Two texts in two columns."""
    left, right = _wrapped("期望", expected), _wrapped("实际", actual)
    height = max(len(left), len(right))
    left += [""] * (height - len(left))
    right += [""] * (height - len(right))
    return [f"{one}{' ' * (WIDTH - columns(one))} │ {other}".rstrip() for one, other in zip(left, right)]


def _wrapped(head: str, text: str) -> List[str]:
    lines: List[str] = [head]
    for line in text.splitlines() or [""]:
        current = ""
        for sign in line:
            if columns(current + sign) > WIDTH:
                lines.append(current)
                current = ""
            current += sign
        lines.append(current)
    return lines


def columns(text: str) -> int:
    """How many columns a terminal needs for a text."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
