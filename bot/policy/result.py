"""The one result of every calculation, and its JSON form."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any, Dict, List, Optional, Tuple, Union

from pydantic import BaseModel

from bot.policy.money import yuan
from bot.policy.resolve import Citation

STATUSES: Tuple[str, ...] = ("ok", "range", "need_input", "not_calculable", "not_covered", "out_of_coverage")
"""ok: one answer · range: the documents or the missing facts leave several · need_input: see `missing` ·
not_calculable: the documents do not say, see `reason` · not_covered: nothing is paid, see `reason` ·
out_of_coverage: the day or year lies outside the documents, see `reason`."""

Amount = Decimal
Output = Union[bool, int, Decimal, date, str]
"""Decimals are always yuan in whole fen; counts are int; days are date."""
Outputs = Dict[str, Output]


class Part(BaseModel):
    """Base of the parts of a result; built by the calculator only, so without coercion."""

    class Config:
        copy_on_model_validation = "none"
        arbitrary_types_allowed = True


class Choice(Part):
    """One possible answer to a question."""

    value: Any
    """What to put into the input."""
    title: str
    """What to show on a button."""


class Question(Part):
    """One missing input."""

    field: str
    """Path in the input, such as visits.0.place."""
    text: str
    """The question, in Chinese."""
    choices: List[Choice] = []
    """The possible answers; empty when it is an amount, a number or a day."""


class Step(Part):
    """One line of the calculation."""

    key: str
    """Stable name, such as visits.0.fund."""
    label: str
    """What is computed, in Chinese."""
    expression: str
    """The arithmetic with its figures, such as (450.00 − 300.00) × 50%."""
    value: Any
    """What comes out."""
    unit: str
    """元, 个月, 年, 次, or empty for a day."""
    parameters: Tuple[str, ...]
    """Ids of the parameters used in this step."""
    citations: Tuple[Citation, ...]
    """Where those parameters stand."""


class Assumption(Part):
    """Something taken for granted, and what would change without it."""

    id: str
    """A reading (R02), a conflict (C05) or a word (year, earlier_stays)."""
    text: str
    """What is assumed, in Chinese."""
    effect: str = ""
    """How the answer would change otherwise, in Chinese; empty when it cannot be said."""
    alternative: Optional[Outputs] = None
    """The outputs under the other reading, when they can be computed."""


class Result(Part):
    """What a calculation says."""

    name: str
    """Name of the calculation."""
    status: str
    """One of STATUSES."""
    outputs: Outputs = {}
    """The answer. With status range: the default reading's answer, or only what is the same at both ends."""
    low: Optional[Outputs] = None
    """With status range: the whole answer in the case where the student gets least (or waits shortest)."""
    high: Optional[Outputs] = None
    """With status range: the whole answer in the case where the student gets most (or waits longest)."""
    rows: Dict[str, List[Outputs]] = {}
    """Tables, such as one row per visit."""
    steps: List[Step] = []
    assumptions: List[Assumption] = []
    conflicts: List[Dict[str, str]] = []
    """Disagreements of the documents that touch this answer: id and the sentence for the student."""
    missing: List[Question] = []
    """With status need_input: what to ask, in the order a person would ask."""
    unknowns: List[str] = []
    """Ids of parameters that the documents mention without a figure."""
    citations: List[Citation] = []
    """All places that the answer rests on, without repetition."""
    reason: Optional[str] = None
    """Why there is no answer, in Chinese."""
    as_of: date
    """The day whose rules were applied."""

    def to_json(self) -> Dict[str, Any]:
        """Return plain data: amounts as strings in yuan with two decimals, days as 2025-03-15."""
        plain = _plain(self)
        assert isinstance(plain, dict)
        return plain


def _plain(value: Any) -> Any:
    """Return a value as JSON data; the exact types come first because a batch runs through here most of all."""
    kind = type(value)
    if kind in (str, int, bool, NoneType):
        return value
    if kind is Decimal:
        return yuan(value)
    if kind in (list, tuple):
        return [_plain(item) for item in value]
    if kind is dict:
        return {name: _plain(item) for name, item in value.items()}
    if kind is datetime:
        return value.isoformat(timespec="minutes")
    if kind is date:
        return value.isoformat()
    if isinstance(value, BaseModel):
        return {name: _plain(item) for name, item in value.__dict__.items()}
    raise TypeError(f"a result cannot hold {kind.__name__} {value!r}")
