"""Every calculation that pays is closed by each of the three facts, with the city's reason and its places."""

from typing import Dict, List, Tuple

import pytest

from bot.policy.catalogue import CALCULATIONS
from bot.policy.payment import PaymentInputs

from .conftest import Run

PAYING = [name for name, entry in CALCULATIONS.items() if issubclass(entry.model, PaymentInputs)]
CLOSED: Dict[Tuple[str, str], Tuple[str, str, List[Tuple[str, Tuple[int, int]]]]] = {
    ("shanghai", "waiting"): (
        "not_covered", "等待期还没满", [("sh-fresh-2025", (217, 219)), ("sh-qa-2025", (11, 11))],
    ),
    ("shanghai", "third_party"): ("not_calculable", "12393", []),
    ("shanghai", "insured_elsewhere"): (
        "not_calculable", "按参保地的规定报", [("sh-qa-2025", (73, 73)), ("sh-fresh-2025", (189, 197))],
    ),
    ("lanzhou", "waiting"): ("not_calculable", "新生通过学校缴费的没有等待期", [("lz-letter-2025", (65, 65))]),
    ("lanzhou", "third_party"): ("not_calculable", "12393", []),
    ("lanzhou", "insured_elsewhere"): ("not_calculable", "按老家的规定报", [("lz-letter-2025", (77, 77))]),
}  # fmt: skip


@pytest.mark.parametrize("fact", ["waiting", "third_party", "insured_elsewhere"])
@pytest.mark.parametrize("name", PAYING)
def test_a_true_fact_closes_every_calculation_that_pays(run: Run, name: str, fact: str) -> None:
    status, words, places = CLOSED[name.split(".")[0], fact]
    result = run(name, {fact: True})
    assert (result.status, result.missing, result.steps) == (status, [], [])
    assert words in (result.reason or "")
    assert [(place.document, place.lines) for place in result.citations] == places
    assert set(result.outputs) <= set(CALCULATIONS[name].outputs.split())
    assert run(name, {fact: False}) == run(name, {fact: None}) == run(name)


def test_what_pays_is_what_names_a_payment() -> None:
    assert {entry.city for entry in CALCULATIONS.values() if entry.name in PAYING} == {"shanghai", "lanzhou"}
    paid = {"fund", "second_reimbursement", "tier1", "3A"}
    others = {name for name, entry in CALCULATIONS.items() if paid & set(entry.outputs.split())} - set(PAYING)
    assert others == set()
