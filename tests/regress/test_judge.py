"""Expectations against turns that are made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Tuple

import pytest

from bot.regress.format import Turn
from bot.regress.judge import judge, same
from bot.regress.observe import Calculated, Inside, Observed, Trace, Understood, of_messages

TITLES = {"sh-qa-2025": "问答"}
RESULT: Dict[str, Any] = {
    "name": "shanghai.outpatient",
    "status": "range",
    "outputs": {},
    "low": {"fund": "250.00", "own": "1550.00", "same": "3.00"},
    "high": {"fund": "400.00", "own": "400.00", "same": "3.00"},
    "rows": {"visits": [{"fund": "250.00"}]},
}
INSIDE = Inside(
    Understood("calculate_outpatient", 0.9, "answer"),
    {"city": "shanghai", "cohort": None, "calculation": {"intent": "x", "facts": {"amount": ["800.00"]}}},
    frozenset({"question_opened", "ticket"}),
    Trace(
        topics=[("shanghai", "premium")],
        calculations=[
            Calculated("shanghai.outpatient", "range", {"visits": [{"place": "tier3", "eligible": "800.00"}]})
        ],
    ),
)
SEEN = Observed(
    user="u",
    text="医保报销 250.00–400.00 元。\n依据：《问答》问题2",
    more="起付线 300 元",
    buttons=(("起付线还没用过", "起付线还没用过"),),
    card={"kind": "calculation", "data": RESULT},
    seconds=0.1,
    inside=INSIDE,
)


def faults(seen: Observed = SEEN, earlier: Tuple[Observed, ...] = (), **expected: Any) -> List[str]:
    verdict = judge(Turn(user="u", **expected), seen, earlier, TITLES)
    return [f"{fault.key}: {fault.expected} | {fault.actual}" for fault in verdict.faults]


@pytest.mark.parametrize(
    "expected",
    [
        {"contains": ["250.00", "300 元"]},
        {"excludes": ["兰州"]},
        {"cites": ["sh-qa-2025"]},
        {"suggests": ["起付线还没用过"]},
        {"figures": {"fund": ["250.00", "400.00"], "医保报销": ["250.00", "400.00"], "same": "3.00"}},
        {"figures": {"own": ["400.00", "1550.00"], "rows.visits.0.fund": "250.00"}},
        {"calculation": {"name": "shanghai.outpatient", "status": "range"}},
        {"calculation": {"inputs": {"visits": [{"place": "tier3"}], "visits.0.eligible": "800.00"}}},
        {"topic": "premium"},
        {"topic": ["premium"]},
        {"intent": "calculate_outpatient", "route": "answer"},
        {"slots": {"city": "shanghai", "cohort": None, "calculation": {"facts": {"amount": ["800.00"]}}}},
        {"events": ["ticket"], "no_events": ["error", "question_closed"]},
        {"repeats": False, "latency": "fast"},
        {"golden": SEEN.text + "\n"},
    ],
)
def test_met(expected: Dict[str, Any]) -> None:
    assert faults(**expected) == []


@pytest.mark.parametrize(
    "expected, fault",
    [
        ({"contains": ["500.00"]}, "contains: 500.00 | 医保报销 250.00–400.00 元。\n依据：《问答》问题2"),
        ({"excludes": ["300 元"]}, "excludes: 没有“300 元” | …依据：《问答》问题2 起付线 300 元…"),
        ({"cites": ["lz-letter-2025"]}, "cites: lz-letter-2025 | 没有这份文件；有：sh-qa-2025"),
        ({"suggests": ["说详细一点"]}, "suggests: 说详细一点 | 起付线还没用过"),
        ({"figures": {"fund": "250.00"}}, "figures: fund = 250.00 | fund = 250.00 – 400.00"),
        ({"figures": {"months": "3"}}, "figures: months = 3 | 没有这个数；有：fund、own、same"),
        ({"calculation": {"status": "ok"}}, "calculation.status: ok | range"),
        ({"calculation": {"inputs": {"cohort": "x"}}}, "calculation.inputs: cohort = x | cohort = None"),
        ({"topic": "subsidy"}, "topic: subsidy | premium"),
        ({"topic": "none"}, "topic: none | premium"),
        ({"intent": "premium"}, "intent: premium | calculate_outpatient"),
        ({"route": "offer"}, "route: offer | answer"),
        ({"slots": {"city": "lanzhou"}}, "slots: city = lanzhou | city = shanghai"),
        ({"slots": {"cohort": "graduate"}}, "slots: cohort = graduate | cohort = None"),
        ({"events": ["feedback"]}, "events: feedback | question_opened、ticket"),
        ({"no_events": ["ticket"]}, "no_events: 没有 ticket | ticket"),
        ({"golden": "别的"}, "golden: 别的 | 医保报销 250.00–400.00 元。\n依据：《问答》问题2"),
    ],
)  # fmt: skip
def test_not_met(expected: Dict[str, Any], fault: str) -> None:
    assert faults(**expected) == [fault]


def test_document_that_is_not_cited() -> None:
    assert faults(replace(SEEN, text="无"), cites=["sh-qa-2025"]) == ["cites: 《问答》 | 没有写依据"]


def test_repeated_reply() -> None:
    assert faults(earlier=(SEEN,), repeats=False)[0].startswith("repeats: 不重复前面的回复 | 医保报销")


@pytest.mark.parametrize(
    "seconds, kind, count", [(0.5, "fast", 0), (0.51, "fast", 1), (1.5, "normal", 0), (1.6, "normal", 1)]
)
def test_latency(seconds: float, kind: str, count: int) -> None:
    assert len(faults(replace(SEEN, seconds=seconds), latency=kind)) == count


def test_without_a_calculation() -> None:
    bare = replace(SEEN, card=None, inside=replace(INSIDE, trace=Trace()))
    assert faults(bare, calculation={"name": "x"}) == ["calculation.name: x | 没有计算"]
    assert faults(bare, figures={"fund": "1"}) == ["figures: fund = 1 | 没有这个数；有：没有计算结果"]
    assert faults(bare, topic="none") == []


def test_over_http_the_inside_is_not_checked() -> None:
    turn = Turn(
        user="u", intent="x", slots={"a": 1}, contains=["250.00"], figures={"same": "3.00"},
        calculation={"name": "shanghai.outpatient", "inputs": {"a": 1}},
    )  # fmt: skip
    verdict = judge(turn, replace(SEEN, inside=None), (), TITLES)
    assert verdict.faults == ()
    assert verdict.unchecked == ("intent", "slots", "calculation.inputs")


@pytest.mark.parametrize(
    "wanted, actual, alike",
    [
        (800, "800", True),
        ("800.00", "800", False),
        (True, True, True),
        (True, 1, False),
        (None, "", False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ([1], [1, 2], False),
        ([1], "1", False),
    ],
)
def test_same(wanted: Any, actual: Any, alike: bool) -> None:
    assert same(wanted, actual) is alike


@pytest.mark.parametrize(
    "more", ["起付线 300 元", ["起付线 300 元"], {"text": "起付线 300 元"}, {"parts": [{"text": "起付线 300 元"}]}]
)
def test_text_behind_more_is_read_whatever_its_shape(more: Any) -> None:
    seen = of_messages("u", [{"text": "短", "custom": {"more": more}}], 0.1)
    assert faults(seen, contains=["短", "300 元"]) == []


def test_messages_of_a_server_are_joined() -> None:
    messages = [
        {"text": "一"},
        {"text": "二", "buttons": [{"title": "t", "payload": "p"}]},
        {"custom": {"card": {"kind": "x"}}},
    ]
    seen = of_messages("u", messages, 0.1)
    assert (seen.text, seen.buttons, seen.card) == ("一\n\n二", (("t", "p"),), {"kind": "x"})
