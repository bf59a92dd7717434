"""The facts of a calculation in a conversation: gathered from messages, kept as plain data, turned into inputs. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from pydantic import BaseModel, Extra

from bot.dialogue import visits
from bot.dialogue.choosing import choose, is_yes_no
from bot.knowledge.dialogues import CityDialogue, Converted, Dialogue, level_names
from bot.policy.catalogue import CALCULATIONS
from bot.policy.parameters import COHORT_TITLES

Entity = Mapping[str, Any]
NO = "no"
"""A fact that is denied (不是透析)."""
SMALLEST_BILL = 20
"""Yuan; smaller bare numbers are ordinals, days, choices."""
WORDS = ("status", "care", "cohort", "dialysis", "disease")
"""Facts that words of the vocabulary state; the last one counts."""
OF_CASE = ("visits", "counted", "own", "fund_paid", "aside", "doubts", "alternatives", "care_open", "remaining")
"""What a message's case gives under the same name."""
GATES = ("waiting", "third_party", "insured_elsewhere")
"""Circumstances under which nothing, or nothing certain, is paid: inputs of every calculation of a payment."""
_GATE_FACTS: Mapping[str, Mapping[str, bool]] = {"unfiled": {"filed": False}, "unrecognised": {"recognised": False}}
"""Words of the vocabulary that deny a field of a calculation."""
BUILT_IN = (
    *WORDS,
    *OF_CASE,
    *GATES,
    "level",
    "amount",
    "admission",
    "lapsed_years",
    "repaid_years",
    "years",
    "date",
    "calendar_year",
)
"""Facts that are not named after a field of a calculation."""
_NEVER = re.compile(r"没(?:有)?(?:断|停|漏)过?|从来?没|一直(?:都|在)?(?:交|参|有)")
_QUESTION = re.compile(r"[?？]|吗|怎么|多少|什么|哪|几成|如何|能不能|可不可以|要不要|是不是|为啥|为什么")


class Asking(BaseModel):
    """The open question of a calculation."""

    fact: str
    text: str
    choices: List[Dict[str, Any]] = []
    """value and title of each choice."""
    row: Optional[int] = None
    """The visit that is asked about, None when the question is about no visit."""
    times: int = 0
    """How often it was put without an answer."""

    class Config:
        extra = Extra.forbid


class CalculationState(BaseModel):
    """What a conversation knows of the calculation it is about. Kept in a slot as plain data."""

    intent: str
    facts: Dict[str, Any] = {}
    """visits is a list (bot/dialogue/visits.py), aside and doubts are lists, the others single values."""
    asking: Optional[Asking] = None
    before: Dict[str, str] = {}
    """Sums in yuan of the visits that were worked out before this one: fund, own."""
    city: Optional[str] = None
    """Where the person is insured whose case it is, kept while another one is spoken of."""
    outputs: Dict[str, str] = {}
    """Sums of the last result, in yuan: a later stay of the year goes on from them."""

    class Config:
        extra = Extra.forbid

    @property
    def visits(self) -> List[Dict[str, Any]]:
        """The visits of the case."""
        return list(self.facts.get("visits", []))

    @property
    def amounts(self) -> List[str]:
        """What each visit cost, in yuan."""
        return visits.amounts(self.visits)


