"""Every worked example of the research notes, and the boundary pairs beside them."""

import re
from typing import Any, Dict

import pytest

from bot.policy.book import PolicyBook
from bot.policy.catalogue import CALCULATIONS

from .worked import KEYS, faults, worked_examples


@pytest.mark.parametrize("case", worked_examples(), ids=lambda case: f"{case['file']}:{case['id']} {case['name']}")
def test_worked_example(case: Dict[str, Any], book: PolicyBook) -> None:
    assert set(case) <= KEYS | {"file"}
    assert faults(case, book) == []


def test_ids_and_names_stand_once() -> None:
    for key in ("id", "name"):
        values = [(case["file"] if key == "name" else "", case[key]) for case in worked_examples()]
        assert len(values) == len(set(values))


def test_every_calculation_has_worked_examples() -> None:
    assert {case["calculation"] for case in worked_examples()} == set(CALCULATIONS)


def test_every_row_of_the_catalogue_has_worked_examples() -> None:
    rows = set()
    for entry in CALCULATIONS.values():
        city, numbers = entry.id.split("-")
        rows |= {f"{city}-{number}" for number in numbers.split("/")}
    assert rows == {f"SH-{n}" for n in range(1, 25)} | {f"LZ-{n}" for n in range(1, 15)}
    covered = {re.sub(r"\.\d+$", "", case["id"]) for case in worked_examples()}
    assert rows <= covered
