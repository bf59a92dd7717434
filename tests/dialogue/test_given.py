"""What a result says that it counts, and what it sets aside."""

from typing import Any, Dict, List

import pytest

from bot.dialogue.facts import CalculationState
from bot.dialogue.given import describe, set_aside
from bot.knowledge.dialogues import load_dialogues
from tests.dialogue.cases import inpatient, outpatient, state

STAY = {"care": "inpatient", "level": "3A", "bill": "9000.00"}


def described(known: CalculationState, city: str = "shanghai") -> str:
    return describe(known, city, load_dialogues()[known.intent].cities[city])


def aside(known: CalculationState, city: str = "shanghai") -> str:
    return set_aside(known, load_dialogues()[known.intent].cities[city])


@pytest.mark.parametrize(
    "visits, line",
    [
        ([STAY], "上海，三甲，9,000 元"),
        ([{**STAY, "outside": "2000.00"}], "上海，三甲，9,000 元（其中自费 2,000 元）"),
        ([{**STAY, "covered": "7000.00"}], "上海，三甲，医保范围内 7,000 元（总额 9,000 元）"),
        ([{"level": "3A", "covered": "7000.00"}], "上海，三甲，医保范围内 7,000 元"),
        ([{**STAY, "covered": "7000.00", "outside": "2000.00"}], "上海，三甲，医保范围内 7,000 元（总额 9,000 元，自费 2,000 元）"),
        ([{"level": "3A", "covered": "7000.00", "outside": "2000.00"}], "上海，三甲，医保范围内 7,000 元（自费 2,000 元）"),
        ([{**STAY, "about": True}], "上海，三甲，9,000 元（按这个整数）"),
        ([{**STAY, "parts": ["8000.00", "1000.50"]}], "上海，三甲，9,000 元（各项 8,000、1,000.50）"),
        ([STAY, {**STAY, "bill": "800.50"}], "上海，三甲，9,000 元、800.50 元"),
        ([STAY, {**STAY, "level": "2", "bill": "800.50"}], "上海，三甲 9,000 元，二级医院 800.50 元"),
        ([{"level": "campus", "bill": "100.00"}, {"level": "1", "bill": "200.00"}], "上海，校内医疗机构 100 元，一级医院 200 元"),
    ],
)  # fmt: skip
def test_visits_are_named_with_grade_and_parts(visits: List[Dict[str, Any]], line: str) -> None:
    assert described(inpatient(*visits)) == line


def test_grade_stands_beside_its_own_amount() -> None:
    """A visit without an amount takes no other visit's amount under its grade."""
    visits = outpatient({"level": "2"}, {"level": "3", "bill": "450.00"}, {"level": "1", "bill": "200.00"})
    assert described(visits) == "上海，三级医院 450 元，一级医院 200 元"


@pytest.mark.parametrize(
    "known, city, parts",
    [
        (outpatient({"level": "3", "bill": "800.00"}, counted="none"), "shanghai", ["起付线还没用过"]),
        (outpatient({"level": "3", "bill": "800.00"}, counted="full"), "shanghai", ["起付线已经用完"]),
        (outpatient({"level": "3", "bill": "800.00"}, counted="150"), "shanghai", ["150 元", "累计"]),
        (inpatient(STAY, admission="2"), "lanzhou", ["兰州", "今年第 2 次住院"]),
        (state("calculate_serious_illness", own="20180.00"), "shanghai", ["结算后自己付的 20,180 元"]),
        (state("calculate_clawback", fund_paid="3000.00"), "shanghai", ["医保付过的 3,000 元"]),
        (state("calculate_waiting", lapsed_years="2", repaid_years="1"), "shanghai", ["断保 2 年", "补缴 1 年"]),
        (state("calculate_waiting", lapsed_years="5", lapsed_years_high="6"), "shanghai", ["断保 5 到 6 年"]),
    ],
)
def test_what_else_the_sum_rests_on_is_named(known: CalculationState, city: str, parts: List[str]) -> None:
    assert all(part in described(known, city) for part in parts)


def test_emergency_before_a_stay_is_named_where_it_counts_and_where_not() -> None:
    stay = inpatient({**STAY, "bill": "18000.00", "emergency": "2000.00"})
    assert "住院前同一家医院的急诊 2,000 元" in described(stay, "lanzhou")
    assert "不含急诊的 2,000 元" in described(stay, "shanghai")


def test_bill_that_a_calculation_takes_as_what_the_fund_paid_is_named() -> None:
    """算算不续保要退回多少 with a bare amount: it is what the sum is made of."""
    assert "3,000 元" in described(state("calculate_clawback", visits=[{"bill": "3000.00"}]))