def read_facts(entities: Sequence[Entity], case: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
    """The facts that a message states, by name: words of the vocabulary, dates and years by role, and its case."""
    facts: Dict[str, Any] = {}
    for entity in entities:
        name, value, role = entity["entity"], str(entity["value"]), entity.get("role") or ""
        if name in WORDS:
            facts[name] = value
        elif name == "gate":
            facts.update(_GATE_FACTS.get(value, {value: True}))
        elif name == "date" and role != "denied":
            facts.setdefault("dates", {})[role or "other"] = value
        elif name == "year" and role == "calendar":
            facts["calendar_year"] = value
        elif name in ("number", "years") and entity.get("unit") == "year" and role != "repaid":
            facts["years"] = value
    told = dict(case or {})
    for name in OF_CASE:
        if told.get(name):
            facts[name] = told[name]
    if told.get("admission"):
        facts["admission"] = str(told["admission"])
    for name in ("lapsed_years", "repaid_years"):
        if told.get(name) is not None:
            facts[name] = str(told[name])
    if "lapsed_years" in facts:
        facts.pop("years", None)
    if told.get("lapsed_years_high"):
        facts["lapsed_years_high"] = str(told["lapsed_years_high"])
    if "dates" in facts:
        facts["date"] = _meant_day(facts["dates"])
    grades = [str(entity["value"]) for entity in entities if entity["entity"] == "level"]
    if grades and not facts.get("visits"):
        facts["visits"] = [{"level": grade} for grade in grades]
    if denied(entities, "dialysis") or (facts.get("disease") in ("chronic", "other") and "dialysis" not in facts):
        # a named disease that is no kidney failure needs no dialysis
        facts["dialysis"] = NO
    if facts.get("disease") == "chronic":
        del facts["disease"]
    return facts


def _meant_day(dates: Mapping[str, str]) -> str:
    """The day that a message is about: of the receipt, of the treatment, of the enrolment; today only when nothing else is told."""
    order = ("receipt", "care", "enrol", "other", "today")
    return next((dates[role] for role in order if role in dates), next(iter(dates.values())))


_NO_ANSWER_ROLES = ("denied", "excluded", "phone")
_NO_ANSWER_WHEN_SURE = ("premium", "wealth")
SURE_ROLE = 0.8
"""Confidence from which a role alone keeps a number from answering a question."""


def _answers(entity: Entity) -> bool:
    """Whether a number can answer a question: a short answer tells little of its role, so an unsure one is not held against it."""
    role = entity.get("role")
    if role in _NO_ANSWER_WHEN_SURE:
        return float(entity.get("confidence_role", 1.0)) < SURE_ROLE
    return role not in _NO_ANSWER_ROLES


def _numbers(entities: Sequence[Entity]) -> List[str]:
    """The numbers of a message that can answer a question for one, whatever role they would have elsewhere."""
    names = ("number", "amount", "count", "ordinal", "years", "days")
    return [
        str(entity["value"])
        for entity in entities
        if entity["entity"] in names and entity["value"] and _answers(entity)
    ]


def denied(entities: Sequence[Entity], fact: str) -> bool:
    """Whether a message denies a fact (不是透析)."""
    return any(e["entity"] == "denied" and str(e["value"]).startswith(f"{fact}=") for e in entities)


def chosen_in(asking: Asking, text: str, entities: Sequence[Entity], yes_no: Optional[bool]) -> Any:
    """The value that a message picks among the choices of the open question, None when it picks none."""
    if not asking.choices:
        return None
    if is_yes_no(asking.choices) and denied(entities, asking.fact):
        return False
    return choose(
        asking.choices,
        text,
        [str(e["value"]) for e in entities if e["entity"] in ("number", "amount") and not e.get("unit")],
        yes_no,
    )


def answer_to(
    asking: Asking,
    text: str,
    entities: Sequence[Entity],
    yes_no: Optional[bool],
    case: Optional[Mapping[str, Any]] = None,
    known: Sequence[Dict[str, Any]] = (),
) -> Dict[str, Any]:
    """The facts that a message gives in answer to the open question; empty when it does not answer it.

    `known`: the visits of the case before the message.
    """
    facts, numbers = read_facts(entities, case), _numbers(entities)
    chosen = chosen_in(asking, text, entities, yes_no)
    exact = any(choice["title"] == text.strip() for choice in asking.choices)
    if asking.fact == "level":
        answer = _level_answer(asking, facts, None if chosen is None else str(chosen), known, exact=exact)
        if answer is not None:
            return answer
    if asking.fact == "amount":
        return _amount_answer(asking, facts, numbers, known)
    if asking.fact in facts and not exact:
        return facts
    if chosen is not None:
        return {**facts, asking.fact: chosen}
    if asking.choices:
        # 8000 while the level is asked for: the amount is kept, the level asked for again
        bills = [number for number in numbers if Decimal(number) >= SMALLEST_BILL]
        known_amount = visits.amounts(facts.get("visits", []))
        return (
            facts if known_amount or not bills else {**facts, "visits": visits.with_bill(known, _cents(bills[0]), None)}
        )
    return _open_answer(asking, text, facts, numbers)


def _level_answer(
    asking: Asking, facts: Dict[str, Any], chosen: Optional[str], known: Sequence[Dict[str, Any]], *, exact: bool
) -> Optional[Dict[str, Any]]:
    """The facts with the grade that was asked for, of the visit that was asked about; None when the message names none."""
    told = facts.get("visits", [])
    named = visits.levels(told)
    if chosen is not None and (exact or not named):
        grade = chosen
    elif len(named) == 1 and not visits.amounts(told):
        grade = named[0]
    else:
        return facts if named else None
    priced = [visit for visit in told if visits.has_amount(visit)]
    return {**facts, "visits": visits.with_level(visits.merged(known, priced), grade, asking.row)}


def _without(entries: Sequence[Any], value: str) -> List[Any]:
    """What is set aside or in doubt without the amount that was taken."""
    return [entry for entry in entries if Decimal(str(entry["value"])) != Decimal(value)]


def taken(facts: Mapping[str, Any], value: str, *names: str) -> Dict[str, Any]:
    """The facts without some names, and without one amount among what is set aside and in doubt."""
    kept = {name: told for name, told in facts.items() if name not in names}
    for name in ("aside", "doubts"):
        if kept.get(name):
            kept[name] = _without(kept[name], value)
    return kept


def _cents(number: str) -> str:
    return f"{Decimal(number):.2f}"


def _amount_answer(
    asking: Asking, facts: Dict[str, Any], numbers: Sequence[str], known: Sequence[Dict[str, Any]]
) -> Dict[str, Any]:
    """What was asked for is the bill: the only number of the answer is it, whatever it would be elsewhere."""
    if visits.amounts(facts.get("visits", [])) or not numbers:
        return facts
    told = visits.merged(known, facts.get("visits", []))
    rest = taken(facts, numbers[0], "own")
    return {**rest, "visits": visits.with_bill(told, _cents(numbers[0]), asking.row)}


def _open_answer(asking: Asking, text: str, facts: Dict[str, Any], numbers: Sequence[str]) -> Dict[str, Any]:
    """The answer to a question without choices: years, a day, an amount under the question's own name."""
    fact = asking.fact
    if fact.endswith("years") and _NEVER.search(text):
        return {**facts, fact: 0}
    # what answers the question under its own name is no fact of its general kind besides
    if "years" in facts and fact.endswith("years"):
        return {fact: int(Decimal(facts.pop("years"))), **facts}
    if "calendar_year" in facts and fact.endswith("year"):
        return {fact: int(facts.pop("calendar_year")), **facts}
    if "date" in facts and not numbers:
        return {fact: facts.pop("date"), **facts}
    told = visits.amounts(facts.get("visits", []))
    if told and not fact.endswith(("years", "months")):
        return {fact: told[0], **taken(facts, told[0], "visits")}
    if numbers:
        rest = taken(facts, numbers[-1], "own", "counted")
        value = int(Decimal(numbers[-1])) if fact.endswith(("years", "months")) else numbers[-1]
        return {**rest, fact: value}
    if "date" in facts:
        return {fact: facts.pop("date"), **facts}
    return facts


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
    if not cares and any(entity["entity"] == "level" and entity["value"] == "campus" for entity in entities):
        # nobody stays at the campus clinic
        meant = {name for name, spec in with_care.items() if "outpatient" in spec.care}
    return meant.pop() if len(meant) == 1 else intent


COUNTED_WORDS = {"none": "0"}
"""What 起付线还没用 means; 用完了 (`full`) means the deductible itself, which only the policy book knows."""


_PARTIAL_DAY = re.compile(r"(?:---?\d\d(?:-\d\d)?|20\d\d-\d\d|last-\d\d(?:-\d\d)?|rel-\d)$")


def _day(value: str, today: date) -> str:
    """An ISO day from a date as written: 2025-03-15, --03-15 (of this year), ---15 (of this month), 2025-03, last-12-03."""
    if value.startswith("rel-"):
        return (today - timedelta(days=int(value[4:]))).isoformat()
    if value.startswith("last-"):
        return _day(f"{today.year - 1}-{value[5:]}", today)
    if value.startswith("---"):
        return f"{today.year}-{today.month:02d}-{value[3:]}"
    if value.startswith("--"):
        rest = value[2:]
        return f"{today.year}-{rest}" if "-" in rest else f"{today.year}-{rest}-01"
    return value if value.count("-") == 2 else f"{value}-01"


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
    "premium_status": lambda value, _: value if value in ("dibao", "severe_disability") else "none",
    "shanghai_cohort": lambda value, _: _of_shanghai(value),
    "simple_care": lambda value, _: "inpatient" if value in ("inpatient", "observation") else "outpatient",
    "stays_before": lambda value, _: max(int(Decimal(value)) - 1, 0),
    "visit_care": lambda value, _: value if value == "emergency" else "outpatient",
    "whole": lambda value, _: int(Decimal(value)),
    "year": lambda value, _: int(value),
}


