"""A run as plain data: what --json prints, what --against reads and compares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Sequence

from bot.regress.observe import Observed
from bot.regress.runner import CaseResult, TurnResult

VERSION = 1
OUTCOMES = {"passed": "通过", "failed": "失败", "known_failure": "已知失败", "fixed": "已修好", "skipped": "跳过"}
"""How a case went, in words."""


class NotARun(ValueError):
    """A file is no saved run; the message says why."""


def to_plain(results: Sequence[CaseResult]) -> Dict[str, Any]:
    """The run as JSON data."""
    return {"version": VERSION, "counts": counts(results), "cases": [_case(result) for result in results]}


def counts(results: Sequence[CaseResult]) -> Dict[str, int]:
    """How many cases went how, and how many turns there were."""
    found = {name: sum(result.outcome == name for result in results) for name in OUTCOMES}
    turns = sum(len(result.turns) + len(result.said_before) for result in results)
    return {"cases": len(results), "turns": turns, **found}


def summary(results: Sequence[CaseResult], seconds: float) -> str:
    """The run in one line."""
    found = counts(results)
    parts = [f"{word} {found[name]}" for name, word in OUTCOMES.items() if found[name] or name in ("passed", "failed")]
    unchecked = sum(len(result.unchecked) for result in results)
    tail = f"；隔着 HTTP 看不到、没有检查的期望 {unchecked} 条" if unchecked else ""
    return f"{found['cases']} 个用例，{found['turns']} 轮：{'，'.join(parts)}，用时 {seconds:.1f} 秒{tail}"


def _case(result: CaseResult) -> Dict[str, Any]:
    conversation = result.conversation
    return {
        "id": conversation.id,
        "file": conversation.path,
        "line": conversation.line,
        "name": conversation.node,
        "tags": list(conversation.tags),
        "outcome": result.outcome,
        "skipped": result.skipped,
        "known_failure": conversation.known_failure,
        "seconds": round(result.seconds, 4),
        "before": [_seen(seen) for seen in result.said_before],
        "turns": [_turn(turn) for turn in result.turns],
    }


def _turn(turn: TurnResult) -> Dict[str, Any]:
    faults = [{"key": each.key, "expected": each.expected, "actual": each.actual} for each in turn.verdict.faults]
    checked = [name for name in turn.turn.__fields_set__ if name != "user"]
    return {
        **_seen(turn.seen),
        "line": turn.place.line,
        "checked": sorted(checked),
        "faults": faults,
        "unchecked": list(turn.verdict.unchecked),
    }


def _seen(seen: Observed) -> Dict[str, Any]:
    plain: Dict[str, Any] = {
        "user": seen.user,
        "text": seen.text,
        "more": seen.more,
        "buttons": list(seen.titles),
        "seconds": round(seen.seconds, 4),
        "error_id": seen.error_id,
    }
    if seen.inside:
        plain.update(_inside(seen))
    return plain


def _inside(seen: Observed) -> Dict[str, Any]:
    assert seen.inside is not None
    understood, trace = seen.inside.understood, seen.inside.trace
    return {
        "intent": understood.intent if understood else None,
        "confidence": round(understood.confidence, 4) if understood else None,
        "route": understood.route if understood else None,
        "alternatives": [[name, round(score, 4)] for name, score in (understood.alternatives if understood else ())],
        "entities": [list(pair) for pair in (understood.entities if understood else ())],
        "slots": {name: value for name, value in seen.inside.slots.items() if value is not None},
        "events": sorted(seen.inside.events),
        "topics": [f"{city}/{topic}" for city, topic in dict.fromkeys(trace.topics)],
        "calculations": [
            {"name": each.name, "status": each.status, "inputs": each.inputs} for each in trace.calculations[-1:]
        ],
    }


def as_json(results: Sequence[CaseResult]) -> str:
    """The run as a JSON text."""
    return json.dumps(to_plain(results), ensure_ascii=False, indent=1, default=str)


def read_run(path: Path) -> List[Dict[str, Any]]:
    """The cases of a run that was saved with --json. Raises NotARun."""
    try:
        content = json.loads(path.read_text("utf-8"))
        cases: List[Dict[str, Any]] = content["cases"]
        if content["version"] != VERSION:
            raise NotARun(f"{path}: 版本是 {content['version']}，要 {VERSION}；请用现在的程序重跑")
    except (ValueError, KeyError, TypeError, OSError) as error:
        if isinstance(error, NotARun):
            raise
        raise NotARun(f"{path}: 不是 bot regress --json 存下的结果（{error}）") from error
    return cases
