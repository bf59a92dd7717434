"""The facts of a calculation in a conversation: gathered from messages, kept as plain data, turned into inputs. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from pydantic import BaseModel, Extra

from bot.dialogue.choosing import choose, is_yes_no
from bot.knowledge.dialogues import CityDialogue, Converted, Dialogue, level_names
from bot.policy.parameters import COHORT_TITLES

Entity = Mapping[str, Any]
NO = "no"
"""A fact that is denied (不是透析)."""
SMALLEST_BILL = 20
"""Yuan; smaller bare numbers are ordinals, days, choices."""
FACT_ENTITIES = (
    "level",
    "amount",
    "counted",
    "emergency_before",
    "admission",
    "lapsed_years",
    "repaid_years",
    "years",
    "status",
    "care",
    "cohort",
    "date",
    "calendar_year",
    "dialysis",
)
_NEVER = re.compile(r"没(?:有)?(?:断|停|漏)过?|从来?没|一直(?:都|在)?(?:交|参|有)")
_CORRECTION = re.compile(r"应该是|不对|口误|[看说搞打写记弄]错|错了|更正|改成|改为|不是.{1,8}(，|,)?是")
_QUESTION = re.compile(r"[?？]|吗|怎么|多少|什么|哪|几成|如何|能不能|可不可以|要不要|是不是|为啥|为什么")


class Asking(BaseModel):
    """The open question of a calculation."""

    fact: str
    text: str
    choices: List[Dict[str, Any]] = []
    """value and title of each choice."""
    times: int = 0
    """How often it was put without an answer."""

    class Config:
        extra = Extra.forbid


class CalculationState(BaseModel):
    """What a conversation knows of the calculation it is about. Kept in a slot as plain data."""

    intent: str
    facts: Dict[str, Any] = {}
    """amount and level are lists (one entry a bill), the others single values."""
    about: bool = False
    """Whether an amount was given as an order of size only."""
    asking: Optional[Asking] = None
    outputs: Dict[str, str] = {}
    """Sums of the last result, in yuan: a later stay of the year goes on from them."""

    class Config:
        extra = Extra.forbid


def _single(values: Sequence[str], name: str) -> Any:
    return list(values) if name in ("amount", "level", "emergency_before") else values[-1]


def read_facts(entities: Sequence[Entity]) -> Dict[str, Any]:
    """The facts that a message states, by name."""
    found: Dict[str, List[str]] = {}
    for entity in entities:
        if entity["entity"] in FACT_ENTITIES:
            found.setdefault(entity["entity"], []).append(str(entity["value"]))
    facts = {name: _single(values, name) for name, values in found.items()}
    return {**facts, "dialysis": NO} if denied(entities, "dialysis") else facts


def _numbers(entities: Sequence[Entity]) -> List[str]:
    return [str(entity["value"]) for entity in entities if entity["entity"] == "number"]


def denied(entities: Sequence[Entity], fact: str) -> bool:
    """Whether a message denies a fact (不是透析)."""
    return any(e["entity"] == "denied" and str(e["value"]).startswith(f"{fact}=") for e in entities)


def chosen_in(asking: Asking, text: str, entities: Sequence[Entity], yes_no: Optional[bool]) -> Any:
    """The value that a message picks among the choices of the open question, None when it picks none."""
    if not asking.choices:
        return None
    if is_yes_no(asking.choices) and denied(entities, asking.fact):
        return False
    return choose(asking.choices, text, _numbers(entities), yes_no)


def answer_to(asking: Asking, text: str, entities: Sequence[Entity], yes_no: Optional[bool]) -> Dict[str, Any]:
    """The facts that a message gives in answer to the open question; empty when it does not answer it."""
    facts, numbers = read_facts(entities), _numbers(entities)
    chosen = chosen_in(asking, text, entities, yes_no)
    exact = any(choice["title"] == text.strip() for choice in asking.choices)
    if asking.fact in facts and not exact:
        return facts
    if chosen is not None:
        return {**facts, asking.fact: [chosen] if asking.fact in ("amount", "level") else chosen}
    if asking.choices:
        # 8000 while the level is asked for: the amount is kept, the level asked for again
        bills = [f"{Decimal(number):.2f}" for number in numbers if Decimal(number) >= SMALLEST_BILL]
        return facts if "amount" in facts or not bills else {**facts, "amount": bills[:1]}
    if asking.fact.endswith("years") and _NEVER.search(text):
        return {**facts, asking.fact: 0}
    # what answers the question under its own name is no fact of its general kind besides
    if "years" in facts and asking.fact.endswith("years"):
        return {asking.fact: int(Decimal(facts.pop("years"))), **facts}
    if "calendar_year" in facts and asking.fact.endswith("year"):
        return {asking.fact: int(facts.pop("calendar_year")), **facts}
    if "date" in facts:
        return {asking.fact: facts.pop("date"), **facts}
    if "amount" in facts:
        return {asking.fact: facts.pop("amount")[0], **facts}
    if numbers:
        value = (
            int(Decimal(numbers[-1])) if asking.fact.endswith(("years", "months")) else _single(numbers, asking.fact)
        )
        return {**facts, asking.fact: value}
    return facts


def is_correction(text: str) -> bool:
    """Whether a message takes something back (看错了，应该是一万二)."""
    return bool(_CORRECTION.search(text))


def is_question(text: str) -> bool:
    """Whether a message asks something itself and so is hardly the answer to a question."""
    return bool(_QUESTION.search(text))


def dialogue_for(intent: str, entities: Sequence[Entity], dialogues: Mapping[str, Dialogue]) -> str:
    """The dialogue that a message means: a kind of care named in it outranks the classifier (住院 is never 门诊)."""
    cares = [entity["value"] for entity in entities if entity["entity"] == "care"]
    with_care = {name: spec for name, spec in dialogues.items() if spec.care}
    if intent in dialogues and intent not in with_care:
        return intent
    meant = {name for name, spec in with_care.items() for care in cares if care in spec.care}
    if "inpatient" in cares:
        return next(name for name, spec in with_care.items() if "inpatient" in spec.care)
    return meant.pop() if len(meant) == 1 else intent


COUNTED_WORDS = {"none": "0"}
"""What 起付线还没用 means; 用完了 (`full`) means the deductible itself, which only the policy book knows."""


_PARTIAL_DAY = re.compile(r"(?:(?:--|last-|this-)\d\d-\d\d|rel-\d)$")


def _sum(amounts: Sequence[str]) -> str:
    return amounts[0] if len(amounts) == 1 else f"{sum(map(Decimal, amounts)):.2f}"


def _day(value: str, today: date) -> str:
    """An ISO day from a date as written: 2025-03-15, --03-15 (no year said), last-12-03, this-03-15."""
    if value.startswith("rel-"):
        return (today - timedelta(days=int(value[4:]))).isoformat()
    if value.startswith("last-"):
        return f"{today.year - 1}-{value[5:]}"
    if value.startswith(("--", "this-")):
        return f"{today.year}-{value.removeprefix('--').removeprefix('this-')}"
    return value


def _of_shanghai(value: str) -> Optional[str]:
    """A student as Shanghai's documents tell them apart; None for one that they do not know (a graduate)."""
    cohort = value if value.startswith("sh.") else f"sh.{value}"
    return cohort if cohort in COHORT_TITLES else None


