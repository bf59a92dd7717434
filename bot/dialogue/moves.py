"""What a message does to the calculation that was just worked out: a correction, one thing changed, more, the next visit. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Dict, List, Mapping, Optional, Sequence

from bot.dialogue import visits
from bot.dialogue.facts import SMALLEST_BILL, CalculationState, Entity, is_correction, is_question, read_facts

_ASKS_ELSE = re.compile(
    r"怎么|咋|如何|什么|啥|哪|为|材料|备案|手续|时候|多久|几天|电话|能不能|可不可以|要不要|证|卡|码"
)
_MORE = re.compile(r"(?:(?:再|又|还|另外|另)?(?:多|加)(?:上|了|花了?|个|一笔|收了?)?(?:大概|大约)?|\+|＋)\s*$")
_LESS = re.compile(r"(?:少|减|扣|便宜|去)(?:掉|了|去|花|个)*(?:大概|大约)?$")
_TO = re.compile(r"(?:涨|升|降|跌|减少?|增加?)到(?:了)?$")
_TIMES = re.compile(r"(?P<twice>翻(?:一|了一)?倍|翻番|加倍|两倍)|(?P<half>减半|一半(?:的话|呢))")
_NEXT = re.compile(
    r"(?:下个?月|下(?:一)?次|后来|过了?.{0,3}(?:天|周|月)|之后|隔了?.{0,3}(?:天|周|月)|前天|昨天|今天|这周|这个?月|上周|结果|然后|接着|第[二三四五]次)?"
    r".{0,4}(?:又|再|还)(?:在[^,，。]{0,6})?(?:要|得|是|给|跑|住|去)?(?:了)?(?:去|看|住|花|做|跑|挂|来|开|复查|复诊|拿)"
    r"|还有(?:一)?(?:张|笔|次|回|趟|个)"
)
VISITS = ("calculate_outpatient", "calculate_inpatient", "calculate_serious_illness")
"""Calculations in which another visit goes on where the last one ended."""


def means_calculation(text: str, entities: Sequence[Entity]) -> bool:
    """Whether a message corrects or changes the last calculation, whatever topic its words sound like.

    搞错了，不是门诊是住院 and 那要是住院呢 are about the bill that was just worked out, not about inpatient rates.
    """
    tells = any(
        entity["entity"] in ("city", "denied", "amount", "number", "ordinal", "years", "deductible")
        for entity in entities
    )
    if not (tells or read_facts(entities)):
        return False
    if is_correction(text) and not is_question(text):
        return True
    begins = re.match(r"^(?:那|那么|要是|如果|假如|假设|换成|换|改成|改)", text.strip())
    return bool(begins and len(text) <= 18 and not _ASKS_ELSE.search(text))


_ASKS_RULE = re.compile(r"怎么|咋|如何|什么|啥|哪|为啥|多久|电话|比例|规定")
_ADDED = ("outside", "covered", "used", "denied")


def adds_to_case(text: str, entities: Sequence[Entity], case: Mapping[str, Any]) -> bool:
    """Whether a message adds to the case that was just worked out, and asks nothing of a rule.

    里面自费两千, 起付线用过一百五, 不是八百是九百, 我家是低保.
    """
    if _ASKS_RULE.search(text):
        return False
    names = {entity["entity"] for entity in entities}
    if not is_question(text) and (names & {"status", "gate"} or (case.get("admission") and "ordinal" in names)):
        return True
    added = any(entity["entity"] == "amount" and entity.get("role") in _ADDED for entity in entities)
    corrected = bool(case.get("visits")) and is_correction(text)
    return added or corrected or (bool(case.get("counted")) and not is_question(text))


def _before(text: str, entity: Entity) -> str:
    return text[max(0, int(entity["start"]) - 8) : int(entity["start"])]


_SPENT_BEFORE = re.compile("(?:之前|此前|先前|前面|早先)(?:已经|一共|总共|累计)?(?:花|用|看)(?:了|过|掉)?$")


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


def is_another_bill(text: str, entities: Sequence[Entity]) -> bool:
    """Whether a message tells a bill with its kind of care (又住了一次院，二级，2100): a calculation of its own."""
    has_bill = any(
        entity["entity"] == "amount" and entity.get("role") in ("bill", "part", "covered") for entity in entities
    )
    has_care = any(entity["entity"] == "care" for entity in entities)
    return has_bill and has_care and not is_question(text)


def _other_kind(intent: str, entities: Sequence[Entity]) -> bool:
    """Whether a message tells of another kind of care than the one that was worked out."""
    cares = {entity["value"] for entity in entities if entity["entity"] == "care"}
    inpatient = "inpatient" in cares
    return bool(cares) and inpatient is not (intent in ("calculate_inpatient", "calculate_serious_illness"))


def is_next_visit(text: str, entities: Sequence[Entity], case: Mapping[str, Any], state: CalculationState) -> bool:
    """Whether a message tells of another visit after the one that was worked out (下个月又去了一次560)."""
    worked_out = bool(_spent(state)) and state.asking is None and state.intent in VISITS
    facts = stated_in_talk(entities, case)
    if _other_kind(state.intent, entities):
        return False
    known = int(Decimal(str(state.facts.get("admission", "1"))))
    later = state.intent == "calculate_inpatient" and int(Decimal(str(facts.get("admission", "0")))) > known
    told = visits.amounts(facts.get("visits", [])) or facts.get("own")
    return worked_out and bool(told) and bool(later or _NEXT.search(text))


MAIN_AMOUNT = {
    "calculate_serious_illness": "own",
    "calculate_clawback": "fund_paid",
    "calculate_remaining_deductible": "counted",
}
"""Calculations that are about one figure and not about visits -> its fact."""


def _spent(state: CalculationState) -> List[str]:
    """What the case is about in yuan: its bills, for a serious illness what the student bore."""
    figure = state.facts.get(MAIN_AMOUNT.get(state.intent, ""))
    return [str(figure)] if figure else state.amounts


def with_main_amount(state: CalculationState, value: str) -> Dict[str, Any]:
    """The facts of a case with another last bill, or another figure that the calculation is about."""
    name = MAIN_AMOUNT.get(state.intent, "")
    if state.facts.get(name):
        return {**state.facts, name: value}
    return {**state.facts, "visits": visits.with_last_bill(state.visits, value)} if state.amounts else dict(state.facts)


def difference(text: str, entities: Sequence[Entity], state: CalculationState) -> Optional[str]:
    """The main amount of the case after 再多五千 or 少两千, None when the message names no difference."""
    return changed_amount(text, entities, _spent(state))


def next_visit(state: CalculationState, facts: Mapping[str, Any]) -> Dict[str, Any]:
    """The facts of the year that goes on: what was spent counts towards the deductible, a stay is one more stay.

    Where it is not known what was spent before the first visit, both visits are worked out together.
    """
    known, told = dict(state.facts), list(facts.get("visits", []))
    if state.intent == "calculate_serious_illness":
        own = facts.get("own") or visits.amounts(told)[0]
        return {**known, **facts, "own": own, "burden_before": _sum(known.get("burden_before"), *_spent(state))}
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
