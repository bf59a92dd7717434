"""What a student reads of a result."""

from datetime import date
from decimal import Decimal

import pytest

from bot.dialogue.facts import Asking
from bot.dialogue.render import render_both, render_question, render_result
from bot.knowledge.base import knowledge
from bot.policy.catalogue import calculate
from bot.policy.result import STATUSES, Result
from tests.dialogue.cases import ON

STAY = {"stays": [{"level": "tier3", "total": "9000", "outside": "2000"}]}
VISIT = {"visits": [{"place": "tier2", "eligible": "800"}], "counted": "0"}


def worked(name: str, inputs: dict) -> Result:
    return calculate(name, inputs, book=knowledge().book, today=ON)


def test_figure_comes_first_then_what_it_was_told_then_the_source() -> None:
    result = worked("shanghai.outpatient", {"visits": [{"place": "tier3", "eligible": "800"}], "counted": "0"})
    lines = render_result(result, knowledge().book, given="上海，三甲，800 元").text.splitlines()
    assert lines[0] == "医保报销 250.00 元，自己付 550.00 元。"
    assert lines[1] == "按这些算的：上海，三甲，800 元"
    assert lines[-1].startswith("依据：《")


def test_what_is_set_aside_stands_below_what_is_counted() -> None:
    """(9000 − 2000 − 300) × 60 % = 4,020.00 of 9,000."""
    given, aside = "上海，三级医院，9,000 元（其中自费 2,000 元）", "打车 50 元、你估的 600 元"
    lines = render_result(
        worked("shanghai.inpatient", STAY), knowledge().book, given=given, aside=aside, exact=True
    ).text.splitlines()
    assert lines[0] == "医保报销 4,020.00 元，自己付 4,980.00 元。"
    assert lines[1:3] == [f"按这些算的：{given}", f"没有算进去：{aside}"]


def test_nothing_is_said_of_what_is_set_aside_when_nothing_is() -> None:
    assert "没有算进去" not in render_result(worked("shanghai.inpatient", STAY), knowledge().book, given="上海").text


def test_refusal_names_what_is_set_aside_all_the_same() -> None:
    result = worked("shanghai.inpatient", {**STAY, "third_party": True})
    text = render_result(result, knowledge().book, given="上海", aside="打车 50 元").text
    assert text.startswith("这个算不出来：") and "没有算进去：打车 50 元" in text


def test_closed_gate_says_that_nothing_is_paid() -> None:
    text = render_result(worked("shanghai.inpatient", {**STAY, "waiting": True}), knowledge().book, given="上海").text
    assert text.startswith("这笔不报销：") and "等待期" in text


def test_amount_that_may_be_the_whole_bill_is_called_an_upper_bound() -> None:
    inputs = {"stays": [{"level": "tier3", "eligible": "10000"}]}
    text = render_result(worked("shanghai.inpatient", inputs), knowledge().book, given="上海，三级医院，10,000 元").text
    assert "符合医保规定" in text and "比这少" in text


@pytest.mark.parametrize("given", ["上海，三级医院，9,000 元（其中自费 2,000 元）", "上海，医保范围内 7,000 元"])
def test_amount_whose_covered_part_is_told_is_no_upper_bound(given: str) -> None:
    assert (
        "比这少"
        not in render_result(worked("shanghai.inpatient", STAY), knowledge().book, given=given, exact=True).text
    )


def test_one_bill_of_several_without_its_covered_part_is_still_an_upper_bound() -> None:
    """Of two stays one is told with its self-paid part; the other may hold some as well."""
    stays = {"stays": [{"level": "tier3", "total": "9000", "outside": "2000"}, {"level": "tier2", "eligible": "800"}]}
    given = "上海，三级医院 9,000 元（其中自费 2,000 元），二级医院 800 元"
    assert "比这少" in render_result(worked("shanghai.inpatient", stays), knowledge().book, given=given).text


def test_stay_and_visit_are_told_together_and_each() -> None:
    """4,020.00 of 9,000 for the stay, (800 − 300) × 60 % = 300.00 of 800 for the visit."""
    stay, visit = worked("shanghai.inpatient", STAY), worked("shanghai.outpatient", VISIT)
    given = "上海，三级医院 9,000 元（其中自费 2,000 元），二级医院 800 元"
    reply = render_both(stay, visit, knowledge().book, given=given, aside="打车 50 元")
    lines = reply.text.splitlines()
    assert lines[:4] == [
        "一共：医保报销 4,320.00 元，自己付 5,480.00 元。",
        "住院：医保报销 4,020.00 元，自己付 4,980.00 元。",
        "门诊（急诊）：医保报销 300.00 元，自己付 500.00 元。",
        f"按这些算的：{given}",
    ]
    assert "没有算进去：打车 50 元" in lines and lines[-1].startswith("依据：《")
    assert reply.card is not None and reply.card.data["beside"]["outputs"]["fund"] == "300.00"


