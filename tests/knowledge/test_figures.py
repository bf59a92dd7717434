from datetime import date
from decimal import Decimal

import pytest

from bot.knowledge.base import knowledge
from bot.knowledge.figures import display, fill

ON = date(2025, 10, 15)


@pytest.mark.parametrize(
    "value, unit, text",
    [
        (Decimal("0.70"), "ratio", "70%"),
        (Decimal("300"), "CNY/benefit_year", "300 元"),
        (Decimal("80000"), "CNY/insurance_year", "8 万元"),
        (Decimal("1400"), "CNY/admission", "1400 元"),
        (Decimal("0.01"), "CNY/visit", "0.01 元"),
        (Decimal("6"), "month", "6 个月"),
        (Decimal("30"), "minute", "30 分钟"),
        ("2025-09-05", "date", "2025 年 9 月 5 日"),
        ("2024-12-20T17:00", "datetime", "2024 年 12 月 20 日 17:00"),
        ("09:00", "time", "9:00"),
        ("中国人寿;人保财险", "list", "中国人寿、人保财险"),
        ("12393", "phone", "12393"),
    ],
)
def test_value_is_shown_as_a_reader_expects(value: object, unit: str, text: str) -> None:
    assert display(value, unit) == text


def filled(text: str, today: date = ON, cohort: str = "sh.all") -> str:
    return fill(text, knowledge().book, cohort=cohort, on=ON, today=today)


def test_references_become_figures() -> None:
    assert filled("起付线 {sh.outpatient.deductible}，三级报 {sh.outpatient.rate.tier3}") == "起付线 300 元，三级报 50%"


def test_cohort_of_a_reference_outranks_the_readers() -> None:
    assert filled("{sh.premium.student@sh.continuing}", cohort="sh.fresh2025") == "355 元"
    assert filled("{sh.premium.student}", cohort="sh.fresh2025") == "0 元"


def test_deadline_says_when_it_has_passed() -> None:
    assert filled("{sh.family_fund.deadline}", today=date(2024, 12, 20)).endswith("17:00")
    assert filled("{sh.family_fund.deadline}", today=date(2024, 12, 21)).endswith("（已过）")


def test_figure_that_the_documents_do_not_give_is_said_to_be_missing() -> None:
    assert filled("{sh.serious.cap}") == "（文件没有写明）"


def test_unknown_reference_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"sh\.nothing"):
        filled("{sh.nothing}")
