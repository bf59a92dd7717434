"""A run as one HTML page: no other file, no network, made to be read."""

from __future__ import annotations

import difflib
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Iterator, List, Optional, Sequence, Tuple

from bot.regress.compare import Change, Comparison
from bot.regress.coverage import Coverage
from bot.regress.observe import Inside, Observed
from bot.regress.results import OUTCOMES, counts
from bot.regress.runner import CaseResult, TurnResult
from bot.regress.transcript import KEYS, gathered

STATIC = Path(__file__).with_name("static")
MARKS = {"passed": "✓", "failed": "✗", "fixed": "✗", "known_failure": "!", "skipped": "–"}


def page(
    results: Sequence[CaseResult],
    covered: Sequence[Coverage],
    compared: Optional[Comparison],
    *,
    about: str,
    made: datetime,
) -> str:
    """The page. `about`: what was run, such as the model's name."""
    style, script = ((STATIC / f"report.{kind}").read_text("utf-8") for kind in ("css", "js"))
    parts = [
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>会话测试报告</title>',
        f"<style>{style}</style></head><body><main>",
        f"<header><h1>会话测试报告</h1><p class=soft>{escape(about)} · {made:%Y-%m-%d %H:%M}</p></header>",
        _tiles(results),
        *(_comparison(compared) if compared else ()),
        "<h2>对话</h2>",
        _filters(results),
        *(_case(result) for result in sorted(results, key=lambda each: each.ok)),
        *(("<h2>碰到了什么，没碰到什么</h2>", *map(_cover, covered)) if covered else ()),
        f"</main><script>{script}</script></body></html>",
    ]
    return "\n".join(parts)


def _tiles(results: Sequence[CaseResult]) -> str:
    found = counts(results)
    tiles = [("", "用例", found["cases"]), ("", "轮", found["turns"])]
    colours = {"passed": "good", "failed": "bad", "fixed": "bad", "known_failure": "warn", "skipped": "warn"}
    tiles += [
        (colours[name] if found[name] else "", word, found[name])
        for name, word in OUTCOMES.items()
        if found[name] or name in ("passed", "failed")
    ]
    inner = "".join(f'<div class="tile {colour}"><b>{number}</b>{word}</div>' for colour, word, number in tiles)
    return f'<div class="tiles">{inner}</div>'


def _filters(results: Sequence[CaseResult]) -> str:
    folders = sorted({result.conversation.folder for result in results})
    tags = sorted({tag for result in results for tag in result.conversation.tags})
    outcomes = [(name, word) for name, word in OUTCOMES.items() if any(each.outcome == name for each in results)]
    return (
        '<div class="filters"><input id="words" type="search" placeholder="找：用例、说的话、回复" aria-label="找">'
        + _choice("outcome", "全部结果", outcomes)
        + _choice("folder", "全部目录", [(name, name) for name in folders])
        + _choice("tag", "全部标签", [(name, name) for name in tags])
        + '<output id="shown"></output></div>'
    )


def _choice(name: str, everything: str, options: Sequence[Tuple[str, str]]) -> str:
    inner = "".join(f'<option value="{escape(value)}">{escape(word)}</option>' for value, word in options)
    return f'<select id="{name}" aria-label="{everything}"><option value="">{everything}</option>{inner}</select>'


def _case(result: CaseResult) -> str:
    conversation, outcome = result.conversation, result.outcome
    said = " ".join(f"{turn.seen.user} {turn.seen.all_text}" for turn in result.turns)
    words = escape(f"{conversation.id} {said}".lower().replace("\n", " "))
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in conversation.tags)
    reason = result.skipped or conversation.known_failure
    inner = [f"<p class=soft>{OUTCOMES[outcome]}：{escape(reason)}</p>"] if reason else []
    inner += [_bubbles(seen, before=True) for seen in result.said_before]
    inner += [_turn(turn) for turn in result.turns]
    return (
        f'<details class="case {outcome}" data-outcome="{outcome}" data-folder="{escape(conversation.folder)}" '
        f'data-tags="{escape(" ".join(conversation.tags))}" data-text="{words}"{"" if result.ok else " open"}>'
        f'<summary><span class="mark">{MARKS[outcome]}</span><span class="name">{escape(conversation.node)}</span>'
        f'{tags}<span class="where">{escape(conversation.path)}:{conversation.line}</span></summary>'
        f'<div class="talk">{"".join(inner)}</div></details>'
    )


