"""The sentences of all answers as statements of their own, ranked for a question: which of them says what was asked.

An answer is a ranking of statements with the topic as a prior: BM25 over the sentence, the facts of the inventory that it shows and
their questions, beside the logarithm of the topic's probability.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from bot.knowledge.base import CityAnswer, Knowledge, Situation, knowledge
from bot.knowledge.coverage import load_inventory
from bot.knowledge.search import BM25
from bot.nlu.text import comparable
from bot.policy.book import Citation
from bot.settings import KNOWLEDGE

PRIOR = 8.0
"""Weight of the logarithm of a topic's probability beside BM25."""
LEAST = 0.01
"""Added to each probability: a topic that the classifier does not name is not impossible."""
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_RUN = re.compile(r"[a-z]+|[0-9.]+%?|[^\Wa-z0-9]+")


@dataclass(frozen=True)
class Sentence:
    """One sentence of an answer."""

    city: str
    topic: str
    text: str
    place: int
    """Its place in the answer; the first sentences are the lead."""
    citations: Tuple[Citation, ...]
    questions: Tuple[str, ...] = ()
    """Facts that it shows and questions for them, from the inventory."""


@dataclass(frozen=True)
class Ranked:
    """A sentence with its scores for a question."""

    sentence: Sentence
    score: float
    match: float
    """BM25 alone."""


def grams(text: str) -> List[str]:
    """Characters and pairs of them, whole numbers and Latin words."""
    found: List[str] = []
    for run in _RUN.findall(comparable(text)):
        if run.isascii():
            found.append(run)
            continue
        found += [run[index : index + 2] for index in range(len(run) - 1)]
        found += list(run)
    return found


def shares_words(question: str, sentence: Sentence) -> bool:
    """Whether a sentence, or a question that it answers, has any pair of characters or number of the question."""
    asked = {gram for gram in grams(question) if len(gram) > 1}
    return bool(asked & set(grams(f"{sentence.text} {' '.join(sentence.questions)}")))


class Statements:
    """The sentences of one city's answers for one kind of student on one day."""

    def __init__(self, known: Knowledge, city: str, cohort: Optional[str], today: date) -> None:
        situation = Situation(today=today, city=city, cohort=cohort)
        facts = _facts_by_topic(known, city, cohort)
        self.sentences: List[Sentence] = []
        for topic in sorted(known.topics[city]):
            answer = known.answer(topic, situation).cities[0]
            self.sentences += _sentences(answer, topic, facts.get(topic, ()))
        texts = [grams(f"{one.text} {' '.join(one.questions)}") for one in self.sentences]
        self._bm25 = BM25(texts)

    def rank(self, question: str, priors: Mapping[str, float], topics: Optional[Sequence[str]] = None) -> List[Ranked]:
        """The sentences by how well they answer a question, best first.

        `priors`: probability of each topic; `topics`: the only ones that count, all when None.
        """
        matches = self._bm25.scores(grams(question))
        found = [
            Ranked(one, match + PRIOR * math.log(priors.get(one.topic, 0.0) + LEAST), match)
            for one, match in zip(self.sentences, matches)
            if topics is None or one.topic in topics
        ]
        return sorted(found, key=lambda ranked: (-ranked.score, ranked.sentence.place))


def _facts_by_topic(known: Knowledge, city: str, cohort: Optional[str]) -> Dict[str, List[Mapping[str, Any]]]:
    found: Dict[str, List[Mapping[str, Any]]] = {}
    for document, facts in load_inventory(KNOWLEDGE).items():
        if known.book.documents[document].city == city:
            for fact in facts:
                if fact.get("cohort") in (None, cohort):
                    found.setdefault(fact["topic"], []).append(fact)
    return found


def _sentences(answer: CityAnswer, topic: str, facts: Sequence[Mapping[str, Any]]) -> List[Sentence]:
    """The sentences of an answer without repetition, each with the facts that it shows."""
    parts = [*_SENTENCE.findall(answer.short), *_SENTENCE.findall(answer.full or ""), *answer.steps]
    texts = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    questions: Dict[int, List[str]] = {}
    for fact in facts:
        counts = [sum(str(word) in text for word in fact.get("shows", ())) for text in texts]
        if any(counts):
            questions.setdefault(counts.index(max(counts)), []).extend([fact["fact"], *fact["questions"]])
    return [
        Sentence(answer.city, topic, text, place, answer.citations, tuple(questions.get(place, ())))
        for place, text in enumerate(texts)
    ]


@lru_cache(maxsize=16)
def statements_of(city: str, cohort: Optional[str], today: date) -> Statements:
    """The statements of a city, made once for a kind of student and a day."""
    return Statements(knowledge(), city, cohort, today)
