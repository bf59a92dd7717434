"""Checks of the knowledge files that need nothing but the files: faults with place and cure, gaps as warnings."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Iterator, List, Tuple, Union

from bot.knowledge.base import Knowledge, Situation
from bot.knowledge.book import load_book
from bot.knowledge.figures import REFERENCE, UNKNOWN
from bot.knowledge.topics import CITIES, KnowledgeError, Topic, Variant, load_topics

SHORT_MAX = 120
"""Characters of a short answer, figures filled in: more is no longer read in a chat bubble."""
_YEAR = re.compile(r"20\d\d\s*(?:年度|级|年)")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def check_knowledge(project: Path) -> Tuple[List[str], List[str], str]:
    """(errors, warnings, a line of counts) over knowledge/ and its examples in data/nlu."""
    root = project / "knowledge"
    try:
        known = Knowledge(load_book(root), load_topics(root))
    except KnowledgeError as error:
        return error.faults, [], "knowledge could not be read"
    errors = [fault for topic in _topics(known) for fault in _topic_faults(topic, known)]
    errors += _missing_examples(known, project / "data" / "nlu")
    warnings = list(_missing_counterparts(known))
    topics = sum(len(topics) for topics in known.topics.values())
    claims = sum(len(parameter.claims) for parameter in known.book.parameters.values())
    return errors, warnings, f"{topics} topics, {len(known.book.parameters)} parameters, {claims} claims"


def _topics(known: Knowledge) -> Iterator[Topic]:
    for city in CITIES:
        yield from known.topics[city].values()


def _texts(topic: Topic) -> Iterator[str]:
    parts: List[Union[Topic, Variant]] = [topic, *topic.cohorts.values()]
    for part in parts:
        yield from filter(None, (part.short, part.full, *part.steps))


def _topic_faults(topic: Topic, known: Knowledge) -> Iterator[str]:
    where = f"knowledge/{topic.city}/topics/{topic.id}.yml"
    broken = list(_broken_references(topic, known, where))
    yield from broken
    for text in _texts(topic):
        bare = _YEAR.sub("", REFERENCE.sub("", text))
        for figure in _FIGURE.findall(bare):
            yield f"{where}: the figure {figure} is typed in; write a reference to a parameter"
    for citation in topic.citations + tuple(c for v in topic.cohorts.values() for c in v.citations):
        if citation.document not in known.book.documents:
            yield f"{where}: citations: no document {citation.document!r}; documents are {sorted(known.book.documents)}"
    for conflict in topic.conflicts + tuple(c for v in topic.cohorts.values() for c in v.conflicts or ()):
        if conflict not in known.book.conflicts:
            broken.append(f"{where}: conflicts: there is no {conflict}; see knowledge/conflicts.yml")
            yield broken[-1]
    if not broken:
        yield from _rendered_faults(topic, known, where)


def _broken_references(topic: Topic, known: Knowledge, where: str) -> Iterator[str]:
    for text in _texts(topic):
        for match in REFERENCE.finditer(text):
            if match["id"] not in known.book.parameters:
                yield f"{where}: {{{match['id']}}} names no parameter; see knowledge/{topic.city}/parameters"


def _rendered_faults(topic: Topic, known: Knowledge, where: str) -> Iterator[str]:
    for cohort in (None, *topic.cohorts):
        for day in (topic.valid.first, topic.valid.last, date(topic.valid.last.year + 1, 6, 1)):
            answer = known.answer(topic.id, Situation(today=day, city=topic.city, cohort=cohort)).cities[0]
            if UNKNOWN in answer.short:
                yield f"{where}: the short answer has no figure on {day} for {cohort or 'all students'}"
            if len(answer.short) > SHORT_MAX:
                yield f"{where}: the short answer has {len(answer.short)} characters; at most {SHORT_MAX}"
                return


def _missing_examples(known: Knowledge, folder: Path) -> List[str]:
    return [
        f"data/nlu/{topic}.yml is missing: the topic has no examples"
        for topic in known.topic_ids
        if not (folder / f"{topic}.yml").is_file()
    ]


def _missing_counterparts(known: Knowledge) -> Iterator[str]:
    for topic in _topics(known):
        for city in CITIES:
            if topic.importance == "required" and topic.id not in known.topics[city]:
                yield f"knowledge/{city}/topics/{topic.id}.yml is missing: {topic.city} calls it required"
