"""How much of the documents the knowledge answers: facts of the inventory, topics, citations."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

import yaml

from bot.knowledge.base import Knowledge
from bot.knowledge.topics import CITIES, CITY_NAMES


class Statement(NamedTuple):
    """One statement of an answer and where it stands."""

    text: str
    document: str
    lines: Tuple[int, int]


class DocumentCoverage(NamedTuple):
    """What the inventory holds of one document."""

    document: str
    title: str
    facts: int
    questions: int
    topics: int


@lru_cache(maxsize=2)
def load_inventory(root: Path) -> Dict[str, List[Mapping[str, Any]]]:
    """Document id -> its facts, as they stand in knowledge/inventory/<document>.yml."""
    files = (path for path in sorted((root / "inventory").glob("*.yml")) if path.stem != "ignored")
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in files}


def statements(
    known: Knowledge,
    inventory: Mapping[str, List[Mapping[str, Any]]],
    city: str,
    topic: str,
    cohort: Optional[str] = None,
) -> List[Statement]:
    """What a topic says, statement by statement, each with the lines that it rests on.

    Statements for one cohort only are left out for others.
    """
    return [
        Statement(fact["fact"], document, (fact["lines"][0], fact["lines"][1]))
        for document, facts in inventory.items()
        if known.book.documents[document].city == city
        for fact in facts
        if fact["topic"] == topic and fact.get("cohort") in (None, cohort)
    ]


def document_coverage(known: Knowledge, inventory: Mapping[str, List[Mapping[str, Any]]]) -> List[DocumentCoverage]:
    """One row a document, in the order of the inventory."""
    return [
        DocumentCoverage(
            document=name,
            title=known.book.documents[name].title,
            facts=len(facts),
            questions=sum(len(fact["questions"]) for fact in facts),
            topics=len({fact["topic"] for fact in facts}),
        )
        for name, facts in inventory.items()
    ]


def facts_by_topic(known: Knowledge, inventory: Mapping[str, List[Mapping[str, Any]]]) -> Dict[str, Counter[str]]:
    """City -> topic -> number of facts; topics without a fact stand with 0."""
    counts: Dict[str, Counter[str]] = {city: Counter({topic: 0 for topic in known.topics[city]}) for city in CITIES}
    for name, facts in inventory.items():
        counts[known.book.documents[name].city].update(fact["topic"] for fact in facts)
    return counts


def report(known: Knowledge, inventory: Mapping[str, List[Mapping[str, Any]]]) -> List[str]:
    """The coverage as lines of text."""
    lines = ["document          facts  questions  topics  title"]
    for row in document_coverage(known, inventory):
        lines.append(f"{row.document:<17} {row.facts:>5}  {row.questions:>9}  {row.topics:>6}  {row.title}")
    for city, counts in facts_by_topic(known, inventory).items():
        citations = sum(len(topic.citations) for topic in known.topics[city].values())
        bare = sorted(topic for topic, count in counts.items() if count == 0)
        lines.append(
            f"{CITY_NAMES[city]}: {len(known.topics[city])} topics, {citations} citations, {sum(counts.values())} facts; "
            + (f"topics without a fact: {', '.join(bare)}" if bare else "every topic has a fact")
        )
    lines.append(f"{sum(len(facts) for facts in inventory.values())} facts in all")
    return lines
