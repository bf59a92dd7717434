"""The book of the project, and one call that runs a calculation on a fixed day."""

from datetime import date
from typing import Any, Callable, Mapping, Optional

import pytest

from bot.knowledge.book import load_book
from bot.policy.book import PolicyBook
from bot.policy.catalogue import calculate
from bot.policy.result import Result
from bot.settings import PROJECT

TODAY = date(2025, 10, 15)
Run = Callable[..., Result]


@pytest.fixture(scope="session")
def book() -> PolicyBook:
    """Everything that stands in knowledge/."""
    return load_book(PROJECT / "knowledge")


@pytest.fixture(scope="session")
def run(book: PolicyBook) -> Run:
    """Run a calculation: run("shanghai.premium", {...}, cohort="sh.fresh2025")."""

    def once(
        name: str, inputs: Optional[Mapping[str, Any]] = None, *, today: date = TODAY, cohort: Optional[str] = None
    ) -> Result:
        return calculate(name, inputs or {}, book=book, today=today, cohort=cohort)

    return once
