"""Search behind the topics: BM25 over pairs of characters, for questions that the classifier does not place."""

from __future__ import annotations

import logging
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from bot.knowledge.base import Knowledge, Situation, knowledge
from bot.knowledge.passages import Passage, load_passages, sentences
from bot.knowledge.topics import CITIES
from bot.nlu.text import comparable
from bot.settings import settings

logger = logging.getLogger(__name__)

TOPIC_FLOOR = 6.5
"""Score below which no topic is offered. Measured on 2026-11-25 with 77 topics: 73 % of the 962 questions of
knowledge/inventory reach it, 4.3 % of the 1,229 lines of data/nlu/out_of_scope.yml do. A floor of 6 gave 78 % and 5.9 %, of
7 gave 68 % and 2.7 %."""
PASSAGE_FLOOR = 6.0
"""Score below which no passage is shown. Measured likewise with 69 passages of the four documents: 52 % of the questions
reach it (33 % with the very passage that holds the fact), 0.9 % of the lines out of scope do. A floor of 5 gave 62 %
and 1.4 %. Questions on campus life (out_of_scope_campus.yml) share words with the documents: 18 % reach the floor of
the topics, 13 % that of the passages; to know them is the classifier's part."""
EXCERPT = 200
"""Characters of a passage that are shown."""
_SATURATION, _LENGTH = 1.2, 0.4
"""BM25's k1 and b; with this b the right passage comes first for 44.8 % of the questions, with the usual 0.75 for 42.9 %."""
_TITLE_WEIGHT = 4
"""How often a title counts: counted once, 66 % of the questions reach the floor and 1.4 % of the lines out of scope."""
_FILLER = re.compile(
    "上海|兰州|怎么办|怎么|怎样|如何|什么|多少钱?|哪[里些个儿]|可以|能不能|是不是|有没有|请问|为什么|为啥|几点|一下|[吗呢啊吧了的我你要会是在去]"
)
_RUN = re.compile(r"[a-z]+|[0-9]+|[^\Wa-z0-9]+")


@dataclass(frozen=True)
class TopicHit:
    """A topic that shares much with a question."""

    topic: str
    title: str
    score: float


@dataclass(frozen=True)
class PassageHit:
    """A passage that shares much with a question."""

    passage: Passage
    score: float
    excerpt: str
    """The sentences of the passage that share most with the question, as they stand there."""


def terms(text: str) -> List[str]:
    """What a text is found by: pairs of neighbouring Chinese characters, whole numbers and Latin words.

    Cities and words that only make a question are left out: they stand in every kind of message.
    """
    return [
        term
        for run in _RUN.findall(_FILLER.sub(" ", comparable(text)))
        for term in ([run] if run.isascii() else [run[index : index + 2] for index in range(len(run) - 1)])
    ]


class BM25:
    """Scores texts against a query by the terms they share, rare terms and short texts counting more.

    Thirty lines of our own: rank-bm25 is no longer kept, bm25s imports jax (docs/decisions.md).
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._counts = [Counter(text) for text in texts]
        mean = sum(map(len, texts)) / (len(texts) or 1) or 1.0
        self._norms = [_SATURATION * (1 - _LENGTH + _LENGTH * len(text) / mean) for text in texts]
        self._having = Counter(term for counts in self._counts for term in counts)

    def weight(self, term: str) -> float:
        """How much a term tells: rare ones more than common ones."""
        having = self._having[term]
        return math.log(1 + (len(self._counts) - having + 0.5) / (having + 0.5))

    def scores(self, query: Sequence[str]) -> List[float]:
        """The score of each text, in the order given; 0 with nothing in common."""
        weights = {term: self.weight(term) * (_SATURATION + 1) for term in query if term in self._having}
        return [
            sum(weight * counts[term] / (counts[term] + norm) for term, weight in weights.items() if term in counts)
            for counts, norm in zip(self._counts, self._norms)
        ]


class Search:
    """Topics by title, answer and steps; passages by section and text. Test questions are not in it."""

    def __init__(self, knowledge: Knowledge, passages: Sequence[Passage]) -> None:
        self.book = knowledge.book
        self._topics = [
            (city, topic_id, knowledge.topics[city][topic_id].title)
            for city in CITIES
            for topic_id in sorted(knowledge.topics[city])
        ]
        self._by_topic = BM25([_topic_terms(knowledge, city, topic_id) for city, topic_id, _ in self._topics])
        self._passages = list(passages)
        self._by_passage = BM25([terms(f"{passage.section}\n{passage.text}") for passage in passages])

    def topics(self, query: str, city: Optional[str] = None, limit: int = 3) -> List[TopicHit]:
        """The topics nearest to a question, best first; of all cities when `city` is None."""
        best: Dict[str, TopicHit] = {}
        for (of_city, topic_id, title), score in zip(self._topics, self._by_topic.scores(terms(query))):
            known = best.get(topic_id)
            if score >= TOPIC_FLOOR and city in (None, of_city) and (known is None or score > known.score):
                best[topic_id] = TopicHit(topic_id, title, score)
        return sorted(best.values(), key=lambda hit: -hit.score)[:limit]

    def passage(self, query: str, city: Optional[str] = None) -> Optional[PassageHit]:
        """The passage nearest to a question; a document of no known city counts for every city."""
        wanted = terms(query)
        best: Optional[Passage] = None
        highest = 0.0
        for passage, score in zip(self._passages, self._by_passage.scores(wanted)):
            if score > highest and city in (None, self._city(passage) or city):
                best, highest = passage, score
        if best is None or highest < PASSAGE_FLOOR:
            return None
        return PassageHit(best, highest, self._excerpt(best.text, wanted))

    def _city(self, passage: Passage) -> Optional[str]:
        document = self.book.documents.get(passage.document)
        return document.city if document else None

    def _excerpt(self, text: str, query: Sequence[str]) -> str:
        """The run of sentences within EXCERPT characters that shares most with the query."""
        wanted = {term: self._by_passage.weight(term) for term in query}
        parts = [part[start : start + EXCERPT] for part in sentences(text) for start in range(0, len(part), EXCERPT)]
        runs = []
        for first in range(len(parts)):
            run = parts[first]
            for part in parts[first + 1 :]:
                if len(run) + len(part) > EXCERPT:
                    break
                run += part
            runs.append(run)
        return max(runs, key=lambda run: sum(wanted.get(term, 0.0) for term in set(terms(run)))).strip()


def _topic_terms(knowledge: Knowledge, city: str, topic_id: str) -> List[str]:
    """The terms of a topic with the figures that hold on the last day of the city's documents."""
    situation = Situation(today=knowledge.book.latest_day(city), city=city)
    answer = knowledge.answer(topic_id, situation).cities[0]
    return terms(answer.title) * _TITLE_WEIGHT + terms("\n".join([answer.short, answer.full or "", *answer.steps]))


def search() -> Search:
    """The search of this process, with the passages of BOT_DOCUMENTS if it is set; built when first asked for."""
    return _search(settings().documents)


@lru_cache(maxsize=1)
def _search(folder: Optional[Path]) -> Search:
    known = knowledge()
    passages, faults = load_passages(folder, known.book) if folder else ([], [])
    for fault in faults:
        logger.warning("%s", fault)
    return Search(known, passages)
