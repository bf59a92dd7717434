"""The rules of triage as data (triage.yml) with their schema."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, List, Literal, Optional, Pattern, Tuple, get_args

import yaml
from pydantic import BaseModel, Extra, ValidationError, validator

from bot.policy.book import PolicyBook

Category = Literal["money", "enrolment", "deadline", "claim", "complaint", "emergency", "other"]
CATEGORIES: Tuple[Category, ...] = get_args(Category)
Priority = Literal["urgent", "high", "normal"]
PRIORITIES: Tuple[Priority, ...] = ("urgent", "high", "normal")
"""The most pressing first."""
PRIORITY_LABELS = {"urgent": "紧急", "high": "优先", "normal": "普通"}
RULES = Path(__file__).with_name("triage.yml")


class DeskRulesError(ValueError):
    """A data file of the desk is not in order; the message names file and key."""


class _Frozen(BaseModel):
    class Config:
        frozen = True
        extra = Extra.forbid


class _Words(_Frozen):
    words: Tuple[str, ...] = ()

    @validator("words", each_item=True)
    def words_are_expressions(cls, value: str) -> str:
        return _compiles(value)

    def pattern(self) -> Optional[Pattern[str]]:
        """One expression for all the words; None when there are none."""
        return re.compile("|".join(self.words)) if self.words else None


class CategoryRule(_Words):
    """When a question belongs to a category."""

    name: Category
    label: str
    first: bool = False
    priority: Priority = "normal"
    reason: str = ""
    intents: Tuple[str, ...] = ()
    unless: Optional[str] = None

    @validator("unless")
    def unless_is_an_expression(cls, value: Optional[str]) -> Optional[str]:
        return None if value is None else _compiles(value)


class UrgencyRule(_Words):
    """Words that say a hurry."""

    priority: Priority
    reason: str


class MoneyRule(_Frozen):
    """From which amount on a question is pressing, and where amounts are looked for."""

    yuan: Decimal
    priority: Priority
    entities: Tuple[str, ...]
    calculation: Tuple[str, ...]


class KnownDeadline(_Frozen):
    """A parameter of the knowledge that holds a last day, and the intents that are about it."""

    parameter: str
    city: str
    intents: Tuple[str, ...]

    def days(self, book: PolicyBook) -> List[date]:
        """The last days that the documents give. Raises UnknownParameter."""
        claims = book.parameter(self.parameter).claims
        return sorted({date.fromisoformat(str(claim.value)[:10]) for claim in claims if claim.value})


class DeadlineRule(_Frozen):
    """How near a last day is pressing, and where last days are looked for."""

    days: int
    priority: Priority
    categories: Tuple[Category, ...]
    outputs: Tuple[str, ...]
    known: Tuple[KnownDeadline, ...] = ()


class TriageRules(_Frozen):
    """Everything in triage.yml."""

    categories: Tuple[CategoryRule, ...]
    urgency: Tuple[UrgencyRule, ...]
    money: MoneyRule
    deadline: DeadlineRule

    @validator("categories")
    def each_category_once(cls, value: Tuple[CategoryRule, ...]) -> Tuple[CategoryRule, ...]:
        names: List[str] = [rule.name for rule in value]
        intents = [intent for rule in value for intent in rule.intents]
        twice = [name for listed in (names, intents) for name in sorted(set(listed)) if listed.count(name) > 1]
        if twice:
            raise ValueError(f"each category and each intent stands once; twice: {', '.join(twice)}")
        return value

    def label(self, category: str) -> str:
        """The Chinese name of a category."""
        return next((rule.label for rule in self.categories if rule.name == category), "其他")


def _compiles(expression: str) -> str:
    try:
        re.compile(expression)
    except re.error as error:
        raise ValueError(f"{expression!r} is not a regular expression: {error}") from None
    return expression


def read_rules(path: Path, model: Any) -> Any:
    """Read a YAML file of the desk into its model. Raises DeskRulesError with every fault."""
    try:
        return model.parse_obj(yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise DeskRulesError(f"{path.name}: {'; '.join(faults)}") from error
    except (OSError, yaml.YAMLError, ValueError) as error:  # a day that does not exist is a ValueError
        raise DeskRulesError(f"{path.name}: not readable: {' '.join(str(error).split())}") from error


@lru_cache(maxsize=2)
def triage_rules(path: Path = RULES) -> TriageRules:
    """The rules of this process. Raises DeskRulesError."""
    rules: TriageRules = read_rules(path, TriageRules)
    return rules
