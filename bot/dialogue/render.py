"""Results of the calculator as replies: the figure first, then how, what was assumed, what it rests on."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from bot.dialogue.calculation import Outcome
from bot.dialogue.facts import Asking, CalculationState
from bot.dialogue.given import described_bill
from bot.dialogue.phrases import phrase
from bot.dialogue.rates import PlaceRate
from bot.knowledge.render import HOTLINE, MAX_SUGGESTIONS, cite, city_choices, place_short
from bot.knowledge.topics import CITY_NAMES
from bot.policy.book import PolicyBook
from bot.policy.result import Assumption, Result, Step
from bot.reply import Card, Reply, Suggestion

_READING = re.compile(r"R\d\d")
"""Ids of assumptions about how a sentence of a document is read."""
LABELS: Mapping[str, Tuple[str, str]] = {
    "fund": ("医保报销", "元"),
    "subsidy": ("政府补助", "元"),
    "own": ("自己付", "元"),
    "second_reimbursement": ("大病再报销", "元"),
    "final_own": ("最后自己付", "元"),
    "months": ("等待期", "个月"),
    "remaining": ("起付线还剩", "元"),
    "premium": ("个人缴费", "元"),
    "at_risk": ("可能要退回", "元"),
    "raises": ("连续参保可提高限额", "次"),
    "zero_claim_raises": ("没报销过可提高限额", "次"),
    "cuts": ("断保会降低限额", "次"),
    "available_day": ("可以领医保码的日子", ""),
    "available_time": ("时间", "以后"),
    "opens_first": ("暂定开放", ""),
    "opens_last": ("到", ""),
    "closes": ("预计截止", ""),
    "deadline": ("截止", ""),
    "count": ("保险公司", "家"),
    "first_day": ("从", ""),
    "last_day": ("最后一天", ""),
    "advised_day": ("建议不晚于", ""),
}
"""Outputs that make the headline, in this order: label and unit."""
PLACE_NAMES: Mapping[str, str] = {
    "campus": "校内医疗机构",
    "tier1": "一级医院（社区）",
    "tier2": "二级医院",
    "tier3": "三级医院",
    "3A": "三级甲等",
    "3B": "三级乙等",
    "2": "二级医院",
    "1": "一级医院",
}
"""Outputs of comparisons: the place of each payment."""
ELIGIBLE_NOTE = "前提：金额都符合医保规定；账单里有自费项目的话，报销会比这少。"
"""Reading R11: what a student says was spent is usually the whole bill, so the payment is an upper bound."""
MAX_STEPS = 3
MANY_TIMES = 3
"""How often a question is put before a person is offered: after two misunderstandings."""
STATUS_HEADS = {
    "not_calculable": "这个算不出来：",
    "not_covered": "这笔不报销：",
    "out_of_coverage": "文件管不到这个时间：",
}


def amount_text(value: Any) -> str:
    """An output as a reader expects it: yuan with two decimals, a day in Chinese."""
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, datetime):
        return f"{amount_text(value.date())} {value.hour}:{value.minute:02d}"
    if isinstance(value, date):
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    return str(value)


def _span(label: str, unit: str, low: Any, high: Any) -> str:
    if low == high:
        return f"{label} {amount_text(low)} {unit}".rstrip()
    lower, upper = sorted((low, high))
    return f"{label} {amount_text(lower)}–{amount_text(upper)} {unit}".rstrip()


def is_comparison(result: Result) -> bool:
    """Whether the outputs are the payment at each place instead of one sum."""
    outputs = result.low or result.outputs
    return bool(outputs) and set(outputs) <= set(PLACE_NAMES)


def headline(result: Result) -> str:
    """The figures that the student asked for: one line, or for a comparison one line a place."""
    low: Mapping[str, Any] = result.low or result.outputs
    high: Mapping[str, Any] = result.high or result.outputs
    if is_comparison(result):
        lines = [_span(f"· {PLACE_NAMES[place]}", "元", low[place], high[place]) for place in low]
        return "同样一笔费用，医保报销：\n" + "\n".join(lines)
    parts = [_span(*LABELS[name], low[name], high[name]) for name in LABELS if name in low and name in high]
    return "，".join(parts) + ("（已经过了）" if low.get("passed") is True else "") + "。"


def _important(steps: Sequence[Step]) -> List[Step]:
    """At most three steps: all when they are few, else those that say what a payer pays."""
    if len(steps) <= MAX_STEPS:
        return list(steps)
    paying = [
        step for step in steps if step.key.rsplit(".", 1)[-1] in ("fund", "second_reimbursement", "own", "months")
    ]
    return (paying or list(steps))[:MAX_STEPS]


def step_text(step: Step) -> str:
    """One step as a line: what, the arithmetic, the value; a figure that is only looked up stands once."""
    if isinstance(step.value, Decimal) and step.expression == f"{step.value:.2f}":
        return f"· {step.label}：{amount_text(step.value)} {step.unit}".rstrip()
    return f"· {step.label}：{step.expression} = {amount_text(step.value)} {step.unit}".rstrip()


def _table(result: Result) -> List[str]:
    """Rows that are the answer themselves: the insurers."""
    return ["、".join(str(value) for value in row.values()) for row in result.rows.get("insurers", [])]


def _suggestions(result: Result) -> List[Suggestion]:
    if result.status == "range" and any(assumption.id == "counted" for assumption in result.assumptions):
        return [
            Suggestion(title="起付线还没用过", message="起付线还没用过"),
            Suggestion(title="起付线已经用完", message="起付线已经用完"),
        ]
    return []


def _first_line(result: Result) -> str:
    """The figures; where a calculation has none that make a headline (a filing without an end), what it takes for granted."""
    line = headline(result)
    if line != "。":
        return line
    granted = (one.text for one in result.assumptions if one.id != "year" and not _READING.fullmatch(one.id))
    return next(granted, "没有固定的日子。")


def _said_at_once(result: Result) -> List[Assumption]:
    """Assumptions without which the figure misleads: the year it holds for, and what makes it a range."""
    year = [assumption for assumption in result.assumptions if assumption.id == "year"]
    illness = [assumption for assumption in result.assumptions if assumption.id in ("disease", "dialysis")]
    others = [assumption for assumption in result.assumptions if assumption.id not in ("year", "disease", "dialysis")]
    return [*year, *illness, *(others[:1] if result.status == "range" else [])]


def render_result(
    result: Result,
    book: PolicyBook,
    *,
    given: str = "",
    aside: str = "",
    exact: bool = False,
    next_: Sequence[Suggestion] = (),
) -> Reply:
    """The reply to a finished calculation: the figure, what it was told, what it hangs on; the steps stand behind it.

    `given`: what the calculation counts, `aside`: what it was told and does not count, so that a misreading shows.
    `exact`: whether of each bill it is told how much of it is covered; else the payment is called an upper bound.
    """
    refused = result.status in STATUS_HEADS
    if refused:
        lines = [STATUS_HEADS[result.status] + (result.reason or "文件没有写。")]
    else:
        lines = [_first_line(result), *_table(result), *([f"按这些算的：{given}"] if given else [])]
        if given and "fund" in (result.low or result.outputs) and not exact:
            lines.append(ELIGIBLE_NOTE)
    if aside:
        lines.append(f"没有算进去：{aside}")
    at_once = _said_at_once(result)
    lines += [f"前提：{assumption.text}" for assumption in at_once]
    lines += [f"注意：{conflict['text']}" for conflict in result.conflicts]
    steps = [] if refused or is_comparison(result) else [step_text(step) for step in _important(result.steps)]
    more = [*steps, *(f"前提：{one.text}" for one in result.assumptions if one not in at_once)]
    if result.citations:
        lines.append(place_short(result.citations, book))
        more.append(cite(result.citations, book))
    if refused:
        lines.append(f"拿不准可以拨 {HOTLINE}。")
    suggestions = [*_suggestions(result), *next_][:MAX_SUGGESTIONS]
    card = Card(kind="calculation", data=result.to_json())
    return Reply(text="\n".join(lines), more="\n".join(more) or None, suggestions=tuple(suggestions), card=card)


def _sum_of(name: str, results: Sequence[Result]) -> Tuple[Decimal, Decimal]:
    """The lower and the upper end of an output over several results, in yuan."""
    lows = [Decimal(str((result.low or result.outputs)[name])) for result in results]
    highs = [Decimal(str((result.high or result.outputs)[name])) for result in results]
    return sum(lows, Decimal(0)), sum(highs, Decimal(0))


def render_both(
    stay: Result,
    visit: Result,
    book: PolicyBook,
    *,
    given: str = "",
    aside: str = "",
    exact: bool = False,
    next_: Sequence[Suggestion] = (),
) -> Reply:
    """The reply to a case of stays and visits: what both give together, then each."""
    paid = [result for result in (stay, visit) if result.status not in STATUS_HEADS]
    lines: List[str] = []
    if len(paid) == 2:
        spans = [_span(*LABELS[name], *_sum_of(name, paid)) for name in ("fund", "own")]
        lines.append("一共：" + "，".join(spans) + "。")
    for title, result in (("住院", stay), ("门诊（急诊）", visit)):
        lines.append(f"{title}：" + (headline(result) if result in paid else result.reason or "文件没有写。"))
    lines += [f"按这些算的：{given}"] if given else []
    lines += [ELIGIBLE_NOTE] if given and not exact else []
    lines += [f"没有算进去：{aside}"] if aside else []
    at_once = [assumption for result in paid for assumption in _said_at_once(result)]
    lines += list(dict.fromkeys(f"前提：{assumption.text}" for assumption in at_once))
    lines += list(dict.fromkeys(f"注意：{conflict['text']}" for result in paid for conflict in result.conflicts))
    more = [step_text(step) for result in paid for step in _important(result.steps)]
    citations = [citation for result in paid for citation in result.citations]
    if citations:
        lines.append(place_short(citations, book))
        more.append(cite(citations, book))
    suggestions = [*(each for result in paid for each in _suggestions(result)), *next_][:MAX_SUGGESTIONS]
    card = Card(kind="calculation", data={**stay.to_json(), "beside": visit.to_json()})
    return Reply(text="\n".join(lines), more="\n".join(more) or None, suggestions=tuple(suggestions), card=card)


def render_compared(
    compared: Sequence[Tuple[CalculationState, Outcome]],
    city: str,
    book: PolicyBook,
    *,
    aside: str = "",
    next_: Sequence[Suggestion] = (),
) -> Reply:
    """The reply to bills that are compared: what each gives, one line a bill."""
    lines = ["分开算，各是："]
    more: List[str] = []
    results = [(state, outcome.result) for state, outcome in compared if outcome.result]
    for state, result in results:
        told = described_bill(state)
        refused = result.status in STATUS_HEADS
        lines.append(f"· {told}：" + (result.reason or "文件没有写。") if refused else f"· {told}：{headline(result)}")
        more += [step_text(step) for step in _important(result.steps)]
    lines += [f"没有算进去：{aside}"] if aside else []
    first = results[0][1]
    lines += [f"前提：{assumption.text}" for assumption in _said_at_once(first)]
    if first.citations:
        lines.append(place_short(first.citations, book))
        more.append(cite(first.citations, book))
    return Reply(text="\n".join(lines), more="\n".join(more) or None, suggestions=tuple(next_)[:MAX_SUGGESTIONS])


def render_cities(outcomes: Mapping[str, Outcome], state: CalculationState, book: PolicyBook) -> Reply:
    """The same bill in both cities, one line each; what a city still has to know is said with its question."""
    lines: List[str] = []
    more: List[str] = []
    for city, outcome in outcomes.items():
        name, result = CITY_NAMES[city], outcome.result
        if result is None:
            asked = outcome.asking.text if outcome.asking else "这一项没有统一的算法，看学校的规定。"
            lines.append(f"【{name}】还差一点：{asked}" if outcome.asking else f"【{name}】{asked}")
            continue
        refused = result.status in STATUS_HEADS
        lines.append(f"【{name}】" + (result.reason or "文件没有写。") if refused else f"【{name}】{headline(result)}")
        more += [f"{name}：{step_text(step).removeprefix('· ')}" for step in _important(result.steps)]
        more += [cite(result.citations, book)] if result.citations else []
    lines.append(ELIGIBLE_NOTE)
    return Reply(text="\n".join(lines), more="\n".join(more) or None, suggestions=city_choices())


def render_question(asking: Asking, last: Optional[str] = None, *, missed: bool = True) -> Reply:
    """The question for a missing fact, its choices to tap; put a third time, a person is offered as well.

    `missed`: whether it is put again because a message did not answer it; who does not know the answer missed nothing.
    """
    suggestions = [Suggestion(title=choice["title"], message=choice["title"]) for choice in asking.choices]
    if asking.times <= 1 or (not missed and asking.times < MANY_TIMES):
        return Reply(text=asking.text, suggestions=tuple(suggestions))
    stuck = asking.times >= MANY_TIMES
    if stuck:
        suggestions += [Suggestion(title="找老师", message="转人工"), Suggestion(title="不算了", message="算了")]
    text = phrase("stuck" if stuck else "retry", last) + asking.text
    return Reply(text=text, suggestions=tuple(suggestions))


def render_rate(rate: PlaceRate, book: PolicyBook) -> Reply:
    """What is paid at one place of care, before the bill is known."""
    return Reply(text=f"{rate.sentence}\n{place_short(rate.citations, book)}", more=cite(rate.citations, book))


def render_restated(result: Result, book: PolicyBook, *, beside: Sequence[str] = ()) -> Reply:
    """The result of a calculation once more, with how it comes about; `beside`: what answers a doubt about it."""
    if result.status in STATUS_HEADS:
        lines = [STATUS_HEADS[result.status] + (result.reason or "文件没有写。")]
    else:
        lines = [headline(result), *beside, "是这样算的：", *(step_text(step) for step in result.steps)]
    if result.citations:
        lines.append(place_short(result.citations, book))
    return Reply(text="\n".join(lines), more=cite(result.citations, book) if result.citations else None)


def render_reason(result: Result, book: PolicyBook) -> Reply:
    """Every step of a calculation; for a refusal its reason."""
    if result.status in STATUS_HEADS:
        lines = [STATUS_HEADS[result.status] + (result.reason or "文件没有写。")]
    else:
        lines = ["一步一步是这样算的：", *(step_text(step) for step in result.steps), headline(result)]
    if result.citations:
        lines.append(cite(result.citations, book))
    return Reply(text="\n".join(lines))


def render_certainty(doubts: Sequence[str]) -> Reply:
    """What an answer takes for granted and where the documents leave it open."""
    lines = ["数字都出自官方文件。"]
    lines += [f"· {doubt}" for doubt in doubts] or ["这一条没有另外的假设，文件之间也没有不同说法。"]
    lines.append(f"最后以 {HOTLINE} 和经办机构的答复为准。")
    return Reply(text="\n".join(lines))
