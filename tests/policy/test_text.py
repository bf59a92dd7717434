"""The readable breakdown shows every status, figure, step and source."""

import re

from bot.policy.book import PolicyBook
from bot.policy.catalogue import CALCULATIONS
from bot.policy.text import LABELS, breakdown, show

from .conftest import Run
from .worked import worked_examples


def test_a_breakdown_gives_the_figure_the_steps_and_the_sources(run: Run, book: PolicyBook) -> None:
    result = run("shanghai.inpatient", {"stays": [{"level": "tier3", "eligible": "10000"}]})
    assert breakdown(result, "上海住院报销", book).splitlines()[:6] == [
        "上海住院报销：可以算出（按 2025 年 10 月 15 日的规定）",
        "  医保基金支付：5820.00 元",
        "  自己承担：4180.00 元",
        "怎么算的：",
        "  · 三级医院每次起付标准：300.00 = 300.00 元",
        "  · 三级医院住院报销：(10000.00 − 300.00) × 60% = 5820.00 元",
    ]


def test_every_worked_example_can_be_shown(run: Run, book: PolicyBook) -> None:
    for case in worked_examples():
        text = breakdown(run(case["calculation"], case["input"], cohort=case.get("cohort")), "题目", book)
        assert "None" not in text and "Decimal" not in text and not re.search(r"[{}]", text), case["id"]


def test_every_output_has_a_label() -> None:
    assert {name for entry in CALCULATIONS.values() for name in entry.outputs.split()} <= set(LABELS)


def test_outputs_are_those_that_the_catalogue_announces(run: Run) -> None:
    for case in worked_examples():
        result = run(case["calculation"], case["input"], cohort=case.get("cohort"))
        announced = set(CALCULATIONS[case["calculation"]].outputs.split())
        assert {*result.outputs, *(result.low or {}), *(result.high or {})} <= announced, case["id"]


def test_yes_and_no_are_words() -> None:
    assert (show(True), show(False), show(3)) == ("是", "否", "3")


def test_a_range_shows_both_ends_and_the_default_reading(run: Run, book: PolicyBook) -> None:
    stays = [{"level": "3A", "eligible": "10000"}, {"level": "2", "eligible": "5000"}]
    lines = breakdown(run("lanzhou.inpatient", {"stays": stays, "earlier_stays": 0}), "兰州住院", book).splitlines()
    assert lines[1] == "  医保基金支付：9568.00 元（按通常的理解；也可能 9500.00 元 或 9568.00 元）"
    unknown = run("shanghai.outpatient", {"visits": [{"place": "tier1", "eligible": "500"}]})
    assert breakdown(unknown, "门急诊", book).splitlines()[1] == "  医保基金支付：140.00 元 或 350.00 元"
