"""The inventory against the documents and the answers: every fact is answered, cited and asked; no line is forgotten.

`pytest tests/knowledge/test_inventory.py -s -k coverage` prints how much of each document the facts cover.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Set, Tuple, Union

import pytest
import yaml

from bot.knowledge.base import CityAnswer, Situation, knowledge
from bot.knowledge.topics import Topic, Variant
from bot.nlu.text import comparable
from bot.settings import KNOWLEDGE, PROJECT

INVENTORY = KNOWLEDGE / "inventory"
IGNORED = INVENTORY / "ignored.yml"
UTTERANCES = PROJECT.parent / "shared" / "utterances"
LEAST_FACTS = 250
SHORT_MAX = 120
COPIED = 12
"""A run of so many characters, names and punctuation aside, counts as copied."""
ENTRY = {"id", "fact", "lines", "topic", "shows", "questions"}


class Fact(NamedTuple):
    """One thing that a document says and a student can ask."""

    id: str
    document: str
    text: str
    lines: Tuple[int, int]
    topic: str
    cohort: Optional[str]
    shows: Tuple[str, ...]
    questions: Tuple[str, ...]

    @property
    def city(self) -> str:
        """The city of the document."""
        return knowledge().book.documents[self.document].city

    @property
    def known_topic(self) -> Topic:
        """The topic that answers."""
        return knowledge().topics[self.city][self.topic]

    @property
    def variant(self) -> Variant:
        """The topic's texts and citations for the fact's cohort."""
        return self.known_topic.variant(self.cohort)

    def answer(self, today: date) -> CityAnswer:
        """What a student of the fact's cohort is told on a day."""
        return knowledge().answer(self.topic, Situation(today, self.city, self.cohort)).cities[0]


def load_facts() -> List[Fact]:
    """Read every knowledge/inventory/<document>.yml."""
    facts = []
    for path in sorted(INVENTORY.glob("*.yml")):
        if path == IGNORED:
            continue
        for entry in yaml.safe_load(path.read_text("utf-8")):
            assert set(entry) - {"cohort"} == ENTRY, f"{path.name}: {entry.get('id')}: keys {sorted(entry)}"
            first, last = entry["lines"]
            facts.append(
                Fact(
                    id=entry["id"],
                    document=path.stem,
                    text=entry["fact"],
                    lines=(first, last),
                    topic=entry["topic"],
                    cohort=entry.get("cohort"),
                    shows=tuple(entry["shows"]),
                    questions=tuple(entry["questions"]),
                )
            )
    return facts


FACTS = load_facts()


@pytest.fixture(scope="module")
def texts(documents: Path) -> Dict[str, List[str]]:
    """The physical lines of each document."""
    return {
        name: (documents / document.file).read_text("utf-8").split("\n")
        for name, document in knowledge().book.documents.items()
    }


def span(lines: Tuple[int, int]) -> Set[int]:
    """The line numbers of a closed range."""
    return set(range(lines[0], lines[1] + 1))


def with_text(lines: List[str]) -> Set[int]:
    """Numbers of the lines that hold anything."""
    return {number for number, line in enumerate(lines, 1) if line.strip()}


def ignored() -> Dict[str, Set[int]]:
    """Lines that hold nothing a student could ask, by document."""
    found: Dict[str, Set[int]] = {}
    for entry in yaml.safe_load(IGNORED.read_text("utf-8")):
        assert set(entry) == {"document", "lines", "reason"} and entry["reason"], entry
        found.setdefault(entry["document"], set()).update(span(tuple(entry["lines"])))
    return found


def rendered(answer: CityAnswer) -> str:
    """Everything that the short answer, the fuller one and the steps say."""
    return "\n".join([answer.short, answer.full or "", *answer.steps])


def test_there_are_enough_facts_and_each_has_its_own_id() -> None:
    assert len(FACTS) >= LEAST_FACTS
    assert [name for name, count in Counter(fact.id for fact in FACTS).items() if count > 1] == []
    assert [fact.id for fact in FACTS if not fact.id.startswith(f"{fact.document}.")] == []


