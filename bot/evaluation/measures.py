"""What comes of the sentences: understood, offered, wrong, declined; entities found; facts shown."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Sequence, Tuple

from bot.dialogue.answering import beside
from bot.dialogue.facts import read_facts
from bot.evaluation.sets import Question
from bot.knowledge.dialogues import load_dialogues
from bot.nlu.case.types import ASIDE
from bot.nlu.siblings import COMPARE_CITIES
from bot.settings import settings

FOREIGN = frozenset(
    {"out_of_scope", "out_of_scope_campus", "out_of_scope_insurance", "other_city_insurance", "medical_advice"}
)
OUTCOMES = ("right", "offered", "wrong offer", "declined", "beside", "wrong")
ENTITIES = ("city", "care", "level", "amount", "admission", "lapsed_years", "repaid_years", "counted", "status")
CITY_WORDS = {"shanghai": "上海", "lanzhou": "兰州"}


@dataclass
class Understanding:
    """Counts over a set of questions."""

    outcomes: Counter[str] = field(default_factory=Counter)
    confusions: Counter[Tuple[str, str]] = field(default_factory=Counter)
    """(wanted, got) of the wrong ones."""
    confidences: List[Tuple[float, bool]] = field(default_factory=list)
    """Confidence of each direct answer and whether it was right."""
    seconds: List[float] = field(default_factory=list)
    """Time of each parse."""

    @property
    def total(self) -> int:
        """Number of questions."""
        return sum(self.outcomes.values())

    def share(self, *names: str) -> float:
        """Share of the questions with one of the outcomes."""
        return sum(self.outcomes[name] for name in names) / self.total


def offered(parsed: Mapping[str, Any]) -> FrozenSet[str]:
    """The up to three intents that an offer shows."""
    return frozenset([entry["name"] for entry in parsed["intent_ranking"] if entry["name"] not in FOREIGN][:3])


@cache
def with_special_cases(accepted: FrozenSet[str]) -> FrozenSet[str]:
    """Intents that count, and the calculations without examples that a message on one of them becomes by its facts.

    大三的今年交多少 is a question on the premium; that the calculator answers it with the figure of his year is right.
    """
    dialogues = load_dialogues()
    special = {name for name, spec in dialogues.items() if not spec.trained and accepted & set(spec.rules)}
    if accepted & {"compare_places", *dialogues["compare_places"].rules}:
        special.add(COMPARE_CITIES)
    return accepted | special


def outcome(parsed: Mapping[str, Any], accepted: FrozenSet[str]) -> str:
    """right | offered | wrong offer | declined | beside | wrong

    beside: another topic was answered, and the right one is the button beside that answer.
    """
    accepted = with_special_cases(accepted)
    if parsed["route"] == "offer":
        return "offered" if offered(parsed) & accepted else "wrong offer"
    if parsed["route"] == "several":
        return "right" if accepted & {question["intent"] for question in parsed["questions"]} else "wrong"
    intent = parsed["intent"]["name"]
    if intent in accepted:
        return "right"
    if intent in FOREIGN:
        return "declined"
    return "beside" if accepted & set(beside(parsed["intent"]["name"], parsed["intent_ranking"])) else "wrong"


async def understand(assistant: Any, questions: Sequence[Question]) -> Understanding:
    """Parse every question and count what came of it."""
    found = Understanding()
    for question in questions:
        began = time.perf_counter()
        parsed = await assistant.parse(question.text)
        found.seconds.append(time.perf_counter() - began)
        result = outcome(parsed, question.accepted)
        found.outcomes[result] += 1
        if parsed["route"] == "answer":
            found.confidences.append((parsed["intent"]["confidence"], result == "right"))
        if result in ("wrong", "beside"):
            wanted = "/".join(sorted(question.accepted - {"inform"}))
            found.confusions[wanted, parsed["intent"]["name"]] += 1
    return found


@dataclass(frozen=True)
class Acceptance:
    """Of sentences that are not ours: how many, how many answered as if they were, how many met with an offer."""

    total: int
    answered: int
    offered: int

    @property
    def share(self) -> float:
        """Share that was answered."""
        return self.answered / self.total


async def accept(assistant: Any, kinds: Mapping[str, Sequence[str]]) -> Dict[str, Acceptance]:
    """What becomes of sentences that are not ours, by kind."""
    shares = {}
    for kind, lines in kinds.items():
        parsed = [await assistant.parse(line) for line in lines]
        taken = sum(
            p["route"] in ("answer", "inform", "several") and p["intent"]["name"] not in FOREIGN for p in parsed
        )
        shares[kind] = Acceptance(len(lines), taken, sum(p["route"] == "offer" for p in parsed))
    return shares


async def catch_urgent(assistant: Any, kinds: Mapping[str, Sequence[str]]) -> Dict[str, Tuple[int, int]]:
    """Kind -> (sentences taken as urgent, all)."""
    caught = {}
    for kind, lines in kinds.items():
        routes = [(await assistant.parse(line))["route"] for line in lines]
        caught[kind] = (routes.count("urgent"), len(routes))
    return caught


@dataclass
class EntityFigures:
    """Entity values over a set of sentences."""

    expected: int = 0
    found: int = 0
    extra: int = 0
    sentences: int = 0
    exact: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    """Sentences at fault by entity."""

    @property
    def share(self) -> float:
        """Share of the expected values that were found."""
        return self.found / self.expected


def in_one_form(value: object) -> str:
    """Numbers without their zeros, so that 200 and 200.00 are the same; anything else as it is."""
    text = str(value)
    return f"{Decimal(text).normalize():f}" if re.fullmatch(r"\d+(\.\d+)?", text) else text


def values_of(parsed: Mapping[str, Any], name: str) -> List[str]:
    """What a parsed message states, by the names of the sets of sentences; only amounts may repeat.

    amount: bills, or their covered parts, and own shares in yuan, as stated (每次一百二 once), with those whose role is open.
    admission: which stay of the year; how many visits to outpatients came before is no admission. date: the day that the
    message is about. calendar_year: a year that is asked about; one in which nothing was paid is among lapsed_years.
    """
    if name == "amount":
        return _amounts(parsed)
    values = (
        _OF_CASE[name](parsed) if name in _OF_CASE else [e["value"] for e in parsed["entities"] if e["entity"] == name]
    )
    return list(dict.fromkeys(in_one_form(value) for value in values if value is not None))


def _told(name: str) -> Callable[[Mapping[str, Any]], List[Any]]:
    return lambda parsed: [parsed.get("case", {}).get(name)]


def _admission(parsed: Mapping[str, Any]) -> List[Any]:
    visits = parsed.get("case", {}).get("visits", [])
    outside = bool(visits) and all(visit.get("care") in ("outpatient", "emergency") for visit in visits)
    return [] if outside else _told("admission")(parsed)


def _day(parsed: Mapping[str, Any]) -> List[Any]:
    return [read_facts(parsed["entities"], parsed.get("case")).get("date")]


def _calendar_year(parsed: Mapping[str, Any]) -> List[Any]:
    """Years that are asked about; beside a gap those up to today's are years of the gap."""
    years = [e["value"] for e in parsed["entities"] if e["entity"] == "year" and e.get("role") == "calendar"]
    if not {"lapsed_years", "repaid_years"} & set(parsed.get("case", {})):
        return years
    return [year for year in years if int(year) > settings().today().year]


