"""Bad input is refused by name and missing input is asked for; nothing else ever escapes from calculate()."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.policy.book import PolicyBook
from bot.policy.catalogue import CALCULATIONS, calculate
from bot.policy.dates import parse_day, parse_moment
from bot.policy.errors import BadValue, InvalidInput, UnknownCalculation
from bot.policy.inputs import Inputs, parse, questions
from bot.policy.money import parse_money
from bot.policy.result import STATUSES, Result

from .conftest import TODAY, Run

VISIT = {"place": "tier1", "eligible": "200.00"}


def visit(**changes: Any) -> Any:
    """Return a year with one visit that has some fields changed."""
    return {"visits": [{**VISIT, **changes}]}


@pytest.mark.parametrize(
    ("name", "inputs", "field", "words"),
    [
        ("shanghai.outpatient", visit(eligible="-1"), "visits.0.eligible", "负数"),
        ("shanghai.outpatient", visit(eligible="1.234"), "visits.0.eligible", "两位小数"),
        ("shanghai.outpatient", visit(eligible="NaN"), "visits.0.eligible", "不是金额"),
        ("shanghai.outpatient", visit(eligible="Infinity"), "visits.0.eligible", "不是金额"),
        ("shanghai.outpatient", visit(eligible="1e400"), "visits.0.eligible", "不是金额"),
        ("shanghai.outpatient", visit(eligible="1,000"), "visits.0.eligible", "不是金额"),
        ("shanghai.outpatient", visit(eligible="２００"), "visits.0.eligible", "不是金额"),
        ("shanghai.outpatient", visit(eligible=" 200"), "visits.0.eligible", "不是金额"),
        ("shanghai.outpatient", visit(eligible="200\n"), "visits.0.eligible", "不是金额"),
        ("shanghai.outpatient", visit(eligible=""), "visits.0.eligible", "不是金额"),
        ("shanghai.outpatient", visit(eligible="100000000.01"), "visits.0.eligible", "太大"),
        ("shanghai.outpatient", visit(eligible="9" * 5000), "visits.0.eligible", "不是金额"),
        ("shanghai.outpatient", visit(eligible=10**400), "visits.0.eligible", "太大"),
        ("shanghai.outpatient", visit(eligible=-(10**400)), "visits.0.eligible", "负数"),
        ("shanghai.outpatient", visit(eligible=Decimal("NaN")), "visits.0.eligible", "不是金额"),
        ("shanghai.outpatient", visit(eligible=200.0), "visits.0.eligible", "字符串"),
        ("shanghai.outpatient", visit(eligible=True), "visits.0.eligible", "字符串"),
        ("shanghai.outpatient", visit(eligible=[]), "visits.0.eligible", "字符串"),
        ("shanghai.outpatient", visit(place="tier4"), "visits.0.place", "campus"),
        ("shanghai.outpatient", visit(place=[]), "visits.0.place", "写法不对"),
        ("shanghai.outpatient", visit(place=3), "visits.0.place", "campus"),
        ("shanghai.outpatient", visit(total="100"), "visits.0.total", "不能小于"),
        (
            "shanghai.outpatient",
            visit(eligible=None, total="100", outside="100.01"),
            "visits.0.outside",
            "不能大于账单总额",
        ),
        ("shanghai.outpatient", visit(total="300", outside="99.99"), "visits.0.outside", "应当等于账单总额"),
        ("shanghai.outpatient", visit(total="300", outside="100.01"), "visits.0.outside", "应当等于账单总额"),
        ("shanghai.outpatient", visit(outside="-1"), "visits.0.outside", "负数"),
        ("shanghai.outpatient", visit(outside=1.5), "visits.0.outside", "字符串"),
        ("shanghai.outpatient", {"waiting": "是"}, "waiting", "true"),
        ("shanghai.premium", {"waiting": True}, "waiting", "不认识"),
        ("shanghai.no_card", {"total": "1", "outside": "2"}, "outside", "不能大于账单总额"),
        ("shanghai.compare_levels", {"eligible": "2", "total": "1"}, "total", "不能小于"),
        ("shanghai.serious_illness", {"disease": "unknown"}, "disease", "listed、other"),
        ("lanzhou.inpatient", {"stays": [{"total": "1", "outside": "2"}]}, "stays.0.outside", "不能大于账单总额"),
        ("lanzhou.inpatient", {"stays": [{"total": "1", "eligible": "2"}]}, "stays.0.total", "不能小于"),
        ("lanzhou.chronic_outpatient", {"total": "5", "eligible": "2", "outside": "2"}, "outside", "应当等于账单总额"),
        ("shanghai.outpatient", visit(ward="1"), "visits.0.ward", "不认识"),
        ("shanghai.outpatient", {"visits": [VISIT] * 10_000}, "visits", "最多"),
        ("shanghai.outpatient", {"visits": "tier1"}, "visits", "列表"),
        ("shanghai.outpatient", {"visits": [1]}, "visits.0", "JSON 对象"),
        ("shanghai.outpatient", {"year": 2025}, "year", "不认识"),
        ("shanghai.outpatient", {"on": "2025-02-30"}, "on", "没有"),
        ("shanghai.outpatient", {"on": "20250230"}, "on", "2025-03-15"),
        ("shanghai.outpatient", {"on": 20250230}, "on", "2025-03-15"),
        ("shanghai.outpatient", {"cohort": "lz.all"}, "cohort", "sh.all"),
        ("shanghai.outpatient", {"cohort": 7}, "cohort", "sh.all"),
        ("shanghai.outpatient", [], "", "JSON 对象"),
        ("shanghai.outpatient", {1: 2}, "", "JSON 对象"),
        ("shanghai.inpatient", {"stays": [{"level": "campus", "eligible": "1"}]}, "stays.0.level", "tier1"),
        ("shanghai.subsidy", {"care": "inpatient", "place": "campus"}, "place", "住院"),
        ("shanghai.premium", {"year": 1999}, "year", "最小"),
        ("shanghai.premium", {"year": 99_999}, "year", "最大"),
        ("shanghai.premium", {"year": "2025"}, "year", "整数"),
        ("shanghai.premium", {"year": True}, "year", "整数"),
        ("shanghai.waiting_period", {"lapsed_years": -1}, "lapsed_years", "最小"),
        ("shanghai.waiting_period", {"lapsed_years": 1.0}, "lapsed_years", "整数"),
        ("shanghai.waiting_period", {"in_window": "是"}, "in_window", "true"),
        ("shanghai.family_fund", {"done_at": "2024-12-20"}, "done_at", "2024-12-20T16:59"),
        ("shanghai.family_fund", {"done_at": "2024-12-20T25:00"}, "done_at", "没有"),
        ("shanghai.claim_deadline", {"voucher_date": "2025-13-01"}, "voucher_date", "没有"),
        ("lanzhou.inpatient", {"stays": [{"level": "4", "eligible": "1"}]}, "stays.0.level", "3A"),
    ],
)
def test_bad_input_is_refused_by_name(book: PolicyBook, name: str, inputs: Any, field: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        calculate(name, inputs, book=book, today=TODAY)
    assert caught.value.field == field
    assert words in caught.value.message_zh
    assert caught.value.message and len(str(caught.value)) < 400 and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["shanghai.outpatien", "", "lanzhou", None])
def test_an_unknown_calculation_is_refused(book: PolicyBook, name: Any) -> None:
    with pytest.raises(UnknownCalculation, match="no calculation"):
        calculate(name, {}, book=book, today=TODAY)


def test_questions_come_in_the_order_of_asking(run: Run) -> None:
    result = run("shanghai.outpatient", {"visits": [{"place": "tier1"}, {"eligible": "1"}]})
    assert result.status == "need_input"
    assert [(q.field, q.text[:4]) for q in result.missing] == [
        ("visits.0.eligible", "第1笔："),
        ("visits.1.place", "第2笔："),
    ]
    assert [choice.value for choice in result.missing[1].choices] == ["campus", "tier1", "tier2", "tier3"]


def test_every_question_can_be_answered_by_its_choices(run: Run) -> None:
    for name in CALCULATIONS:
        for question in run(name).missing:
            for choice in question.choices:
                if "." not in question.field:
                    answered = run(name, {question.field: choice.value})
                    assert question.field not in [q.field for q in answered.missing], (name, choice.value)


def test_each_calculation_says_what_it_would_ask(run: Run) -> None:
    for name, entry in CALCULATIONS.items():
        assert entry.opening == tuple(question.field for question in run(name).missing)
        assert entry.title and entry.city == name.split(".")[0]


def test_asking_until_nothing_is_missing_ends(run: Run) -> None:
    answers = {
        "eligible": "1000",
        "counted": "0",
        "own": "100",
        "fund_paid": "10",
        "burden": "100",
        "registered": "2025-09-01",
    }
    for name in CALCULATIONS:
        inputs: Any = {}
        for _ in range(12):
            missing = run(name, inputs).missing
            if not missing:
                break
            question = missing[0]
            *path, last = question.field.split(".")
            default = answers.get(
                last, 1 if "years" in last or "months" in last else 2025 if "year" in last else "2025-09-01"
            )
            node = inputs
            if path:
                node = inputs.setdefault(path[0], [{}])[int(path[1])]
            node[last] = question.choices[0].value if question.choices else default
        assert not missing, name


FIELDS = sorted(
    {field for entry in CALCULATIONS.values() for field in entry.model.__fields__} | {"place", "level", "total"}
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["tier1", "3A", "100", "2025-09-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(CALCULATIONS)), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5))
def test_nothing_but_invalid_input_escapes(run: Run, name: str, inputs: Any) -> None:
    known = {key: value for key, value in inputs.items() if key in CALCULATIONS[name].model.__fields__}
    try:
        result = run(name, known)
    except InvalidInput as error:
        assert error.message_zh
    else:
        assert result.status in STATUSES
        assert result.to_json()["status"] == result.status


def test_parsed_inputs_pass_through() -> None:
    typed = Inputs()
    assert parse(Inputs, typed) is typed
    assert list(questions(typed)) == []


def test_values_that_are_already_typed_are_kept() -> None:
    assert parse_day(date(2025, 1, 2)) == date(2025, 1, 2)
    assert parse_moment(datetime(2025, 1, 2, 3, 4)) == datetime(2025, 1, 2, 3, 4)
    assert parse_money(Decimal("2.50")) == Decimal("2.50")
    assert parse_money(7) == Decimal(7)
    with pytest.raises(BadValue):
        parse_day(datetime(2025, 1, 2))


def test_statuses_are_the_closed_list() -> None:
    assert STATUSES == ("ok", "range", "need_input", "not_calculable", "not_covered", "out_of_coverage")
    assert Result(name="x", status="ok", as_of=TODAY).to_json()["as_of"] == "2025-10-15"


def test_a_result_holds_plain_data_only() -> None:
    with pytest.raises(TypeError, match="cannot hold float"):
        Result.construct(name="x", outputs={"fund": 0.5}, as_of=TODAY).to_json()
