"""Change any figure that a calculation uses, and a worked example must notice."""

from dataclasses import dataclass
from typing import Any, Dict, List, Set

import pytest

from bot.policy.book import Claim, Parameter, PolicyBook
from bot.policy.rules import Rules

from .worked import faults, worked_examples

EQUIVALENT: Dict[str, str] = {
    "sh.cover.fresh2025": "only cited: its two values are the two ends that the rule works out",
    "sh.inpatient.covers_observation": "only cited: that observation is settled like a stay is in the code of the rule",
    "sh.serious.diseases": "only cited: the student chooses listed or other",
    "sh.incentive.first_raise_year": "only cited: the threshold before it gives the same count",
    "lz.inpatient.pre_admission_emergency": "only cited: a rule, not a figure",
    "lz.in_province": "only cited: a rule, not a figure",
    "lz.out_of_province.vacation": "only cited: a rule, not a figure",
    "lz.out_of_province.term": "only cited: a rule, not a figure",
    "lz.serious.cap": "only cited: says that there is no ceiling",
    "sh.eligible_costs": "only cited: a rule, not a figure",
    "sh.wait.unpaid": "only cited: a rule, not a figure",
    "lz.eligible_costs": "only cited: a rule, not a figure",
    "lz.home_insurance": "only cited: a rule, not a figure",
    "lz.wait.fresh": "only cited: a rule, not a figure",
}


OTHER_TEXTS = {
    "2025-09-01": "2025-09-02",
    "2025-12-31": "2025-12-30",
    "2024-12-31": "2024-12-30",
    "T17": "T18",
    "09-05": "09-04",
    "Y-09-01": "Y-09-02",
    "Y-12-31": "Y-12-30",
    "09:00": "10:00",
    "12 月底": "11 月底",
    "大地财险上海": "大地财险",
    "平安养老上海": "平安养老",
}


@dataclass(frozen=True)
class Usage:
    """Which worked examples use which parameters."""

    cases: Dict[str, List[Dict[str, Any]]]


@pytest.fixture(scope="module")
def usage(book: PolicyBook) -> Usage:
    """Run every worked example and note what it looks up."""
    cases: Dict[str, List[Dict[str, Any]]] = {}
    original = Rules.look_up
    current: Set[str] = set()

    def noting(self: Rules, parameter: str) -> Any:
        current.add(parameter)
        return original(self, parameter)

    Rules.look_up = noting  # type: ignore[method-assign]
    try:
        for case in worked_examples():
            current.clear()
            assert faults(case, book) == []
            for parameter in current:
                cases.setdefault(parameter, []).append(case)
    finally:
        Rules.look_up = original  # type: ignore[method-assign]
    return Usage(cases)


def changed(claim: Claim) -> Claim:
    """Return the claim with another value of the same form."""
    value = claim.value or ""
    if "-" in value and ":" in value and "T" not in value:
        limits, rate = value.split(":")
        return claim.copy(update={"value": f"{limits}:{float(rate) + 0.01:.2f}"})
    for old, new in OTHER_TEXTS.items():
        if old in value:
            return claim.copy(update={"value": value.replace(old, new)})
    number = f"{float(value) + (0.01 if 0 < float(value) < 1 else 1):g}"
    return claim.copy(update={"value": number})


def with_change(book: PolicyBook, parameter: Parameter, claims: List[Claim]) -> PolicyBook:
    """Return a book in which one parameter has other claims."""
    mutant = parameter.copy(update={"claims": tuple(claims)})
    return PolicyBook(
        documents=book.documents, parameters={**book.parameters, parameter.id: mutant}, readings=book.readings,
        conflicts=book.conflicts,
    )  # fmt: skip


def test_each_figure_in_use_is_guarded(book: PolicyBook, usage: Usage) -> None:
    survived = []
    for name, cases in sorted(usage.cases.items()):
        parameter = book.parameters[name]
        if name in EQUIVALENT or parameter.status == "mentioned_without_value":
            continue
        groups = {claim.value for claim in parameter.claims}
        for value in groups:
            claims = [changed(claim) if claim.value == value else claim for claim in parameter.claims]
            mutant = with_change(book, parameter, claims)
            if not any(faults(case, mutant) for case in cases):
                survived.append(f"{name} {value}")
    assert survived == []


def test_deliberate_exceptions_are_in_use(usage: Usage) -> None:
    assert set(EQUIVALENT) <= set(usage.cases)


def test_every_figure_of_a_benefit_is_in_use(book: PolicyBook, usage: Usage) -> None:
    benefits = (
        "sh.outpatient.",
        "sh.inpatient.",
        "sh.serious.rate",
        "sh.wait.",
        "lz.inpatient.",
        "lz.serious.deductible",
        "lz.chronic.rate",
    )
    unused = [name for name in book.parameters if name.startswith(benefits) and name not in usage.cases]
    deliberate = {
        "sh.inpatient.serious_full_pay",  # C06: never applied
        *(f"sh.inpatient.deductible_per_year.tier{tier}" for tier in (1, 2, 3)),  # C05: the other position's unit
        "sh.wait.lapses_count_from",  # R12: told, not computed
    }  # fmt: skip
    assert set(unused) == deliberate


def test_every_step_names_its_parameters_and_their_citations(book: PolicyBook) -> None:
    from bot.policy.catalogue import calculate

    from .worked import TODAY

    for case in worked_examples():
        result = calculate(case["calculation"], case["input"], book=book, today=TODAY, cohort=case.get("cohort"))
        for step in result.steps:
            assert step.parameters, (case["id"], step.key)
            assert step.citations, (case["id"], step.key)
            assert set(step.citations) <= set(result.citations)
        if result.status in ("ok", "range"):
            assert result.steps and result.citations, case["id"]