def _bubbles(seen: Observed, *, before: bool = False) -> str:
    dim = " before" if before else ""
    more = f"\n\n更多：{seen.more}" if seen.more else ""
    buttons = "".join(f"<span>{escape(title)}</span>" for title in seen.titles)
    return (
        f'<div class="said student{dim}"><div class="bubble">{escape(seen.user)}</div></div>'
        f'<div class="said bot{dim}"><div class="bubble">{escape(seen.text + more) or "（没有回复）"}</div></div>'
        + (f'<div class="buttons{dim}">{buttons}</div>' if buttons else "")
    )


def _turn(turn: TurnResult) -> str:
    parts = [_bubbles(turn.seen)]
    if turn.verdict.faults:
        rows = "".join(
            f"<tr><th>{KEYS.get(key, key)}</th>"
            f'<td class="expected">{escape(expected)}</td><td class="actual">{escape(actual)}</td></tr>'
            for key, expected, actual in gathered(turn.verdict.faults)
        )
        head = f"<tr><th>第 {turn.place.line} 行</th><td>期望</td><td>实际</td></tr>"
        parts.append(f'<table class="faults">{head}{rows}</table>')
    elif checked := [KEYS.get(name, name) for name in turn.turn.__fields_set__ if name != "user"]:
        parts.append(f'<div class="checked">✓ {"、".join(sorted(set(checked)))}</div>')
    if turn.verdict.unchecked:
        parts.append(f'<div class="facts">没有检查：{"、".join(turn.verdict.unchecked)}</div>')
    if turn.seen.inside:
        parts += [f'<div class="facts">{line}</div>' for line in _facts(turn.seen.inside)]
    return "".join(parts)


def _facts(inside: Inside) -> Iterator[str]:
    understood = inside.understood
    if understood:
        others = "，".join(f"{name} {score:.2f}" for name, score in understood.alternatives[:3])
        facts = "，".join(f"{name}={value}" for name, value in understood.entities)
        yield escape(f"意图 {understood.intent} {understood.confidence:.2f} · 去向 {understood.route}") + (
            f" · 其次 {escape(others)}" if others else ""
        )
        if facts:
            yield f"事实 {escape(facts)}"
    topics = "，".join(f"{city}/{topic}" for city, topic in dict.fromkeys(inside.trace.topics))
    if topics:
        yield f"主题 {escape(topics)}"
    for call in inside.trace.calculations[-1:]:
        yield escape(f"计算 {call.name} {call.status} {dict(call.inputs)}")


def _cover(each: Coverage) -> str:
    touched = len(each.touched) - len(each.missing)
    missing = "".join(f'<span class="chip missing">{_labelled(each, name)}</span>' for name in each.missing)
    having = "".join(
        f'<span class="chip">{_labelled(each, name)} ×{count}</span>' for name, count in each.touched.items() if count
    )
    return (
        f'<section class="cover"><div class="head"><b>{each.title}</b>'
        f"<span>{touched} / {len(each.touched)}（{each.share:.0%}）</span></div>"
        f'<div class="bar"><i style="width:{each.share:.1%}"></i></div>'
        + (f'<div class="chips">{missing}</div>' if missing else "")
        + f'<details><summary>碰到的，和几个用例碰到</summary><div class="chips">{having}</div></details></section>'
    )


def _labelled(each: Coverage, name: str) -> str:
    label = each.labels.get(name)
    return escape(f"{name} {label}" if label else name)


def _comparison(found: Comparison) -> Iterator[str]:
    yield "<h2>和以前相比</h2>"
    if found.nothing:
        yield "<p class=soft>没有变化。</p>"
    for title, names in (("新失败", found.newly_failing), ("修好", found.fixed)):
        if names:
            items = "".join(f"<li>{escape(name)}</li>" for name in names)
            yield f'<div class="change"><b>{title} {len(names)}</b><ul>{items}</ul></div>'
    if found.changed:
        yield f"<p class=soft>回复变了 {len(found.changed)} 处：</p>"
    yield from map(_change, found.changed)


def _change(change: Change) -> str:
    return (
        f'<div class="change"><b>{escape(change.user)}</b> <span class=soft>{escape(change.id)}，第 {change.line} 行</span>'
        f"<pre>{marked_diff(change.before, change.after)}</pre></div>"
    )


def marked_diff(before: str, after: str) -> str:
    """Both texts in one, what went and what came marked character by character."""
    parts: List[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(escape(before[a:b]))
            continue
        parts += [f"<del>{escape(before[a:b])}</del>"] if b > a else []
        parts += [f"<ins>{escape(after[c:d])}</ins>"] if d > c else []
    return "".join(parts)
