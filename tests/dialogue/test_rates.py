"""Deductible and rate of a place, said before any bill is told, as the documents have them.

Shanghai, 问题2(1): visits off campus 300 yuan a year, then 70, 60, 50 %; on campus 80 % without a deductible; each stay 50, 100,
300 yuan, then 80, 75, 60 %. Lanzhou, 三、(二) and (四): each stay 200, 400, 600, 1,400 yuan, then 90, 85, 75, 65 %.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Dict, List

import pytest

from bot.dialogue.rates import place_rates
from bot.knowledge.base import knowledge
from bot.knowledge.dialogues import load_dialogues
from tests.dialogue.cases import ON, Dialogue, entity

STAY = entity("care", "inpatient")


def sentences(intent: str, city: str, on: date = ON) -> Dict[str, str]:
    """What is said of every place."""
    rates = load_dialogues()[intent].cities[city].rates
    assert rates is not None
    return {one.place: one.sentence for one in place_rates(rates, city, knowledge().book, on)}


def test_visits_in_shanghai() -> None:
    assert sentences("calculate_outpatient", "shanghai") == {
        "campus": "校内医疗机构：没有起付线，报 80%。",
        "tier1": "一级医院（社区）：一年先自付 300 元，超出的部分报 70%。",
        "tier2": "二级医院：一年先自付 300 元，超出的部分报 60%。",
        "tier3": "三级医院：一年先自付 300 元，超出的部分报 50%。",
    }


@pytest.mark.parametrize("intent", ["calculate_inpatient", "calculate_observation"])
def test_stays_in_shanghai(intent: str) -> None:
    """Days under observation in the emergency ward are paid like a stay."""
    assert sentences(intent, "shanghai") == {
        "tier1": "一级医院（社区）：每次先扣起付线 50 元，超出的部分报 80%。",
        "tier2": "二级医院：每次先扣起付线 100 元，超出的部分报 75%。",
        "tier3": "三级医院：每次先扣起付线 300 元，超出的部分报 60%。",
    }


def test_stays_in_lanzhou() -> None:
    assert sentences("calculate_inpatient", "lanzhou") == {
        "1": "一级医院：每次先扣起付线 200 元，超出的部分报 90%。",
        "2": "二级医院：每次先扣起付线 400 元，超出的部分报 85%。",
        "3B": "三级乙等：每次先扣起付线 600 元，超出的部分报 75%。",
        "3A": "三级甲等：每次先扣起付线 1400 元，超出的部分报 65%。",
    }


def test_lanzhou_pays_no_rate_of_ordinary_visits() -> None:
    """Its document names no such rate, so none is said."""
    assert load_dialogues()["calculate_outpatient"].cities["lanzhou"].rates is None


def test_figures_stand_in_the_documents(documents: Path) -> None:
    texts = {
        city: "".join(path.read_text("utf-8") for path in files_of(city, documents)) for city in ("shanghai", "lanzhou")
    }
    for part in ("一级医疗机构 50 元、二级医疗机构 100 元、三级医疗机构 300 元", "设置起付线 300 元", "不计入起付标准"):
        assert part in texts["shanghai"]
    for part in (
        "三级甲等医疗机构 1400 元，三级乙等医疗机构 600 元，二级医疗机构 400 元，一级医疗机构 200 元",
        "三级甲等医疗机构 65%；三级乙等医疗机构 75%；二级医疗机构 85%；一级医疗机构 90%",
    ):
        assert part in texts["lanzhou"]


def files_of(city: str, documents: Path) -> List[Path]:
    """The documents of a city."""
    return [documents / one.file for one in knowledge().book.documents.values() if one.city == city]


def test_rates_of_a_day_after_the_documents_are_those_of_their_last_day() -> None:
    assert sentences("calculate_inpatient", "lanzhou", date(2031, 1, 1)) == sentences("calculate_inpatient", "lanzhou")


def test_every_rate_names_where_it_stands() -> None:
    for city in ("shanghai", "lanzhou"):
        rates = load_dialogues()["calculate_inpatient"].cities[city].rates
        assert rates is not None and all(one.citations for one in place_rates(rates, city, knowledge().book, ON))


# --- in a talk ---


def test_grade_without_a_bill_is_told_its_rate_before_the_bill_is_asked_for() -> None:
    student = Dialogue(city="lanzhou")
    rate, asked = student.say(
        "兰州三乙住院报几成", "calculate_inpatient", STAY, entity("level", "3B"), case={"visits": [{"level": "3B"}]}
    )
    assert rate.startswith("三级乙等：每次先扣起付线 600 元，超出的部分报 75%。") and "依据" in rate
    assert "多少" in asked and student.talk.open == "calculation"


def test_later_stay_of_the_year_is_told_its_own_deductible() -> None:
    """From the second stay on the deductible falls by 20 %: 1,400 * 80 % = 1,120."""
    student = Dialogue(city="lanzhou")
    told = student.say(
        "第二次三甲住院起付多少", "calculate_inpatient", STAY, entity("level", "3A"),
        case={"visits": [{"level": "3A"}], "admission": 2},
    )  # fmt: skip
    assert "第 2 次" in told[0] and "1120" in told[0].replace(",", "")


def test_two_grades_of_one_message_are_told_no_single_rate() -> None:
    student = Dialogue(city="shanghai")
    heard = student.say(
        "二级还是三级住院", "calculate_inpatient", STAY, entity("level", "2"), entity("level", "3"),
        case={"visits": [{"level": "2"}, {"level": "3"}]},
    )  # fmt: skip
    assert not any("超出的部分报" in one for one in heard)