def test_stay_and_visit_with_an_open_deductible_are_a_range_together() -> None:
    """The visit gives 300.00 with the deductible unused and 800 × 60 % = 480.00 with it used up."""
    visit = worked("shanghai.outpatient", {"visits": VISIT["visits"]})
    lines = render_both(worked("shanghai.inpatient", STAY), visit, knowledge().book).text.splitlines()
    assert lines[0] == "一共：医保报销 4,320.00–4,500.00 元，自己付 5,300.00–5,480.00 元。"


def test_stay_beside_visits_that_cannot_be_worked_out_has_no_sum_of_both() -> None:
    """(10000 − 1400) × 65 % = 5,590.00; Lanzhou's visits are the school's matter."""
    stay = worked("lanzhou.inpatient", {"stays": [{"level": "3A", "eligible": "10000"}]})
    reply = render_both(stay, worked("lanzhou.outpatient", {}), knowledge().book, given="兰州，三甲，10,000 元")
    lines = reply.text.splitlines()
    assert lines[0] == "住院：医保报销 5,590.00 元，自己付 4,410.00 元。"
    assert lines[1].startswith("门诊（急诊）：") and "学校" in lines[1]
    assert "一共" not in reply.text


def test_range_shows_both_ends_and_offers_what_settles_it() -> None:
    result = worked("shanghai.outpatient", {"visits": [{"place": "tier3", "eligible": "800"}]})
    reply = render_result(result, knowledge().book)
    assert reply.text.startswith("医保报销 250.00–400.00 元，自己付 400.00–550.00 元。")
    assert [suggestion.title for suggestion in reply.suggestions] == ["起付线还没用过", "起付线已经用完"]


def test_day_that_is_over_is_called_so() -> None:
    result = worked("shanghai.claim_deadline", {"voucher_date": "2025-03-01"})
    assert ("已经过了" in render_result(result, knowledge().book).text) is (result.outputs.get("passed") is True)
    assert result.outputs["passed"] is True, "a receipt of 1 March 2025 is over on 15 October: within half a year"


def test_at_most_three_steps_stand_behind_the_figure() -> None:
    visits = [{"place": "tier1", "eligible": "200"}] * 6
    reply = render_result(worked("shanghai.outpatient", {"visits": visits, "counted": "0"}), knowledge().book)
    assert "·" not in reply.text
    assert sum(line.startswith("·") for line in (reply.more or "").splitlines()) == 3


def test_year_that_the_figure_is_for_is_said_at_once() -> None:
    inputs = {"stays": [{"level": "tier3", "eligible": "10000"}]}
    result = calculate("shanghai.inpatient", inputs, book=knowledge().book, today=date(2026, 3, 1))
    assert "按 2025 年度的文件算" in render_result(result, knowledge().book).text


def test_question_put_a_third_time_offers_a_person() -> None:
    asking = Asking(fact="level", text="哪一级医院？", choices=[{"value": "3", "title": "三级"}])
    assert render_question(asking).text == "哪一级医院？"
    again = render_question(asking.copy(update={"times": 2}), "哪一级医院？")
    assert again.text.endswith("哪一级医院？") and again.text != "哪一级医院？"
    third = render_question(asking.copy(update={"times": 3}), again.text)
    assert [suggestion.message for suggestion in third.suggestions] == ["三级", "转人工", "算了"]


def test_what_cannot_be_calculated_says_why_and_where_to_ask() -> None:
    text = render_result(worked("lanzhou.outpatient", {}), knowledge().book).text
    assert text.startswith("这个算不出来：") and "学校" in text and "12393" in text


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "need_input"])
def test_every_status_renders(status: str) -> None:
    result = worked("shanghai.inpatient", {"stays": [{"level": "tier3", "eligible": "10000"}]})
    changed = result.copy(update={"status": status, "reason": "原因", "low": result.outputs, "high": result.outputs})
    assert render_result(changed, knowledge().book).text


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "need_input"])
def test_every_status_renders_beside_a_stay(status: str) -> None:
    stay = worked("shanghai.inpatient", STAY)
    zero = {"fund": Decimal("0.00"), "own": Decimal("800.00")}
    changed = worked("shanghai.outpatient", VISIT).copy(
        update={"status": status, "reason": "原因", "outputs": zero, "low": zero, "high": zero}
    )
    assert render_both(stay, changed, knowledge().book).text