def test_case_of_stays_and_visits_names_what_either_counts() -> None:
    both = inpatient({"care": "outpatient", "level": "2", "bill": "800.00"}, STAY, counted="150")
    line = described(both)
    assert all(part in line for part in ("二级医院 800 元", "三甲 9,000 元", "此前累计 150 元"))
    assert aside(both) == ""


def test_case_without_a_calculation_of_its_own_names_what_the_plain_one_counts() -> None:
    known = state("calculate_subsidy", status="dibao", visits=[{**STAY, "bill": "10000.00"}])
    assert described(known, "lanzhou") == "兰州，三甲，10,000 元"
    assert aside(known, "lanzhou") == ""


def test_part_that_is_larger_than_its_bill_is_named_as_not_counted() -> None:
    visit = inpatient({**STAY, "outside": "9500.00"})
    assert described(visit) == "上海，三甲，9,000 元" and aside(visit) == "自费的 9,500 元"
    covered = inpatient({**STAY, "covered": "19000.00"})
    assert described(covered) == "上海，三甲，医保范围内 19,000 元" and aside(covered) == "账单 9,000 元"


@pytest.mark.parametrize(
    "facts, line",
    [
        ({}, ""),
        ({"aside": [{"value": "50.00", "role": "excluded", "word": "打车"}]}, "打车 50 元"),
        ({"aside": [{"value": "600.00", "role": "guess"}]}, "你估的 600 元"),
        ({"aside": [{"value": "8000.00", "role": "last_year", "word": ""}]}, "往年的 8,000 元"),
        ({"own": "6000.00"}, "自己付的 6,000 元"),
        ({"counted": "150"}, "之前花的 150 元"),
        ({"fund_paid": "3000.00"}, "医保已付的 3,000 元"),
        ({"fund_paid": "3000.00", "aside": [{"value": "3000.00", "role": "fund_paid"}]}, "医保已付的 3,000 元"),
        ({"counted": "none"}, ""),
        ({"counted": "full"}, ""),
        (
            {"aside": [{"value": "50.00", "role": "excluded", "word": "打车"}, {"value": "600.00", "role": "guess"}]},
            "打车 50 元、你估的 600 元",
        ),
    ],
)
def test_what_a_stay_does_not_count_is_named_with_what_it_is(facts: Dict[str, Any], line: str) -> None:
    assert aside(inpatient(STAY, **facts)) == line


def test_what_is_counted_is_not_named_as_set_aside() -> None:
    assert aside(outpatient({"level": "3", "bill": "800.00"}, counted="150")) == ""
    assert aside(state("calculate_serious_illness", own="20000.00")) == ""
    paid = {"aside": [{"value": "3000.00", "role": "fund_paid"}], "fund_paid": "3000.00"}
    assert aside(state("calculate_clawback", **paid)) == ""


def test_what_is_left_of_the_deductible_is_named() -> None:
    visit = outpatient({"level": "3", "bill": "800.00"}, remaining="120")
    assert "起付线还剩 120 元" in described(visit) and aside(visit) == ""
    assert aside(inpatient(STAY, remaining="120")) == "起付线剩下的 120 元"


def test_number_in_doubt_that_the_sum_does_not_hang_on_is_named() -> None:
    """The second payment is a share of the burden, whatever the 150,000 were: nobody is asked."""
    doubt = {"value": "150000.00", "candidates": ["another", "aside"]}
    assert aside(state("calculate_serious_illness", own="50000.00", doubts=[doubt])) == "没说清是什么的 150,000 元"


def test_bill_beside_a_burden_is_set_aside() -> None:
    ill = state("calculate_serious_illness", own="80000.00", visits=[{"bill": "200000.00"}])
    assert aside(ill) == "账单 200,000 元"


def test_self_paid_part_beside_a_burden_is_set_aside() -> None:
    """统筹付142600，合规部分自己付48400，全自费77000: the second payment counts the 48,400 alone."""
    ill = state("calculate_serious_illness", own="48400.00", visits=[{"outside": "77000.00"}])
    assert aside(ill) == "自费的 77,000 元"


def test_bill_that_is_what_the_fund_paid_is_not_set_aside() -> None:
    assert aside(state("calculate_clawback", visits=[{"bill": "3000.00"}])) == ""


def test_every_number_that_is_set_aside_is_named_or_counted_up() -> None:
    many = [{"value": f"{number}.00", "role": "excluded", "word": "打车"} for number in (11, 12, 13, 14, 15, 16, 17)]
    line = aside(inpatient(STAY, aside=many))
    assert line.startswith("打车 11 元、打车 12 元") and line.endswith("等 7 个数")


def test_same_number_set_aside_twice_is_named_once() -> None:
    taxi = {"value": "50.00", "role": "excluded", "word": "打车"}
    assert aside(inpatient(STAY, aside=[taxi, dict(taxi)])) == "打车 50 元"
