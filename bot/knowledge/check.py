"""Checks of the knowledge files that need nothing but the files: faults with place and cure, gaps as warnings."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Iterator, List, Optional, Tuple, Union

from bot.knowledge.base import Knowledge, Situation
from bot.knowledge.book import load_book
from bot.knowledge.coverage import load_inventory
from bot.knowledge.figures import REFERENCE, UNKNOWN
from bot.knowledge.topics import CITIES, KnowledgeError, Topic, Variant, load_topics

SHORT_MAX = 120
"""Characters of a short answer, figures filled in: more is no longer read in a chat bubble."""
_YEAR = re.compile(r"20\d\d\s*(?:年度|级|年)")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def check_knowledge(project: Path, today: Optional[date] = None) -> Tuple[List[str], List[str], str]:
    """(errors, warnings, a line of counts) over knowledge/, its examples in data/nlu and its tests.

    With `today`, topics whose validity has ended by then are warned of.
    """
    root = project / "knowledge"
    try:
        known = Knowledge(load_book(root), load_topics(root))
    except KnowledgeError as error:
        return error.faults, [], "knowledge could not be read"
    errors = [fault for topic in _topics(known) for fault in _topic_faults(topic, known, root)]
    errors += _missing_examples(known, project / "data" / "nlu")
    warnings = [*_missing_counterparts(known), *_orphans(known, project), *_untested(known, project)]
    warnings += _expired(known, today) if today else []
    topics = sum(len(topics) for topics in known.topics.values())
    claims = sum(len(parameter.claims) for parameter in known.book.parameters.values())
    return errors, warnings, f"{topics} topics, {len(known.book.parameters)} parameters, {claims} claims"


def line_of(path: Path, needle: str) -> str:
    """`city/topics/file.yml:line` of the first line of a file that holds the needle; line 1 when none does."""
    lines = path.read_text("utf-8").splitlines()
    number = next((number for number, line in enumerate(lines, 1) if needle in line and not line.startswith("#")), 1)
    return f"{'/'.join(path.parts[-4:])}:{number}"


def _topics(known: Knowledge) -> Iterator[Topic]:
    for city in CITIES:
        yield from known.topics[city].values()


def _texts(topic: Topic) -> Iterator[str]:
    parts: List[Union[Topic, Variant]] = [topic, *topic.cohorts.values()]
    for part in parts:
        yield from filter(None, (part.short, part.full, *part.steps, *(part.table.cells() if part.table else ())))


def _topic_faults(topic: Topic, known: Knowledge, root: Path) -> Iterator[str]:
    path = root / topic.city / "topics" / f"{topic.id}.yml"
    broken = list(_broken_references(topic, known, path))
    yield from broken
    for text in _texts(topic):
        bare = _YEAR.sub("", REFERENCE.sub("", text))
        for figure in _FIGURE.findall(bare):
            yield f"{line_of(path, figure)}: the figure {figure} is typed in; write a reference to a parameter"
    for citation in topic.citations + tuple(c for v in topic.cohorts.values() for c in v.citations):
        if citation.document not in known.book.documents:
            place = line_of(path, citation.document)
            yield f"{place}: citations: no document {citation.document!r}; documents are {sorted(known.book.documents)}"
    for conflict in topic.conflicts + tuple(c for v in topic.cohorts.values() for c in v.conflicts or ()):
        if conflict not in known.book.conflicts:
            broken.append(f"{line_of(path, conflict)}: conflicts: there is no {conflict}; see knowledge/conflicts.yml")
            yield broken[-1]
    if not broken:
        yield from _rendered_faults(topic, known, path)


def _broken_references(topic: Topic, known: Knowledge, path: Path) -> Iterator[str]:
    for text in _texts(topic):
        for match in REFERENCE.finditer(text):
            if match["id"] not in known.book.parameters:
                yield f"{line_of(path, match['id'])}: {{{match['id']}}} names no parameter; see its city's parameters"


def _rendered_faults(topic: Topic, known: Knowledge, path: Path) -> Iterator[str]:
    where = line_of(path, "short:")
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


def _orphans(known: Knowledge, project: Path) -> Iterator[str]:
    """Parameters that no topic shows and no calculation uses."""
    shown = {match["id"] for topic in _topics(known) for text in _texts(topic) for match in REFERENCE.finditer(text)}
    sources = "\n".join(path.read_text("utf-8") for path in sorted((project / "bot" / "policy").rglob("*.py")))
    literals = set(re.findall(r"[\"']((?:sh|lz)\.[\w.]*)", sources))
    stems = tuple(literal for literal in literals if literal.endswith("."))
    for name, parameter in known.book.parameters.items():
        if name not in shown | literals and not name.startswith(stems):
            file = parameter.claims[0].document if parameter.claims else ""
            yield f"parameter {name} ({file}) is shown by no topic and used by no calculation"


def _untested(known: Knowledge, project: Path) -> Iterator[str]:
    """Topics that no fact of the inventory, and so no question of it, asks for."""
    asked = {
        (known.book.documents[document].city, fact["topic"])
        for document, facts in load_inventory(project / "knowledge").items()
        for fact in facts
    }
    for topic in _topics(known):
        if asked and (topic.city, topic.id) not in asked:
            yield f"knowledge/{topic.city}/topics/{topic.id}.yml:1: no fact of knowledge/inventory asks for this topic"


def _expired(known: Knowledge, today: date) -> Iterator[str]:
    """Topics past their validity, counted by city and last day: the answers say so, but somebody should look for news."""
    ended = Counter((topic.city, topic.valid.last) for topic in _topics(known) if topic.valid.last < today)
    for (city, last), count in sorted(ended.items()):
        yield f"knowledge/{city}/topics: {count} topics ended on {last}; look for newer documents"
