"""Topics: one thing that a student can ask, read from knowledge/<city>/topics/<id>.yml."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Literal, Mapping, Optional, Tuple

import yaml
from pydantic import BaseModel, Extra, Field, ValidationError, validator

from bot.policy.book import Citation

CITIES = ("shanghai", "lanzhou")
CITY_NAMES: Mapping[str, str] = {"shanghai": "上海", "lanzhou": "兰州"}


class KnowledgeError(ValueError):
    """Faults in the knowledge files; `faults` lists them all, each with its file."""

    def __init__(self, faults: List[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class _Frozen(BaseModel):
    class Config:
        frozen = True
        extra = Extra.forbid
        allow_population_by_field_name = True


class Validity(_Frozen):
    """Closed span of days for which the answer holds."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")


class Table(_Frozen):
    """Figures side by side, for a channel that can draw them; the full answer says the same in words."""

    columns: Tuple[str, ...]
    """Two to four; a phone shows no more."""
    rows: Tuple[Tuple[str, ...], ...]

    @validator("columns")
    def columns_fit_a_phone(cls, columns: Tuple[str, ...]) -> Tuple[str, ...]:
        if not 2 <= len(columns) <= 4:
            raise ValueError(f"a table has two to four columns, not {len(columns)}")
        return columns

    @validator("rows", each_item=True)
    def row_is_as_wide_as_the_columns(cls, row: Tuple[str, ...], values: Dict[str, Any]) -> Tuple[str, ...]:
        if "columns" in values and len(row) != len(values["columns"]):
            raise ValueError(f"a row has {len(row)} cells, there are {len(values['columns'])} columns")
        return row

    def cells(self) -> Iterator[str]:
        """Every text in it."""
        for row in (self.columns, *self.rows):
            yield from row

    def filled(self, fill: Callable[[str], str]) -> Table:
        """The table with its references replaced."""
        return Table(columns=tuple(map(fill, self.columns)), rows=tuple(tuple(map(fill, row)) for row in self.rows))


class Variant(_Frozen):
    """What differs for one cohort; a missing field is taken from the topic."""

    valid: Optional[Validity] = None
    short: Optional[str] = None
    full: Optional[str] = None
    steps: Tuple[str, ...] = ()
    table: Optional[Table] = None
    citations: Tuple[Citation, ...] = ()
    conflicts: Optional[Tuple[str, ...]] = None


class Topic(_Frozen):
    """An answer of one city to one question. Texts hold references such as {sh.outpatient.deductible}."""

    city: Literal["shanghai", "lanzhou"]
    id: str
    title: str
    importance: Literal["required", "usable", "optional"]
    valid: Validity
    short: str
    full: Optional[str] = None
    steps: Tuple[str, ...] = ()
    table: Optional[Table] = None
    cohorts: Dict[str, Variant] = {}
    next: Tuple[str, ...] = ()
    citations: Tuple[Citation, ...]
    conflicts: Tuple[str, ...] = ()

    def variant(self, cohort: Optional[str]) -> Variant:
        """The texts for a cohort: the topic's own where the cohort has none."""
        special = self.cohorts.get(cohort or "", Variant())
        return Variant(
            valid=special.valid or self.valid,
            short=special.short or self.short,
            full=special.full if special.full or special.short else self.full,
            steps=special.steps or (() if special.short else self.steps),
            table=special.table or (None if special.short else self.table),
            citations=special.citations or self.citations,
            conflicts=self.conflicts if special.conflicts is None else special.conflicts,
        )


def _one_line(text: Any) -> Any:
    """Block scalars hold one sentence a line for readable diffs; a reader gets one paragraph."""
    return "".join(line.strip() for line in text.splitlines()) if isinstance(text, str) else text


def _paragraphs(content: Dict[str, Any]) -> Dict[str, Any]:
    folded = {key: _one_line(value) if key in ("short", "full") else value for key, value in content.items()}
    if isinstance(folded.get("cohorts"), dict):
        folded["cohorts"] = {name: _paragraphs(variant) for name, variant in folded["cohorts"].items()}
    return folded


def _line_of(path: Path, key: str) -> int:
    """The line of a top-level key; 1 when the file does not have it."""
    lines = path.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)


def load_topics(root: Path) -> Dict[str, Dict[str, Topic]]:
    """Read every topic below `root`: city -> id -> topic.

    Raises KnowledgeError with all faults: unreadable YAML, unknown keys, an id unlike its file name.
    """
    faults: List[str] = []
    topics: Dict[str, Dict[str, Topic]] = {city: {} for city in CITIES}
    for city in CITIES:
        for path in sorted((root / city / "topics").glob("*.yml")):
            where = f"{city}/topics/{path.name}"
            try:
                topic = Topic.parse_obj({"city": city, **_paragraphs(yaml.safe_load(path.read_text("utf-8")))})
            except ValidationError as error:
                faults += [
                    f"{where}:{_line_of(path, str(fault['loc'][0]))}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}"
                    for fault in error.errors()
                ]
            except (yaml.YAMLError, TypeError, AttributeError, ValueError) as error:
                # a ValueError here is a date that does not exist
                faults.append(f"{where}: not readable as a topic: {error}")
            else:
                if topic.id != path.stem:
                    faults.append(
                        f"{where}:{_line_of(path, 'id')}: id is {topic.id!r}; it must be the file's name {path.stem!r}"
                    )
                topics[city][path.stem] = topic
    for city, known in topics.items():
        for name, topic in known.items():
            path = root / city / "topics" / f"{name}.yml"
            where = f"{city}/topics/{path.name}:{_line_of(path, 'next')}"
            faults += [f"{where}: next: no topic {other!r} in {city}" for other in topic.next if other not in known]
    if faults:
        raise KnowledgeError(faults)
    return topics