def _value(fact: str, value: Any, city: str) -> Any:
    return level_names(city).get(str(value), value) if fact == "level" else value


def _rows(spec: CityDialogue, facts: Mapping[str, Any], city: str) -> List[Dict[str, Any]]:
    """One row for each visit; the first is there even when nothing is known of it."""
    assert spec.rows is not None
    rows: List[Dict[str, Any]] = []
    for visit in facts.get("visits") or [{}]:
        row: Dict[str, Any] = {}
        for field, fact in spec.rows.fields_.items():
            if fact == "amount":
                row.update(visits.bill_fields(visit))
            elif fact == "emergency_before":
                row.update({field: visit["emergency"]} if visit.get("emergency") else {})
            elif visit.get(fact):
                row[field] = _value(fact, visit[fact], city)
        rows.append(row)
    return rows


def _single(name: str, facts: Mapping[str, Any]) -> Any:
    """A fact that a flat calculation takes: of the visits the first, of an own share what is told as such."""
    told = facts.get("visits") or []
    if name == "level":
        return next(iter(visits.levels(told)), None)
    if name == "own":
        return facts.get("own")
    if name == "fund_paid":
        return facts.get("fund_paid") or next(iter(visits.amounts(told)), None)
    return facts.get(name)


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
        if name == "amount":
            told = facts.get("visits") or [{}]
            amounts = visits.bill_fields(visits.together(told))
            # a calculation with a field of another name takes the one figure
            inputs.update(amounts if field == "eligible" else {field: next(iter(amounts.values()))} if amounts else {})
            continue
        value = _single(name, facts)
        if isinstance(source, Converted) and value is not None and not isinstance(value, bool):
            value = _CONVERSIONS[source.as_](value, today)
        if value is None:
            continue
        inputs[field] = _value(name, value, city)
    assert spec.calculation is not None
    taken = CALCULATIONS[spec.calculation].model.__fields__
    inputs.update({gate: True for gate in GATES if facts.get(gate) and gate in taken})
    for name in spec.asked_fields():
        if name in facts and name not in BUILT_IN:
            value = facts[name]
            inputs[name] = _day(value, today) if isinstance(value, str) and _PARTIAL_DAY.match(value) else value
    return inputs