_OF_CASE: Mapping[str, Callable[[Mapping[str, Any]], List[Any]]] = {
    **{name: _told(name) for name in ("lapsed_years", "repaid_years", "counted")},
    **{"admission": _admission, "date": _day, "calendar_year": _calendar_year},
}


def _amounts(parsed: Mapping[str, Any]) -> List[str]:
    """The amounts of the case that the message names, in its order."""
    places: Dict[str, List[int]] = {}
    for entity in parsed["entities"]:
        if entity["entity"] == "amount":
            places.setdefault(in_one_form(entity["value"]), []).append(entity["start"])
    case = parsed.get("case", {})
    counted = [in_one_form(amount) for visit in case.get("visits", []) for amount in _of_visit(visit, places)]
    counted += [in_one_form(case["own"])] if case.get("own") and not counted else []
    counted += [in_one_form(doubt["value"]) for doubt in case.get("doubts", []) if doubt["candidates"][0] != ASIDE]
    # one amount that stands for each of several visits is one amount of the message
    named = [
        amount
        for amount in dict.fromkeys(counted)
        for _ in range(min(counted.count(amount), len(places.get(amount, "1"))))
    ]
    return sorted(named, key=lambda amount: places.get(amount, [0])[0])


def _of_visit(visit: Mapping[str, Any], named: Mapping[str, Any]) -> List[str]:
    """Yuan of a visit: its covered part, else its bill, or the items that a bill was added up from."""
    bill, before = visit.get("bill"), [visit["emergency"]] if visit.get("emergency") else []
    if visit.get("covered"):
        return [*before, visit["covered"]]
    if bill and in_one_form(bill) not in named and visit.get("parts"):
        return [*before, *visit["parts"]]
    return [*before, bill] if bill else before


