"""Figures against the official documents: every figure stands where it is cited, and no figure is forgotten.

Quotes of the documents are not stored anywhere; the documents themselves are read from BOT_DOCUMENTS.
"""

import hashlib
import re
from decimal import Decimal
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

import pytest
import yaml

from bot.knowledge.book import load_book
from bot.policy.bands import parse_bands
from bot.policy.book import Claim, Parameter, PolicyBook
from bot.settings import PROJECT

IGNORED = Path(__file__).parent / "ignored_figures.yml"
FIGURE = re.compile(r"\d+(?:\.\d+)?\s*(?:元|%|万|个月|年|次|分钟)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
Place = Tuple[Parameter, Claim]


class Found(NamedTuple):
    """A figure as it stands in a document."""

    document: str
    line: int
    figure: str


@pytest.fixture(scope="module")
def book() -> PolicyBook:
    """Everything that stands in knowledge/."""
    return load_book(PROJECT / "knowledge")


@pytest.fixture(scope="module")
def texts(book: PolicyBook, documents: Path) -> Dict[str, List[str]]:
    """The lines of each document."""
    return {name: lines_of(documents / document.file) for name, document in book.documents.items()}


def lines_of(path: Path) -> List[str]:
    """Return physical lines, the way an editor counts them."""
    return path.read_text(encoding="utf-8").split("\n")


def squash(text: str) -> str:
    """Remove white space and bold marks only; full-width signs stay what they are."""
    return re.sub(r"\s", "", text.replace("**", ""))


def claims(book: PolicyBook) -> Iterator[Place]:
    """Yield every claim of every parameter file."""
    for parameter in book.parameters.values():
        for claim in parameter.claims:
            yield parameter, claim


def written_value(parameter: Parameter, claim: Claim) -> Optional[str]:
    """Return the value that as_written stands for, or None when its unit has no fixed form."""
    text, unit = squash(claim.as_written or ""), parameter.unit.split("/")[0]
    if claim.derive == "zero":
        return "0"
    if parameter.unit == "bands":
        return None
    number = NUMBER.search(text)
    if unit in ("CNY", "ratio", "month", "year", "minute", "day", "hour", "count") and number:
        value = Decimal(number[0]) * (10_000 if "万" in text else 1)
        value = value / 100 if unit == "ratio" else value
        return str(1 - value if claim.derive == "one_minus" else value)
    return None


def written_days(text: str) -> List[str]:
    """Return the days of a text such as 2025年9月1日至12月31日; the year is carried on."""
    days, year, month = [], "", ""
    for match in re.finditer(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日", squash(text)):
        year, month = match[1] or year, match[2] or month
        days.append(f"{year}-{int(month):02d}-{int(match[3]):02d}" if year else f"{int(month):02d}-{int(match[3]):02d}")
    return days


def test_the_files_are_the_ones_that_were_read(book: PolicyBook, documents: Path) -> None:
    for document in book.documents.values():
        digest = hashlib.sha256((documents / document.file).read_bytes()).hexdigest()
        assert digest == document.sha256, document.id


def test_every_figure_stands_in_the_lines_it_cites(book: PolicyBook, texts: Dict[str, List[str]]) -> None:
    missing = []
    for parameter, claim in claims(book):
        first, last = claim.lines
        window = squash("".join(texts[claim.document][first - 1 : last]))
        if last > len(texts[claim.document]) or squash(claim.as_written or "") not in window:
            missing.append(f"{parameter.id}: {claim.as_written!r} not in {claim.document} lines {first}-{last}")
    assert missing == []


def test_every_position_of_a_conflict_cites_lines_that_exist(book: PolicyBook, texts: Dict[str, List[str]]) -> None:
    for conflict in book.conflicts.values():
        for position in conflict.positions:
            first, last = position.lines
            window = texts[position.document][first - 1 : last]
            assert last <= len(texts[position.document]) and squash("".join(window)), conflict.id


def test_as_written_means_the_value(book: PolicyBook) -> None:
    checked, wrong = 0, []
    for parameter, claim in claims(book):
        expected = written_value(parameter, claim) if claim.value is not None else None
        if expected is None:
            continue
        checked += 1
        if Decimal(expected) != Decimal(claim.value or "NaN"):
            wrong.append(f"{parameter.id}: {claim.as_written!r} means {expected}, not {claim.value}")
    assert wrong == []
    assert checked >= 90


def test_days_and_hours_as_written_mean_the_value(book: PolicyBook) -> None:
    for parameter, claim in claims(book):
        text, value = claim.as_written or "", claim.value or ""
        if parameter.unit == "time":
            assert value.lstrip("0") == text.lstrip("0"), parameter.id
        if parameter.unit in ("date", "period", "datetime") and written_days(text):
            days = re.findall(r"(?:\d{4}-)?\d{2}-\d{2}", value.replace("Y-", "").replace("Y+1-", ""))
            assert all(day.endswith(written) for day, written in zip(days, written_days(text))), parameter.id


def test_bands_start_at_zero_join_and_end_open_with_the_rates_as_written(book: PolicyBook) -> None:
    parameter = book.parameters["lz.serious.bands"]
    bands = parse_bands(";".join(claim.value or "" for claim in parameter.claims))
    for band, claim in zip(bands, parameter.claims):
        *limits, rate = NUMBER.findall(squash(claim.as_written or ""))
        assert band.rate == Decimal(rate) / 100
        expected = [Decimal(limit) * 10_000 for limit in limits]
        assert expected == ([band.low, band.high] if band.high is not None else [band.low])


def test_statuses_say_what_the_claims_say(book: PolicyBook) -> None:
    for parameter in book.parameters.values():
        values = {Decimal(c.value) if parameter.numeric else c.value for c in parameter.claims if c.value is not None}
        if parameter.status in ("agreed", "single_source"):
            assert len(values) == 1, parameter.id
        if parameter.status == "agreed":
            assert len(parameter.claims) > 1, parameter.id
        if len(values) > 1 and parameter.unit != "bands":
            assert parameter.conflict in book.conflicts, parameter.id
        if parameter.status == "mentioned_without_value":
            assert values == set(), parameter.id
        if parameter.conflict:
            assert parameter.id in book.conflicts[parameter.conflict].parameters, parameter.id
        if parameter.reading:
            assert parameter.id in book.readings[parameter.reading].parameters, parameter.id


def test_claims_lie_within_the_days_of_their_city(book: PolicyBook) -> None:
    for parameter, claim in claims(book):
        first, last = book.first_day(parameter.city), book.latest_day(parameter.city)
        assert first <= claim.valid_from <= claim.valid_to <= last, parameter.id


def figures(texts: Dict[str, List[str]]) -> List[Found]:
    """Return every number with a unit, in reading order."""
    return [
        Found(name, number, squash(match[0]))
        for name, lines in texts.items()
        for number, line in enumerate(lines, 1)
        for match in FIGURE.finditer(line.replace("**", ""))
    ]


def ignored() -> Dict[Found, str]:
    """Return the figures that are deliberately no parameter, with the reason."""
    entries = yaml.load(IGNORED.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return {
        Found(entry["document"], int(line), entry["figure"]): entry["reason"]
        for entry in entries
        for line in entry["lines"]
    }


def test_no_figure_of_a_document_is_forgotten(book: PolicyBook, texts: Dict[str, List[str]]) -> None:
    claimed = {
        (claim.document, line, squash(match[0]))
        for _, claim in claims(book)
        for line in range(claim.lines[0], claim.lines[1] + 1)
        for match in FIGURE.finditer(claim.as_written or "")
    }
    bare = {
        (claim.document, line, number)
        for _, claim in claims(book)
        for line in range(claim.lines[0], claim.lines[1] + 1)
        for number in NUMBER.findall(claim.as_written or "")
        if squash(claim.as_written or "") == number
    }
    deliberate = ignored()
    forgotten = [
        found
        for found in figures(texts)
        if found not in claimed
        and found not in deliberate
        and (found.document, found.line, (NUMBER.search(found.figure) or [""])[0]) not in bare
    ]
    assert not forgotten, "\n".join(f"{f.document}:{f.line} {f.figure}" for f in forgotten)


def test_the_ignore_list_holds_only_figures_that_exist(texts: Dict[str, List[str]]) -> None:
    existing = set(figures(texts))
    assert [entry for entry in ignored() if entry not in existing] == []
    assert all(reason for reason in ignored().values())
