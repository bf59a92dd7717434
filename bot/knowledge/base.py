"""The knowledge base: topic, city, cohort and day in, answer with citations out. Reads no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Literal, Mapping, Optional, Tuple

from bot.knowledge.book import load_book
from bot.knowledge.figures import fill
from bot.knowledge.topics import CITIES, Table, Topic, load_topics
from bot.policy.book import Citation, PolicyBook
from bot.settings import KNOWLEDGE

_ALL = {"shanghai": "sh.all", "lanzhou": "lz.all"}


@dataclass(frozen=True)
class Situation:
    """What is known of the student when a question is answered."""

    today: date
    city: Optional[str] = None
    """shanghai | lanzhou | None (not known)."""
    cohort: Optional[str] = None
    """A cohort of the knowledge, such as sh.fresh2025; None means any student of the city."""


@dataclass(frozen=True)
class CityAnswer:
    """The answer for one city, figures filled in."""

    city: str
    title: str
    short: str
    full: Optional[str]
    steps: Tuple[str, ...]
    table: Optional[Table]
    citations: Tuple[Citation, ...]
    conflicts: Tuple[str, ...]
    """Sentences on documents that disagree."""
    lapsed_year: Optional[int]
    """The year that the answer holds for when today is later, else None."""
    next: Tuple[Tuple[str, str], ...]
    """(id, title) of topics to suggest."""


@dataclass(frozen=True)
class Answer:
    """What the knowledge has on a topic in a situation."""

    status: Literal["answered", "both_cities", "silent", "unknown_topic"]
    """silent: the documents of the student's city say nothing on it."""
    topic: str
    title: str
    cities: Tuple[CityAnswer, ...] = ()


class Knowledge:
    """Everything that stands in knowledge/, loaded and cross-checked."""

    def __init__(self, book: PolicyBook, topics: Mapping[str, Mapping[str, Topic]]) -> None:
        self.book = book
        self.topics = topics

    @property
    def topic_ids(self) -> List[str]:
        """Every topic id of any city, sorted."""
        return sorted({topic_id for known in self.topics.values() for topic_id in known})

    def title(self, topic_id: str, city: Optional[str] = None) -> Optional[str]:
        """Human title of a topic, the city's own where it has one; None for an unknown topic."""
        for name in (city, *CITIES):
            if name and topic_id in self.topics.get(name, {}):
                return self.topics[name][topic_id].title
        return None

    def titles(self) -> Dict[str, List[str]]:
        """All titles of every topic: id -> titles of the cities."""
        return {
            topic_id: sorted({self.topics[city][topic_id].title for city in CITIES if topic_id in self.topics[city]})
            for topic_id in self.topic_ids
        }

    def answer(self, topic_id: str, situation: Situation) -> Answer:
        """The answer to a topic; with the city unknown, the answers of all cities that have one."""
        title = self.title(topic_id, situation.city)
        if title is None:
            return Answer("unknown_topic", topic_id, topic_id)
        having = [city for city in CITIES if topic_id in self.topics[city]]
        if situation.city is None:
            answers = tuple(self._city_answer(city, topic_id, situation) for city in having)
            return Answer("both_cities", topic_id, title, answers)
        if situation.city not in having:
            return Answer("silent", topic_id, title)
        return Answer("answered", topic_id, title, (self._city_answer(situation.city, topic_id, situation),))

    def _city_answer(self, city: str, topic_id: str, situation: Situation) -> CityAnswer:
        topic = self.topics[city][topic_id]
        own_cohort = situation.cohort if situation.cohort and situation.cohort.startswith(_ALL[city][:3]) else None
        variant = topic.variant(own_cohort)
        valid = variant.valid or topic.valid
        on = min(max(situation.today, valid.first), valid.last)

        def filled(text: str) -> str:
            return fill(text, self.book, cohort=own_cohort or _ALL[city], on=on, today=situation.today)

        return CityAnswer(
            city=city,
            title=topic.title,
            short=filled(variant.short or topic.short),
            full=filled(variant.full) if variant.full else None,
            steps=tuple(filled(step) for step in variant.steps),
            table=variant.table.filled(filled) if variant.table else None,
            citations=variant.citations,
            conflicts=tuple(self.book.conflicts[name].say for name in variant.conflicts or ()),
            lapsed_year=valid.last.year if situation.today > valid.last else None,
            next=tuple((other, self.topics[city][other].title) for other in topic.next),
        )


@lru_cache(maxsize=1)
def knowledge(root: Path = KNOWLEDGE) -> Knowledge:
    """The knowledge of this process.

    Raises KnowledgeError with every fault when the files are not in order.
    """
    return Knowledge(load_book(root), load_topics(root))
