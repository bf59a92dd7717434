"""From numbers with roles to a case; the roles are given by hand, so that only what is made of them is tested."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import pytest

from bot.nlu.case.assemble import MAX_VISITS, Place, assemble
from bot.nlu.case.types import Case
from bot.nlu.entities import entity_finder
from bot.nlu.message import read_message
from bot.nlu.roles.model import NONE, Roled

YEAR = 2025
_MARK = re.compile(r"\[([^\]]+)\]\(([\w ]+)\)")
BY_FORM = {"grade": "grade", "percent": "rule"}


def told(marked: str, shares: Mapping[str, Sequence[Tuple[str, float]]] = {}) -> Case:
    """The case of a message whose numbers are marked with their roles: 花了[600](bill).

    `shares`: for a number that is not sure, its role and the others with their probabilities.
    """
    marks: List[Tuple[int, int, str]] = []
    text, end = "", 0
    for match in _MARK.finditer(marked):
        text += marked[end : match.start()]
        marks.append((len(text), len(text) + len(match[1]), match[2]))
        text, end = text + match[1], match.end()
    read = read_message(text + marked[end:])
    roled = []
    for mention in read.mentions:
        role = next(
            (r for first, last, r in marks if mention.start < last and mention.end > first),
            BY_FORM.get(mention.kind, NONE),
        )
        (best, probability), *others = shares.get(mention.text, [(role, 0.99)])
        roled.append(Roled(mention, best, probability, tuple(others)))
    places = [
        Place(f.entity, f.value, f.start, f.end)
        for f in entity_finder().find(read.normal)
        if f.entity in ("care", "level")
    ]
    return assemble(read.text, roled, places, YEAR)


def visits(case: Case) -> List[Dict[str, Any]]:
    """The visits without what is empty."""
    return [visit.dict(exclude_defaults=True) for visit in case.visits]


ONE_VISIT: Dict[str, Dict[str, Any]] = {
    "门诊一共[650](bill)，挂号[25](part)药费[625](part)": {
        "care": "outpatient",
        "bill": "650.00",
        "parts": ["25.00", "625.00"],
    },
    "门诊挂号[25](bill)药费[625](bill)，一共[650](bill)": {
        "care": "outpatient",
        "bill": "650.00",
        "parts": ["25.00", "625.00"],
    },
    "急诊检查[300](part)药[200](part)": {"care": "emergency", "bill": "500.00", "parts": ["300.00", "200.00"]},
    "住院花了[9000](bill)，里面有[2000](outside)是自费药": {
        "care": "inpatient",
        "bill": "9000.00",
        "outside": "2000.00",
    },
    "住院[9000](bill)，里面药自费[800](outside)，耗材自费[1200](outside)": {
        "care": "inpatient",
        "bill": "9000.00",
        "outside": "2000.00",
    },
    "住院符合医保的[7000](covered)，总共[9000](bill)": {"care": "inpatient", "bill": "9000.00", "covered": "7000.00"},
    "三甲住院[9000](bill)": {"care": "inpatient", "level": "3A", "bill": "9000.00"},
    "校医院配药[45.5](bill)": {"care": "outpatient", "level": "campus", "bill": "45.50"},
    "门诊花了[五千多](bill)": {"care": "outpatient", "bill": "5000.00", "about": True},
    "住院[5000到6000](bill)": {"care": "inpatient", "bill": "5000.00", "about": True},
    "住院花的不是[800](denied)是[1800](bill)": {"care": "inpatient", "bill": "1800.00"},
    "我[20](bill)，住院[9350](bill)": {"care": "inpatient", "bill": "9350.00"},
    "门诊三次一共[1200](bill)": {"care": "outpatient", "bill": "1200.00"},
}


@pytest.mark.parametrize("marked, visit", ONE_VISIT.items())
def test_one_visit_with_its_parts(marked: str, visit: Dict[str, Any]) -> None:
    case = told(marked)
    assert visits(case) == [visit]
    assert case.doubts == []


SEVERAL: Dict[str, List[Dict[str, Any]]] = {
    "兰州三甲住院[两次](visit_count)，每次[1万](bill)": [{"care": "inpatient", "level": "3A", "bill": "10000.00"}] * 2,
    "门诊去了[三次](visit_count)，每次[400](bill)": [{"care": "outpatient", "bill": "400.00"}] * 3,
    "先门诊[200](bill)，后来住院[8000](bill)": [
        {"care": "outpatient", "bill": "200.00"},
        {"care": "inpatient", "bill": "8000.00"},
    ],
    "门诊一次[300](bill)一次[450](bill)": [
        {"care": "outpatient", "bill": "300.00"},
        {"care": "outpatient", "bill": "450.00"},
    ],
    "门诊去了[两次](visit_count)，[300](bill)和[450](bill)": [
        {"care": "outpatient", "bill": "300.00"},
        {"care": "outpatient", "bill": "450.00"},
    ],
    "三甲门诊[200](bill)，二级门诊[300](bill)，校医院门诊[100](bill)": [
        {"care": "outpatient", "level": "3A", "bill": "200.00"},
        {"care": "outpatient", "level": "2", "bill": "300.00"},
        {"care": "outpatient", "level": "campus", "bill": "100.00"},
    ],
    "9月12号门诊[350](bill)，9月3号又去门诊[200](bill)": [
        {"care": "outpatient", "bill": "350.00"},
        {"care": "outpatient", "bill": "200.00"},
    ],
    "[9月12号](date_care)二级门诊[350](bill)，[9月3号](date_care)三级门诊[200](bill)": [
        {"care": "outpatient", "level": "3", "bill": "200.00"},
        {"care": "outpatient", "level": "2", "bill": "350.00"},
    ],
    "急诊[2000](bill)在区医院，后来去三甲住院[18000](bill)": [
        {"care": "emergency", "bill": "2000.00"},
        {"care": "inpatient", "level": "3A", "bill": "18000.00"},
    ],
}


@pytest.mark.parametrize("marked, expected", SEVERAL.items())
def test_several_visits_when_the_words_say_so(marked: str, expected: List[Dict[str, Any]]) -> None:
    found = visits(told(marked))
    levels_told = [
        {key: value for key, value in visit.items() if key != "level" or "level" in want}
        for visit, want in zip(found, expected)
    ]
    assert levels_told == expected and len(found) == len(expected)


def test_two_bills_without_a_word_for_two_visits_are_a_doubt_and_no_sum() -> None:
    case = told("三甲住院花了[9000](bill)，[4000](bill)，能报多少")
    assert [visit.bill for visit in case.visits] == ["9000.00"]
    (doubt,) = case.doubts
    assert doubt.value == "4000.00"
    assert {"another", "outside", "aside"} <= set(doubt.candidates)


def test_emergency_in_the_same_hospital_joins_the_stay_after_it() -> None:
    case = told("先急诊[2000](bill)，转同一家医院住院[18000](bill)")
    assert visits(case) == [{"care": "inpatient", "bill": "18000.00", "emergency": "2000.00"}]


def test_number_of_visits_is_bounded() -> None:
    case = told("，".join(f"门诊第{index}次[{index}00](bill)" for index in range(1, MAX_VISITS + 4)))
    assert len(case.visits) == MAX_VISITS


# --- what is not billed ------------------------------------------------------------------------------------------------


def test_own_share_and_what_the_fund_paid_are_no_bills() -> None:
    case = told("医保报了[1200](fund_paid)，个人掏了[380](own_share)")
    assert (case.visits, case.own, case.fund_paid) == ([], "380.00", "1200.00")


def test_own_shares_are_added() -> None:
    assert told("第一次自己付了[3000](own_share)，第二次自己付了[4500.5](own_share)").own == "7500.50"


def test_what_is_set_aside_keeps_its_role_and_its_word() -> None:
    case = told("住院[8000](bill)，打车[35](excluded)，我爸月薪[4500](wealth)，听说能报[6000](guess)")
    assert [visit.bill for visit in case.visits] == ["8000.00"]
    assert [(one.value, one.role, one.word) for one in case.aside] == [
        ("35.00", "excluded", "打车"),
        ("4500.00", "wealth", "月薪"),
        ("6000.00", "guess", ""),
    ]


def test_bill_of_last_year_counts_only_when_nothing_else_is_told() -> None:
    both = told("今年住院[12000](bill)，去年住院[8000](last_year)")
    assert [visit.bill for visit in both.visits] == ["12000.00"]
    assert [one.value for one in both.aside] == ["8000.00"]
    assert [visit.bill for visit in told("去年住院花了[8000](last_year)能报吗").visits] == ["8000.00"]


def test_total_is_told_without_what_is_no_medical_cost() -> None:
    case = told("住院加打车总共[1515](bill)，打车[35](excluded)")
    assert [visit.bill for visit in case.visits] == ["1480.00"]
    assert [one.value for one in case.aside] == ["35.00"]


def test_taxi_beside_a_bill_leaves_it_whole() -> None:
    assert [visit.bill for visit in told("住院[1515](bill)，打车[35](excluded)").visits] == ["1515.00"]


def test_self_paid_item_that_was_paid_apart_is_no_part_of_the_bill() -> None:
    case = told("门诊[600](bill)，拔罐[120](outside)不给报的另外付")
    assert visits(case) == [{"care": "outpatient", "bill": "600.00"}]
    assert [one.value for one in case.aside] == ["120.00"]


def test_what_was_settled_before_counts_towards_the_deductible_and_is_not_asked_for() -> None:
    case = told("上个月二级门诊[240](bill)报过了，这次二级门诊[600](bill)")
    assert [visit.bill for visit in case.visits] == ["600.00"]
    assert Decimal(case.counted or 0) == 240


def test_what_is_not_asked_about_is_set_aside() -> None:
    case = told("门诊[88](bill)不算，住院[9000](bill)")
    assert [visit.bill for visit in case.visits] == ["9000.00"]
    assert [one.value for one in case.aside] == ["88.00"]


# --- doubts ------------------------------------------------------------------------------------------------------------


def test_amount_with_an_unsure_role_is_a_doubt_with_what_it_could_be() -> None:
    case = told(
        "三甲住院花了[9000](bill)，[2000](outside)", {"2000": [("outside", 0.45), ("bill", 0.35), ("excluded", 0.15)]}
    )
    assert [visit.outside for visit in case.visits] == [None]
    (doubt,) = case.doubts
    assert (doubt.value, doubt.candidates) == ("2000.00", ["outside", "another", "aside"])


def test_the_only_amount_needs_less_to_be_taken() -> None:
    unsure = [("bill", 0.5), ("premium", 0.2)]
    assert told("[700](bill)能报多少", {"700": unsure}).doubts == []
    assert [
        doubt.value for doubt in told("[700](bill)能报多少", {"700": [("bill", 0.35), ("own_share", 0.3)]}).doubts
    ] == ["700.00"]


def test_roles_that_do_the_same_are_sure_together() -> None:
    case = told("门诊[300](bill)，打车[20](excluded)", {"300": [("bill", 0.4), ("part", 0.4)]})
    assert [visit.bill for visit in case.visits] == ["300.00"] and case.doubts == []


# --- the deductible, stays, years --------------------------------------------------------------------------------------

COUNTED = {
    "今年花过[200](used)，这次三级门诊[500](bill)": "200",
    "今年一次[120](used)一次[80](used)，这次门诊[500](bill)": "200",
    "起付线用完了，门诊[500](bill)": "full",
    "起付线还没用，门诊[500](bill)": "none",
    "今年[第一次](visit_ordinal)看门诊，花了[260](bill)": "none",
    "还差多少过起付线，门诊[500](bill)": None,
    "校医院花过[100](used)，这次三级门诊[500](bill)": None,
    "门诊[500](bill)": None,
}


@pytest.mark.parametrize("marked, counted", COUNTED.items())
def test_what_the_deductible_has_seen(marked: str, counted: str) -> None:
    case = told(marked)
    assert case.counted == counted
    assert case.admission is None


ADMISSIONS = {
    "今年[第二次](visit_ordinal)住院[9000](bill)": 2,
    "[第3次](visit_ordinal)住院": 3,
    "[第一次](visit_ordinal)住院[9000](bill)，[第二次](visit_ordinal)住院[7000](bill)": 1,
    "住院[9000](bill)": None,
}


@pytest.mark.parametrize("marked, admission", ADMISSIONS.items())
def test_which_stay_of_the_year_the_first_one_is(marked: str, admission: int) -> None:
    assert told(marked).admission == admission


YEARS = {
    "断了[3](years_lapsed)年，补了[1](years_repaid)年": (3, None, 1),
    "[五六](years_lapsed)年没交医保了": (5, 6, None),
    "[23](calendar_year)年和[24](calendar_year)年没交": (2, None, None),
    "[2021](calendar_year)到[2023](calendar_year)年没交": (3, None, None),
    "从[22](calendar_year)年开始没交": (3, None, None),
    "[2024](calendar_year)年断了": (1, None, None),
    "补缴了[23](calendar_year)年和[24](calendar_year)年的": (None, None, 2),
    "从[22](calendar_year)年没交，补了[1](years_repaid)年": (3, None, 1),
    "[2026](calendar_year)年的学生医保还能补办吗": (None, None, None),
    "我[2024](study_year)级的": (None, None, None),
}


@pytest.mark.parametrize("marked, years", YEARS.items())
def test_years_of_a_gap_by_number_and_by_name(marked: str, years: Tuple[Any, Any, Any]) -> None:
    case = told(marked)
    assert (case.lapsed_years, case.lapsed_years_high, case.repaid_years) == years


def test_bills_that_are_compared_are_alternatives() -> None:
    case = told("门诊二级[900](bill)还是三级[1500](bill)划算")
    assert case.alternatives
    assert [(visit.level, visit.bill) for visit in case.visits] == [("2", "900.00"), ("3", "1500.00")]
    assert not told("先二级门诊[900](bill)再三级门诊[1500](bill)，一共报多少").alternatives


def test_message_without_money_is_an_empty_case() -> None:
    assert told("住院能报多少") == Case()
    assert told("我住7号楼302，电话13812345678") == Case()


def test_case_survives_as_plain_data() -> None:
    case = told(
        "先急诊[2000](bill)，转同一家医院住院[18000](bill)，打车[35](excluded)，今年[第二次](visit_ordinal)住院"
    )
    assert Case.parse_obj(case.dict(exclude_defaults=True)) == case