def test_every_document_has_an_inventory() -> None:
    assert {fact.document for fact in FACTS} == set(knowledge().book.documents)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_fact_is_shown_by_its_topic(fact: Fact) -> None:
    assert fact.topic in knowledge().topics[fact.city], f"{fact.city} has no topic {fact.topic}"
    if fact.cohort:
        assert fact.cohort in fact.known_topic.cohorts, f"{fact.topic} has no texts for {fact.cohort}"
    valid = fact.variant.valid or fact.known_topic.valid
    text = rendered(fact.answer(valid.last))
    assert fact.shows and [part for part in fact.shows if part not in text] == [], text


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_citations_of_the_topic_cover_the_lines_of_the_fact(fact: Fact, texts: Dict[str, List[str]]) -> None:
    lines = texts[fact.document]
    assert 1 <= fact.lines[0] <= fact.lines[1] <= len(lines)
    assert span(fact.lines) & with_text(lines), "the lines are empty"
    cited = {
        line
        for citation in fact.variant.citations
        if citation.document == fact.document
        for line in span(citation.lines)
    }
    assert span(fact.lines) & with_text(lines) <= cited, f"{fact.topic} cites {fact.document} {sorted(cited)}"


def test_every_citation_lies_within_its_document(texts: Dict[str, List[str]]) -> None:
    for city, topics in knowledge().topics.items():
        for topic in topics.values():
            for citation in topic.citations + tuple(c for v in topic.cohorts.values() for c in v.citations):
                assert citation.lines[1] <= len(texts[citation.document]), f"{city}/{topic.id}"


def test_every_fact_has_two_questions_and_no_question_stands_twice() -> None:
    assert [fact.id for fact in FACTS if len(fact.questions) < 2] == []
    counted = Counter(comparable(question) for fact in FACTS for question in fact.questions)
    assert [question for question, count in counted.items() if count > 1] == []


def yaml_strings(node: object) -> Iterator[str]:
    """Every text in a YAML document, a block of examples line by line."""
    if isinstance(node, str):
        yield from (line.strip().lstrip("- ") for line in node.splitlines())
    elif isinstance(node, dict):
        for value in node.values():
            yield from yaml_strings(value)
    elif isinstance(node, list):
        for item in node:
            yield from yaml_strings(item)


