"""The trace keeper and the small helpers: what happens on the paths that no catalogue entry takes today."""

from datetime import date
from decimal import Decimal

import pytest

from bot.policy.bands import marginal, parse_bands
from bot.policy.book import PolicyBook
from bot.policy.catalogue import CALCULATIONS, calculate
from bot.policy.errors import NoFigure
from bot.policy.money import percent
from bot.policy.rules import Moment, Rules

from .conftest import TODAY, Run

RULES = Moment("sh.all", date(2025, 10, 1), TODAY)


@pytest.mark.parametrize("bands", ["1-10:0.6;10-:0.7", "0-10:0.6;20-:0.7", "0-10:0.6"])
def test_bands_with_a_gap_are_refused(bands: str) -> None:
    with pytest.raises(ValueError, match="bands must start at 0"):
        parse_bands(bands)


def test_bands_pay_each_part_at_its_own_rate() -> None:
    assert marginal(parse_bands("0-10:0.5;10-:1"), Decimal(15)) == Decimal(10)


def test_assumptions_and_unknowns_stand_once(book: PolicyBook) -> None:
    rules = Rules("x", book, RULES)
    for _ in range(2):
        rules.assume("a", "文字")
        rules.unknown("sh.serious.cap")
    assert [item.id for item in rules.assumptions] == ["a"]
    assert rules.unknowns == ["sh.serious.cap"]


def test_a_number_is_not_a_text_and_a_text_not_a_number(book: PolicyBook) -> None:
    rules = Rules("x", book, RULES)
    with pytest.raises(NoFigure):
        rules.text("sh.outpatient.deductible")
    with pytest.raises(NoFigure, match=r"sh\.insurers: single_source"):
        rules.number("sh.insurers")


def test_a_figure_that_a_document_only_mentions_makes_no_answer(book: PolicyBook) -> None:
    parameter = book.parameters["sh.outpatient.deductible"]
    silent = tuple(claim.copy(update={"value": None}) for claim in parameter.claims)
    mutant = parameter.copy(update={"claims": silent, "status": "mentioned_without_value"})
    changed = PolicyBook(
        documents=book.documents,
        parameters={**book.parameters, parameter.id: mutant},
        readings=book.readings,
        conflicts=book.conflicts,
    )
    result = calculate("shanghai.remaining_deductible", {"counted": "0"}, book=changed, today=TODAY)
    assert (result.status, result.unknowns) == ("not_calculable", ["sh.outpatient.deductible"])
    assert result.reason == "文件提到“校外门急诊年度起付线”，但没有给出可以用的数字。"


def test_a_year_without_a_premium_is_named(run: Run) -> None:
    result = run("shanghai.premium", {"year": 2026}, cohort="sh.fresh2025")
    assert result.reason == "“2025级新生”2026 年度的缴费标准，文件里没有写。"


def test_percentages_keep_their_digits() -> None:
    assert [percent(Decimal(rate)) for rate in ("0.70", "1", "0.675", "0.5")] == ["70%", "100%", "67.5%", "50%"]


def test_schemas_tell_what_is_taken() -> None:
    properties = {
        key: value for entry in CALCULATIONS.values() for key, value in entry.model.schema()["properties"].items()
    }
    assert properties["on"]["format"] == "date"
    assert properties["counted"]["pattern"].startswith("^[0-9]")
    assert properties["done_at"]["format"] == "date-time"
    assert properties["earlier_stays"]["maximum"] == 60
