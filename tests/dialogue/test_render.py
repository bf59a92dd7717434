from datetime import date

import pytest

from bot.dialogue.facts import Asking
from bot.dialogue.render import render_question, render_result
from bot.knowledge.base import knowledge
from bot.policy.catalogue import calculate
from bot.policy.result import STATUSES, Result

ON = date(2025, 10, 15)


def worked(name: str, inputs: dict) -> Result:
    return calculate(name, inputs, book=knowledge().book, today=ON)


def test_figure_comes_first_then_what_it_was_told_then_the_source() -> None:
    result = worked("shanghai.outpatient", {"visits": [{"place": "tier3", "eligible": "800"}], "counted": "0"})
    lines = render_result(result, knowledge().book, given="上海，三甲，800 元").text.splitlines()
    assert lines[0] == "医保报销 250.00 元，自己付 550.00 元。"
    assert lines[1] == "按这些算的：上海，三甲，800 元"
    assert lines[-1].startswith("依据：《")


def test_amount_that_may_be_the_whole_bill_is_called_an_upper_bound() -> None:
    inputs = {"stays": [{"level": "tier3", "eligible": "10000"}]}
    text = render_result(worked("shanghai.inpatient", inputs), knowledge().book, given="上海，三级医院，10,000 元").text
    assert "符合医保规定" in text and "比这少" in text


def test_range_shows_both_ends_and_offers_what_settles_it() -> None:
    result = worked("shanghai.outpatient", {"visits": [{"place": "tier3", "eligible": "800"}]})
    reply = render_result(result, knowledge().book)
    assert reply.text.startswith("医保报销 250.00–400.00 元，自己付 400.00–550.00 元。")
    assert [suggestion.title for suggestion in reply.suggestions] == ["起付线还没用过", "起付线已经用完"]


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