def messages() -> Iterator[str]:
    """Messages that stand elsewhere: training examples, conversation cases, blind sets, collected utterances."""
    for folder in (PROJECT / "data", PROJECT / "tests"):
        for path in sorted(folder.rglob("*.yml")):
            for document in yaml.safe_load_all(path.read_text("utf-8")):
                yield from yaml_strings(document)
    for path in sorted(UTTERANCES.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            yield from line.split("\t")


def test_questions_are_new() -> None:
    known = {comparable(message) for message in messages()} - {""}
    taken = [f"{fact.id}: {question}" for fact in FACTS for question in fact.questions if comparable(question) in known]
    assert taken == []


def quoted_out(text: str) -> str:
    """A text without references, names in quotation marks, and white space: the rest is our own words."""
    kept, depth = [], 0
    for char in text:
        depth += char in "“《{"
        if depth == 0 and not char.isspace():
            kept.append(char)
        elif kept and kept[-1] != "\n":
            kept.append("\n")
        depth -= char in "”》}" and depth > 0
    return "".join(kept)


def copied(text: str, originals: str) -> List[str]:
    """Runs of COPIED characters that stand in the documents too."""
    own = quoted_out(text)
    runs = (own[start : start + COPIED] for start in range(len(own) - COPIED + 1))
    return [run for run in runs if "\n" not in run and run in originals]


def test_facts_questions_and_answers_are_in_our_own_words(texts: Dict[str, List[str]]) -> None:
    originals = "\n".join("".join("".join(lines).split()) for lines in texts.values())
    found = [f"{fact.id}: {run}" for fact in FACTS for run in copied(fact.text, originals)]
    found += [f"{fact.id}: {run}" for fact in FACTS for text in fact.questions for run in copied(text, originals)]
    for city, topics in knowledge().topics.items():
        for topic in topics.values():
            parts: List[Union[Topic, Variant]] = [topic, *topic.cohorts.values()]
            for text in (text for part in parts for text in (part.short, part.full, *part.steps) if text):
                found += [f"{city}/{topic.id}: {run}" for run in copied(text, originals)]
    assert found == []


def test_short_answers_are_short() -> None:
    too_long = []
    for city, topics in knowledge().topics.items():
        for topic in topics.values():
            for cohort in (None, *topic.cohorts):
                short = knowledge().answer(topic.id, Situation(topic.valid.last, city, cohort)).cities[0].short
                if len(short) > SHORT_MAX:
                    too_long.append(f"{city}/{topic.id} {cohort or ''}: {len(short)}")
    assert too_long == []


def test_no_line_of_a_document_is_forgotten(texts: Dict[str, List[str]]) -> None:
    deliberate = ignored()
    for document, lines in texts.items():
        covered = {line for fact in FACTS if fact.document == document for line in span(fact.lines)}
        left_out = deliberate.get(document, set()) & with_text(lines)
        assert sorted(with_text(lines) - covered - left_out) == [], document
        assert sorted(covered & left_out) == [], f"{document}: ignored, and yet a fact rests on it"


def test_ignored_ranges_lie_within_the_documents(texts: Dict[str, List[str]]) -> None:
    for document, numbers in ignored().items():
        assert max(numbers) <= len(texts[document]), document
        assert numbers & with_text(texts[document]), document


def test_coverage(texts: Dict[str, List[str]]) -> None:
    """Print what the inventory covers, document by document."""
    for document, lines in texts.items():
        facts = [fact for fact in FACTS if fact.document == document]
        covered = {line for fact in facts for line in span(fact.lines)} & with_text(lines)
        share = len(covered) / len(with_text(lines))
        print(f"{document}: {len(with_text(lines))} lines with text, {share:.0%} covered by {len(facts)} facts")
        assert facts and share > 0.5
    for city, topics in knowledge().topics.items():
        without = sorted(set(topics) - {fact.topic for fact in FACTS if fact.city == city})
        print(f"{city}: {len(topics)} topics, without facts: {', '.join(without) or 'none'}")
    print(f"{len(FACTS)} facts, {sum(len(fact.questions) for fact in FACTS)} questions")


DEADLINES = [
    ("family_fund", None, date(2024, 12, 20), date(2024, 12, 21)),
    ("premium_payment", "sh.continuing", date(2024, 12, 20), date(2024, 12, 21)),
    ("enroll_deadline", None, date(2025, 12, 31), date(2026, 1, 1)),
    ("enroll_confirm", None, date(2025, 12, 31), date(2026, 1, 1)),
]


@pytest.mark.parametrize("topic, cohort, open_day, closed_day", DEADLINES, ids=lambda value: str(value))
def test_a_deadline_is_called_passed_once_it_is(
    topic: str, cohort: Optional[str], open_day: date, closed_day: date
) -> None:
    for day, passed in ((open_day, False), (closed_day, True)):
        answer = knowledge().answer(topic, Situation(day, "shanghai", cohort)).cities[0]
        assert ("（已过）" in rendered(answer)) is passed, day


@pytest.mark.parametrize(
    "city, cohort",
    [
        ("shanghai", None),
        ("shanghai", "sh.fresh2025"),
        ("shanghai", "sh.fresh2024"),
        ("shanghai", "sh.continuing"),
        ("lanzhou", None),
        ("lanzhou", "lz.fresh"),
    ],
)
def test_the_premium_of_2026_is_said_to_be_unknown(city: str, cohort: Optional[str]) -> None:
    answer = knowledge().answer("premium", Situation(date(2026, 3, 1), city, cohort)).cities[0]
    assert "2026 年度的金额" in rendered(answer) and "没有写" in rendered(answer)
    assert answer.lapsed_year == 2025
