"""Date × cohort × parameter: exactly one resolution everywhere. Checks no amounts."""

from datetime import date
from decimal import Decimal

import pytest

from bot.policy.book import PolicyBook
from bot.policy.errors import UnknownParameter
from bot.policy.parameters import COHORTS, lineage, narrower

DAYS = [
    date(2023, 9, 1), date(2024, 8, 31), date(2024, 9, 1), date(2024, 12, 20), date(2024, 12, 31), date(2025, 1, 1),
    date(2025, 6, 30), date(2025, 8, 31), date(2025, 9, 1), date(2025, 12, 31), date(2026, 1, 1), date(2030, 1, 1),
]  # fmt: skip
STATUSES = {"agreed", "single_source", "preferred", "range", "unknown", "out_of_coverage"}


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("cohort", list(COHORTS))
def test_every_parameter_has_one_resolution(book: PolicyBook, cohort: str, day: date) -> None:
    for name, parameter in book.parameters.items():
        found = book.resolve(name, cohort=cohort, on=day)
        assert found.status in STATUSES
        settled = found.status in ("agreed", "single_source", "preferred")
        assert (found.value is not None) == settled, name
        assert bool(found.citations) == (found.status != "out_of_coverage"), name
        if settled:
            assert isinstance(found.value, Decimal if parameter.numeric else str)
        if found.status == "range":
            assert len(found.values) > 1 and (found.conflict or parameter.claims[0].cohort != cohort), name


@pytest.mark.parametrize("day", [date(2024, 8, 31), date(2026, 1, 1), date(2030, 1, 1)], ids=str)
def test_nothing_holds_outside_the_documents(book: PolicyBook, day: date) -> None:
    for name in book.parameters:
        for cohort in COHORTS:
            assert book.resolve(name, cohort=cohort, on=day).status == "out_of_coverage", (name, cohort)


def test_the_documents_end_with_2025(book: PolicyBook) -> None:
    for city in ("shanghai", "lanzhou"):
        ends = {c.valid_to for p in book.parameters.values() if p.city == city for c in p.claims}
        assert book.latest_day(city) == max(ends) == date(2025, 12, 31)
        assert book.first_day(city) == date(2024, 9, 1)


@pytest.mark.parametrize(
    ("cohort", "day", "status", "value"),
    [
        ("sh.continuing", date(2025, 10, 1), "single_source", Decimal(355)),
        ("sh.fresh2025", date(2025, 10, 1), "single_source", Decimal(0)),
        ("sh.fresh2024", date(2024, 10, 1), "single_source", Decimal(0)),
        ("sh.fresh2024", date(2025, 10, 1), "single_source", Decimal(355)),
        ("sh.all", date(2025, 10, 1), "range", None),
        ("sh.all", date(2024, 10, 1), "out_of_coverage", None),
        ("lz.all", date(2025, 10, 1), "out_of_coverage", None),
    ],
)
def test_the_premium_depends_on_the_cohort(
    book: PolicyBook, cohort: str, day: date, status: str, value: object
) -> None:
    found = book.resolve("sh.premium.student", cohort=cohort, on=day)
    assert (found.status, found.value, found.conflict) == (status, value, "C04")


def test_a_preferred_document_settles_a_conflict(book: PolicyBook) -> None:
    found = book.resolve("sh.inpatient.deductible.tier3", cohort="sh.fresh2025", on=date(2025, 10, 1))
    assert (found.status, found.value, len(found.citations)) == ("preferred", Decimal(300), 2)


def test_values_that_differ_without_a_preferred_document_are_a_range(book: PolicyBook) -> None:
    found = book.resolve("lz.filing.long_term_change_after_months", cohort="lz.all", on=date(2025, 10, 1))
    assert (found.status, found.values) == ("range", (Decimal(6), Decimal(0)))


def test_a_conflict_may_prefer_one_of_two_values(book: PolicyBook) -> None:
    parameter = book.parameters["sh.premium.student"]
    everyone = [claim.copy(update={"cohort": "sh.all"}) for claim in parameter.claims]
    differing = parameter.copy(update={"claims": tuple(everyone), "conflict": "C03"})
    changed = book.copy(update={"parameters": {**book.parameters, parameter.id: differing}})
    object.__setattr__(changed, "_memory", {})
    found = changed.resolve(parameter.id, cohort="sh.all", on=date(2025, 10, 1))
    assert (found.status, len(found.values)) == ("range", 2)
    single = differing.copy(update={"claims": (everyone[0].copy(update={"document": "sh-qa-2025"}), everyone[1])})
    changed = book.copy(update={"parameters": {**book.parameters, parameter.id: single}})
    object.__setattr__(changed, "_memory", {})
    found = changed.resolve(parameter.id, cohort="sh.all", on=date(2025, 10, 1))
    assert (found.status, found.value) == ("preferred", Decimal(0))


def test_a_figure_that_is_only_mentioned_is_unknown(book: PolicyBook) -> None:
    found = book.resolve("sh.serious.cap", cohort="sh.all", on=date(2025, 10, 1))
    assert (found.status, found.value, found.citations[0].lines) == ("unknown", None, (29, 29))


def test_an_unknown_id_names_its_neighbours(book: PolicyBook) -> None:
    with pytest.raises(UnknownParameter, match=r"did you mean sh\.serious\.cap"):
        book.resolve("sh.serious.cab", cohort="sh.all", on=date(2025, 10, 1))


def test_an_unknown_cohort_is_refused(book: PolicyBook) -> None:
    with pytest.raises(ValueError, match=r"no cohort 'sh\.none'"):
        book.resolve("sh.serious.cap", cohort="sh.none", on=date(2025, 10, 1))


def test_lookups_are_remembered_within_bounds(book: PolicyBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.policy.book.MEMORY", 3)
    fresh = book.copy()
    object.__setattr__(fresh, "_memory", {})
    for month in range(1, 9):
        fresh.resolve("sh.serious.cap", cohort="sh.all", on=date(2025, month, 1))
    assert len(fresh._memory) <= 3


def test_freshmen_of_an_earlier_year_are_continuing_students() -> None:
    assert lineage("sh.fresh2024", date(2024, 12, 31)) == ["sh.fresh2024", "sh.all"]
    assert lineage("sh.fresh2024", date(2025, 1, 1)) == ["sh.fresh2024", "sh.continuing", "sh.all"]
    assert lineage("lz.all", date(2025, 1, 1)) == ["lz.all"]
    assert narrower("lz.all") == ["lz.fresh", "lz.graduate"]
