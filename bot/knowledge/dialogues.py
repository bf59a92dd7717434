"""Which calculations a chat can run and how its facts become their input (knowledge/dialogues.yml)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Literal, Mapping, Optional, Set, Tuple, Union

import yaml
from pydantic import BaseModel, Extra, root_validator

from bot.policy.catalogue import CALCULATIONS
from bot.settings import KNOWLEDGE


class _Frozen(BaseModel):
    class Config:
        frozen = True
        extra = Extra.forbid


class Converted(_Frozen):
    """A fact that the calculation wants in another form."""

    fact: str
    as_: Literal[
        "counted",
        "day",
        "is_given",
        "lanzhou_student",
        "premium_status",
        "low_income",
        "shanghai_cohort",
        "simple_care",
        "stays_before",
        "visit_care",
        "whole",
        "year",
    ]

    class Config(_Frozen.Config):
        fields = {"as_": "as"}


class Rows(_Frozen):
    """A list of the input: one row for each amount."""

    name: str
    fields_: Dict[str, str]

    class Config(_Frozen.Config):
        fields = {"fields_": "fields"}


class RateParameters(_Frozen):
    """Where the book has deductible and reimbursement rate of a place of care; {place} stands for the place."""

    rate: str
    deductible: Optional[str] = None
    per: Literal["year", "stay"] = "stay"
    """Whether the deductible is taken once a year or from each stay."""
    free: Tuple[str, ...] = ()
    """Places without a deductible."""
    places: Tuple[str, ...]


class CityDialogue(_Frozen):
    """What a dialogue does in one city: a calculation, or a topic that answers instead."""

    calculation: Optional[str] = None
    topic: Optional[str] = None
    plain: bool = False
    """With `topic`: whether a message with a bill gets the plain calculation of its care instead."""
    rows: Optional[Rows] = None
    fields_: Dict[str, Union[str, Converted]] = {}
    rates: Optional[RateParameters] = None

    class Config(_Frozen.Config):
        fields = {"fields_": "fields"}

    @root_validator
    def one_of_both(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if bool(values.get("calculation")) == bool(values.get("topic")):
            raise ValueError("give either calculation or topic")
        return values

    def asked_fields(self) -> List[str]:
        """Fields of the calculation without a source here: only a question can fill them, under their own name."""
        if not self.calculation:
            return []
        taken = {*self.fields_, self.rows.name if self.rows else ""}
        return [name for name in CALCULATIONS[self.calculation].model.__fields__ if name not in taken]

    def facts(self) -> Set[str]:
        """The names of the facts that the calculation uses."""
        sources = [source.fact if isinstance(source, Converted) else source for source in self.fields_.values()]
        return {*sources, *(self.rows.fields_.values() if self.rows else ())}

    def fact_of(self, field: str) -> Optional[str]:
        """The fact behind a field path of the calculation's questions, such as visits.0.place; None when it has none."""
        parts = field.split(".")
        if self.rows and parts[0] == self.rows.name:
            return self.rows.fields_.get(parts[-1])
        if field == "eligible":
            return "amount"
        source = self.fields_.get(field)
        return source.fact if isinstance(source, Converted) else source


    def row_of(self, field: str) -> Optional[int]:
        """Which visit a field path of the calculation's questions is about, None when it is about none."""
        parts = field.split(".")
        return int(parts[1]) if self.rows and parts[0] == self.rows.name and len(parts) == 3 else None


class Dialogue(_Frozen):
    """A calculation that can be asked for."""

    title: str
    trained: bool = False
    """Whether data/nlu has examples of the intent; the others are reached from `rules` by what is stated."""
    care: Tuple[str, ...] = ()
    rules: Tuple[str, ...] = ()
    """Topics (or general dialogues) that this calculation takes over when the message states a case."""
    stated: Tuple[str, ...] = ()
    unless: Tuple[str, ...] = ()
    says: Optional[str] = None
    told: Tuple[str, ...] = ()
    """Entities of which one does what `says` asks for."""
    next: Tuple[str, ...] = ()
    opens: Tuple[str, ...] = ()
    """Topics after whose answer a grade or an amount belongs to this calculation."""
    cities: Dict[str, CityDialogue]


class _File(_Frozen):
    levels: Dict[str, Dict[str, str]]
    dialogues: Dict[str, Dialogue]


@lru_cache(maxsize=2)
def _load(path: Path) -> _File:
    return _File(**yaml.safe_load(path.read_text("utf-8")))


def load_dialogues(root: Path = KNOWLEDGE) -> Mapping[str, Dialogue]:
    """Intent -> dialogue. Raises pydantic.ValidationError naming the key that is wrong."""
    return _load(root / "dialogues.yml").dialogues


def level_names(city: str, root: Path = KNOWLEDGE) -> Mapping[str, str]:
    """Hospital level of the vocabulary -> level of the city's calculations."""
    return _load(root / "dialogues.yml").levels[city]
