"""What comes of the sentences: understood, offered, wrong, declined; entities found; facts shown."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Dict, FrozenSet, List, Mapping, Sequence, Tuple

from actions.topic import beside
from bot.evaluation.sets import Question
from bot.knowledge.dialogues import load_dialogues
from bot.nlu.siblings import COMPARE_CITIES

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
        taken = sum(p["route"] in ("answer", "inform", "several") and p["intent"]["name"] not in FOREIGN for p in parsed)
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


def values_of(entities: Sequence[Mapping[str, Any]], name: str) -> List[str]:
    """The values of an entity in a message; only amounts may repeat."""
    values = [str(entity["value"]) for entity in entities if entity["entity"] == name]
    return values if name == "amount" else list(dict.fromkeys(values))


async def find_entities(
    assistant: Any, cases: Sequence[Mapping[str, Any]], names: Sequence[str] = ENTITIES
) -> EntityFigures:
    """Compare the entities of each sentence with what it states."""
    figures = EntityFigures()
    for case in cases:
        entities = (await assistant.parse(case["text"]))["entities"]
        good = True
        for name in names:
            wanted = case["entities"].get(name, [])
            expected = Counter(str(value) for value in (wanted if isinstance(wanted, list) else [wanted]))
            got = Counter(values_of(entities, name))
            hits = sum((expected & got).values())
            figures.expected += sum(expected.values())
            figures.found += hits
            figures.extra += sum(got.values()) - hits
            figures.faults[name] += expected != got
            good &= expected == got
        figures.sentences += 1
        figures.exact += good
    return figures


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