async def find_entities(
    assistant: Any, cases: Sequence[Mapping[str, Any]], names: Sequence[str] = ENTITIES
) -> EntityFigures:
    """Compare what each sentence is found to state with what it states."""
    figures = EntityFigures()
    for case in cases:
        parsed = await assistant.parse(case["text"])
        good = True
        for name in names:
            expected, got = Counter(stated(case["entities"], name)), Counter(values_of(parsed, name))
            hits = sum((expected & got).values())
            figures.expected += sum(expected.values())
            figures.found += hits
            figures.extra += sum(got.values()) - hits
            figures.faults[name] += expected != got
            good &= expected == got
        figures.sentences += 1
        figures.exact += good
    return figures


def stated(entities: Mapping[str, Any], name: str) -> List[str]:
    """What a sentence of a set states by its author, one value or a list of them."""
    wanted = entities.get(name, [])
    return [in_one_form(value) for value in (wanted if isinstance(wanted, list) else [wanted])]


FACT_OUTCOMES = ("shown", "shown in details", "topic answered", "offered", "not reached")


async def reach_facts(assistant: Any, facts: Sequence[Tuple[str, Mapping[str, Any]]]) -> Counter[str]:
    """Ask every question of the inventory in a talk of its own and see whether the fact is said.

    shown: the reply says it; shown in details: 说详细一点 does; topic answered: the topic answers, the fact belongs to
    another cohort; offered: the topic or its calculation is among the buttons; not reached: none of these.
    """
    from bot.knowledge.base import knowledge

    counts: Counter[str] = Counter()
    for number, (city, fact) in enumerate(facts):
        title = knowledge().title(fact["topic"], city)
        for index, question in enumerate(fact["questions"]):
            sender = f"inventory-{number}-{index}"
            await assistant.turn(CITY_WORDS[city], sender, "evaluation")
            counts[await _reached(assistant, sender, question, fact, title)] += 1
    return counts


async def _reached(assistant: Any, sender: str, question: str, fact: Mapping[str, Any], title: Any) -> str:
    reply = (await assistant.turn(question, sender, "evaluation")).messages[0]
    if all(part in reply["text"] for part in fact["shows"]):
        return "shown"
    buttons = [button["title"] for button in reply.get("buttons", [])]
    if "说详细一点" in buttons:
        details = (await assistant.turn("说详细一点", sender, "evaluation")).messages[0]["text"]
        if all(part in details for part in fact["shows"]):
            return "shown in details"
    card = (reply.get("custom") or {}).get("card") or {}
    if card.get("kind") == "answer" and card["data"]["topic"] == fact["topic"]:
        return "topic answered"
    return "offered" if title in buttons else "not reached"