_STUDENTS = {"fresh2025": "fresh", "fresh2024": "continuing", "graduate": "graduate"}
_CONVERSIONS: Dict[str, Callable[[Any, date], Any]] = {
    "counted": lambda value, _: COUNTED_WORDS.get(value, value),
    "day": _day,
    "is_given": lambda value, _: value != NO,
    "lanzhou_student": lambda value, _: _STUDENTS.get(value, value),
    "low_income": lambda value, _: value in ("dibao", "low_income"),
    "shanghai_cohort": lambda value, _: _of_shanghai(value),
    "simple_care": lambda value, _: "inpatient" if value in ("inpatient", "observation") else "outpatient",
    "stays_before": lambda value, _: max(int(Decimal(value)) - 1, 0),
    "sum": lambda value, _: value,
    "visit_care": lambda value, _: value if value == "emergency" else "outpatient",
    "whole": lambda value, _: int(Decimal(value)),
    "year": lambda value, _: int(value),
}


def _value(fact: str, value: Any, city: str) -> Any:
    return level_names(city).get(str(value), value) if fact == "level" else value


def _rows(spec: CityDialogue, facts: Mapping[str, Any], city: str) -> List[Dict[str, Any]]:
    """One row for each amount; levels are paired with amounts, a single level holds for all."""
    assert spec.rows is not None
    lists = {fact: list(facts.get(fact, [])) for fact in spec.rows.fields_.values()}
    count = max([1, *(len(values) for values in lists.values() if values)])
    if len(lists.get("amount", [])) == 1:
        count = 1
    rows: List[Dict[str, Any]] = []
    for index in range(count):
        present = {field: lists[fact] for field, fact in spec.rows.fields_.items() if lists[fact]}
        rows.append(
            {
                field: _value(spec.rows.fields_[field], values[min(index, len(values) - 1)], city)
                for field, values in present.items()
            }
        )
    return rows


def build_inputs(spec: CityDialogue, facts: Mapping[str, Any], city: str, today: date) -> Dict[str, Any]:
    """The input of the city's calculation as far as the facts go.

    A fact that answers a question about a field without a source has the field's own name. Words that stand for figures
    of the book (起付线用完了) must be replaced before.
    """
    inputs: Dict[str, Any] = {}
    if spec.rows:
        inputs[spec.rows.name] = _rows(spec, facts, city)
    for field, source in spec.fields_.items():
        name = source.fact if isinstance(source, Converted) else source
        if name not in facts:
            continue
        value = facts[name]
        if isinstance(value, list):
            value = _sum(value) if isinstance(source, Converted) and source.as_ == "sum" else value[0]
        if isinstance(source, Converted) and not isinstance(value, bool):
            value = _CONVERSIONS[source.as_](value, today)
        if value is None:
            continue
        inputs[field] = _value(name, value, city)
    for name in spec.asked_fields():
        if name in facts and name not in FACT_ENTITIES:
            value = facts[name]
            inputs[name] = _day(value, today) if isinstance(value, str) and _PARTIAL_DAY.match(value) else value
    return inputs
