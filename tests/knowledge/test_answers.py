from datetime import date

import pytest

from bot.knowledge.base import Situation, knowledge
from bot.knowledge.render import render

IN_TIME, LATER = date(2025, 10, 15), date(2026, 11, 22)


def test_city_known_gives_that_citys_answer_with_citation() -> None:
    reply = render(knowledge().answer("inpatient_rate", Situation(IN_TIME, "lanzhou")), knowledge(), city="lanzhou")
    assert "65%" in reply.text and "90%" in reply.text and "1400 元" in reply.text
    assert "依据：《" in reply.text and "我在上海" not in reply.text


def test_city_unknown_gives_both_and_offers_the_choice() -> None:
    reply = render(knowledge().answer("inpatient_rate", Situation(IN_TIME)), knowledge())
    assert "【上海】" in reply.text and "【兰州】" in reply.text
    assert [suggestion.message for suggestion in reply.suggestions] == ["我在上海", "我在兰州"]


def test_silent_city_says_so_and_where_to_ask() -> None:
    answer = knowledge().answer("incentive", Situation(IN_TIME, "lanzhou"))
    assert answer.status == "silent"
    assert "12393" in render(answer, knowledge(), city="lanzhou").text


def test_after_the_documents_time_the_answer_names_its_year() -> None:
    before = knowledge().answer("inpatient_rate", Situation(IN_TIME, "shanghai"))
    after = knowledge().answer("inpatient_rate", Situation(LATER, "shanghai"))
    assert before.cities[0].lapsed_year is None
    assert after.cities[0].lapsed_year == 2025
    assert "2025 年度" in render(after, knowledge(), city="shanghai").text


def test_freshman_of_2025_pays_nothing_and_others_355() -> None:
    fresh = knowledge().answer("premium", Situation(IN_TIME, "shanghai", "sh.fresh2025")).cities[0]
    assert "0 元" in fresh.short
    anyone = knowledge().answer("premium", Situation(IN_TIME, "shanghai")).cities[0]
    assert "355 元" in anyone.short


def test_cohort_of_the_other_city_does_not_count() -> None:
    answer = knowledge().answer("premium", Situation(IN_TIME, "lanzhou", "sh.fresh2025")).cities[0]
    assert "400 元" in answer.short


@pytest.mark.parametrize("topic", knowledge().topic_ids)
@pytest.mark.parametrize("city", ["shanghai", "lanzhou", None])
@pytest.mark.parametrize("detailed", [False, True])
@pytest.mark.parametrize("today", [date(2024, 10, 1), IN_TIME, LATER], ids=str)
def test_every_topic_renders_everywhere_and_always(topic: str, city: str, detailed: bool, today: date) -> None:
    reply = render(knowledge().answer(topic, Situation(today, city)), knowledge(), city=city, detailed=detailed)
    assert reply.text.strip() and "{" not in reply.text
    assert "依据：" in reply.text or "没有写" in reply.text


def test_unknown_topic_is_a_status_and_not_an_answer() -> None:
    answer = knowledge().answer("nonsense", Situation(IN_TIME))
    assert answer.status == "unknown_topic"
    with pytest.raises(ValueError, match="nonsense"):
        render(answer, knowledge())
