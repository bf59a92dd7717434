"""What a message does to the calculation that was just worked out: a correction, one thing changed, more, the next visit. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Dict, List, Mapping, Optional, Sequence

from bot.dialogue import visits
from bot.dialogue.facts import SMALLEST_BILL, CalculationState, Entity, read_facts

_MORE = re.compile(r"(?:(?:再|又|还|另外|另)?(?:多|加)(?:上|了|花了?|个|一笔|收了?)?(?:大概|大约)?|\+|＋)\s*$")
_LESS = re.compile(r"(?:少|减|扣|便宜|去)(?:掉|了|去|花|个)*(?:大概|大约)?$")
_TO = re.compile(r"(?:涨|升|降|跌|减少?|增加?)到(?:了)?$")
_TIMES = re.compile(r"(?P<twice>翻(?:一|了一)?倍|翻番|加倍|两倍)|(?P<half>减半|一半(?:的话|呢))")


def _before(text: str, entity: Entity) -> str:
    return text[max(0, int(entity["start"]) - 8) : int(entity["start"])]


_SPENT_BEFORE = re.compile("(?:之前|此前|先前|前面|早先)(?:已经|一共|总共|累计)?.{0,4}?(?:花|用|看)(?:了|过|掉)?$")


def told_as_spent_before(text: str, figure: Mapping[str, Any]) -> bool:
    """Whether the words right before an amount say that it was spent before this visit (看错了，之前花了250)."""
    return bool(_SPENT_BEFORE.search(text[: figure["start"]]))


_NO_DIFFERENCE = ("denied", "excluded", "other_person", "phone")


def changed_amount(text: str, entities: Sequence[Entity], known: Sequence[str]) -> Optional[str]:
    """The last bill after 再多五千 or 少两千, None when the message names no difference.

    A difference larger than the bill leaves it as it was.
    """
    figures = [
        e
        for e in entities
        if e["entity"] in ("amount", "number") and e["value"] and e.get("role") not in _NO_DIFFERENCE
    ]
    if not known:
        return None
    last = Decimal(str(known[-1]))
    times = _TIMES.search(text)
    if times and not figures:
        return f"{last * (2 if times['twice'] else Decimal('0.5')):.2f}"
    if len(figures) != 1:
        return None
    before, value = _before(text, figures[0]), Decimal(str(figures[0]["value"]))
    if _TO.search(before):
        return f"{value:.2f}"
    sign = 1 if _MORE.search(before) else -1 if _LESS.search(before) else 0
    changed = last + sign * value
    return f"{changed:.2f}" if sign and changed >= 0 else None


def stated_in_talk(entities: Sequence[Entity], case: Mapping[str, Any]) -> Dict[str, Any]:
    """The facts of a message about a bill that is known already: a bare number of some size is an amount (又去了一次560)."""
    facts = read_facts(entities, case)
    told = facts.get("visits", [])
    if visits.amounts(told):
        return facts
    numbers = [Decimal(str(entity["value"])) for entity in entities if entity["entity"] == "number" and entity["value"]]
    bills = [f"{number:.2f}" for number in numbers if number >= SMALLEST_BILL]
    return {**facts, "visits": visits.with_bill(told, bills[0], None)} if bills else facts


MAIN_AMOUNT = {
    "calculate_serious_illness": "own",
    "calculate_clawback": "fund_paid",
    "calculate_remaining_deductible": "counted",
}
"""Calculations that are about one figure and not about visits -> its fact."""


def is_another_bill(entities: Sequence[Entity]) -> bool:
    """Whether a message tells a bill with its kind of care (住院，二级，2100): a calculation of its own."""
    has_bill = any(
        entity["entity"] == "amount" and entity.get("role") in ("bill", "part", "covered") for entity in entities
    )
    return has_bill and any(entity["entity"] == "care" for entity in entities)


def main_amounts(state: CalculationState) -> List[str]:
    """What the case is about in yuan: its bills, for a serious illness what the student bore."""
    figure = state.facts.get(MAIN_AMOUNT.get(state.intent, ""))
    return [str(figure)] if figure else state.amounts


def with_main_amount(state: CalculationState, value: str) -> Dict[str, Any]:
    """The facts of a case with another last bill, or another figure that the calculation is about."""
    name = MAIN_AMOUNT.get(state.intent, "")
    if state.facts.get(name):
        return {**state.facts, name: value}
    if state.amounts:
        return {**state.facts, "visits": visits.with_last_bill(state.visits, value)}
    return dict(state.facts) if name else {**state.facts, "visits": visits.with_bill(state.visits, value, None)}


def difference(text: str, entities: Sequence[Entity], state: CalculationState) -> Optional[str]:
    """The main amount of the case after 再多五千 or 少两千, None when the message names no difference."""
    return changed_amount(text, entities, main_amounts(state))


def next_visit(state: CalculationState, facts: Mapping[str, Any]) -> Dict[str, Any]:
    """The facts of the year that goes on: what was spent counts towards the deductible, a stay is one more stay.

    Where it is not known what was spent before the first visit, both visits are worked out together.
    """
    known, told = dict(state.facts), list(facts.get("visits", []))
    facts = {name: value for name, value in facts.items() if name != "care_open" or "care_open" in known}
    if state.intent == "calculate_serious_illness":
        own = facts.get("own") or visits.amounts(told)[0]
        return {**known, **facts, "own": own, "burden_before": _sum(known.get("burden_before"), *main_amounts(state))}
    following = visits.merged(state.visits[-1:], told)
    if state.intent == "calculate_inpatient":
        admission = int(Decimal(str(known.get("admission", "1")))) + len(state.amounts)
        paid = _sum(known.get("fund_before"), state.outputs.get("fund"))
        return {**known, "admission": str(admission), "fund_before": paid, **facts, "visits": following}
    counted = known.get("counted")
    if counted is None:
        return {**known, **facts, "visits": [*state.visits, *following]}
    if counted != "full":
        off_campus = (
            visits.eligible(visit)
            for visit in state.visits
            if visits.has_amount(visit) and visit.get("level") != "campus"
        )
        counted = str((Decimal(0) if counted == "none" else Decimal(str(counted))) + sum(off_campus, Decimal(0)))
    return {**known, **facts, "visits": following, "counted": counted}


def _sum(*amounts: Optional[str]) -> str:
    return str(sum((Decimal(amount) for amount in amounts if amount), Decimal(0)))
