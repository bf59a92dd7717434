"""What the documents claim: documents, claims, parameters, readings and conflicts as frozen models.

The closed lists of units, cohorts, statuses and policies stand here; `bot.knowledge.book` refuses anything else.
"""

import re
from datetime import date
from typing import Dict, FrozenSet, List, Mapping, Optional, Tuple

from pydantic import BaseModel

NUMERIC_UNITS: FrozenSet[str] = frozenset(
    {
        "CNY",
        "CNY/visit",
        "CNY/admission",
        "CNY/benefit_year",
        "CNY/insurance_year",
        "CNY/person/benefit_year",
        "ratio",
        "ratio/admission",
        "month",
        "month/lapsed_year",
        "month/paid_year",
        "year",
        "day",
        "hour",
        "minute",
        "count",
    }
)
TEXT_UNITS: FrozenSet[str] = frozenset(
    {
        "date",
        "datetime",
        "time",
        "period",
        "bool",
        "bands",
        "list",
        "url",
        "phone",
        "name",
        "address",
        "app",
        "path",
        "text",
        "rule",
        "scope",
        "document",
        "number",
    }
)
UNITS: FrozenSet[str] = NUMERIC_UNITS | TEXT_UNITS
COHORTS: Mapping[str, Optional[str]] = {
    "sh.all": None,
    "sh.fresh2025": "sh.all",
    "sh.fresh2024": "sh.all",
    "sh.continuing": "sh.all",
    "lz.all": None,
    "lz.fresh": "lz.all",
    "lz.graduate": "lz.all",
}
COHORT_TITLES: Mapping[str, str] = {
    "sh.all": "上海的大学生",
    "sh.fresh2025": "2025级新生",
    "sh.fresh2024": "2024级新生",
    "sh.continuing": "其他在校生",
    "lz.all": "兰州的大学生",
    "lz.fresh": "新入学的学生",
    "lz.graduate": "毕业生",
}
CITY_COHORT: Mapping[str, str] = {"shanghai": "sh.all", "lanzhou": "lz.all"}
STATUSES: FrozenSet[str] = frozenset({"agreed", "single_source", "conflict", "ambiguous", "mentioned_without_value"})
DERIVATIONS: FrozenSet[str] = frozenset({"one_minus", "zero"})
BASES: FrozenSet[str] = frozenset({"stated", "inferred", "undated"})
POLICIES: FrozenSet[str] = frozenset({"by_cohort", "prefer", "range", "refuse", "typo", "mention"})
ON_DIFFERENCE: FrozenSet[str] = frozenset({"range", "mention", "ask"})
_INTAKE = re.compile(r"(?P<city>[a-z]+)\.fresh(?P<year>\d{4})")


class Frozen(BaseModel):
    """A model that never changes and refuses unknown fields."""

    class Config:
        frozen = True
        extra = "forbid"
        copy_on_model_validation = "none"


class Document(Frozen):
    """An official text, pinned by the hash of its file."""

    id: str
    """Short id that claims cite, such as sh-qa-2025."""
    title: str
    """Title as printed."""
    city: str
    """shanghai or lanzhou."""
    file: str
    """File name inside the documents folder."""
    sha256: str
    """Hash that freezes the line numbers."""
    kind: str
    """qa_annex, school_notice or authority_letter."""
    issuer: Optional[str]
    """Who issued it, when the text says so."""
    issued: Optional[str]
    """When it was issued, as far as known."""
    cohort: str
    """Whom it is for."""
    first_day: date
    """First day that it is taken to hold."""
    last_day: date
    """Last day that it is taken to hold (closed)."""
    basis: str
    """stated, inferred or undated: how the two days are known."""


class Claim(Frozen):
    """One document's statement of a parameter's value."""

    value: Optional[str]
    """The value as a plain string; None when the document names it without a figure."""
    as_written: Optional[str]
    """The figure as it stands in the document."""
    derive: Optional[str]
    """How the value follows from as_written when it is not the same: one_minus or zero."""
    document: str
    """Document id."""
    section: str
    """Section of the document."""
    lines: Tuple[int, int]
    """First and last physical line."""
    cohort: str
    """Whom the statement is about."""
    valid_from: date
    """First day (closed)."""
    valid_to: date
    """Last day (closed)."""
    basis: str
    """stated, inferred or undated."""


class Parameter(Frozen):
    """A quantity that documents make claims about."""

    id: str
    label: str
    unit: str
    status: str
    conflict: Optional[str]
    reading: Optional[str]
    claims: Tuple[Claim, ...]

    @property
    def numeric(self) -> bool:
        """Whether values are Decimals."""
        return self.unit in NUMERIC_UNITS

    @property
    def city(self) -> str:
        """The city, from the id's first part."""
        return {"sh": "shanghai", "lz": "lanzhou"}[self.id.split(".", 1)[0]]


class Reading(Frozen):
    """One text with several meanings, and the meaning that is taken by default."""

    id: str
    title: str
    parameters: Tuple[str, ...]
    question: str
    options: Dict[str, str]
    default: str
    on_difference: str
    decided_by: Optional[str]
    decided_on: Optional[str]


class Position(Frozen):
    """What one document says in a conflict."""

    document: str
    section: str
    lines: Tuple[int, int]
    says: str


class Conflict(Frozen):
    """Several texts that disagree, and what the student is told."""

    id: str
    title: str
    parameters: Tuple[str, ...]
    positions: Tuple[Position, ...]
    policy: str
    prefer: Optional[str]
    say: str


def lineage(cohort: str, on: date) -> List[str]:
    """Return the cohort and the wider ones it belongs to on that day; past freshmen are continuing students."""
    line = [cohort]
    intake = _INTAKE.fullmatch(cohort)
    if intake and on.year > int(intake["year"]):
        line.append(f"{intake['city']}.continuing")
    parent = COHORTS[cohort]
    return [*line, parent] if parent else line


def narrower(cohort: str) -> List[str]:
    """Return the cohorts directly inside this one."""
    return [name for name, parent in COHORTS.items() if parent == cohort]
