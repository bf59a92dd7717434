"""The visits of a case: what a message changes of them, and what a calculation takes of them."""

from typing import Any, Dict, List

import pytest

from bot.dialogue.visits import (
    amounts,
    are_exact,
    bill_fields,
    levels,
    merged,
    together,
    with_bill,
    with_last_bill,
    with_level,
)

STAY: Dict[str, Any] = {"care": "inpatient", "level": "3A", "bill": "9000.00", "outside": "2000.00"}
CHECK: Dict[str, Any] = {"care": "outpatient", "level": "2", "bill": "300.00"}


@pytest.mark.parametrize(
    "known, told, visits",
    [
        ([], [CHECK], [CHECK]),
        ([CHECK], [], [CHECK]),
        # a new amount keeps where it was and how; the parts were of the other bill
        ([STAY], [{"bill": "8000.00"}], [{"care": "inpatient", "level": "3A", "bill": "8000.00"}]),
        ([STAY], [{"level": "2", "bill": "8000.00"}], [{"care": "inpatient", "level": "2", "bill": "8000.00"}]),
        # a self-paid part alone changes the bill that is known
        ([CHECK], [{"outside": "20.00"}], [{**CHECK, "outside": "20.00"}]),
        ([CHECK, {"bill": "450.00"}], [{"outside": "50.00"}], [CHECK, {"bill": "450.00", "outside": "50.00"}]),
        # so does a covered part; a bill that is smaller than it stays, and is named as not counted
        ([CHECK], [{"covered": "250.00"}], [{**CHECK, "covered": "250.00"}]),
        ([CHECK], [{"covered": "700.00"}], [{**CHECK, "covered": "700.00"}]),
        # one grade is for all, as many grades as visits are for one each
        ([CHECK, CHECK], [{"level": "3"}], [{**CHECK, "level": "3"}, {**CHECK, "level": "3"}]),
        ([CHECK, CHECK], [{"level": "1"}, {"level": "3"}], [{**CHECK, "level": "1"}, {**CHECK, "level": "3"}]),
        # grades that came first wait for their amounts
        (
            [{"level": "1"}, {"level": "3"}],
            [{"bill": "5.00"}, {"bill": "6.00"}],
            [{"level": "1", "bill": "5.00"}, {"level": "3", "bill": "6.00"}],
        ),
    ],
)
def test_what_a_message_tells_replaces_and_the_rest_stays(known: List[Any], told: List[Any], visits: List[Any]) -> None:
    assert merged(known, told) == visits


def test_merging_changes_no_visit_that_is_known() -> None:
    known = [dict(CHECK)]
    merged(known, [{"level": "3"}])
    with_level(known, "3", None)
    with_bill(known, "1.00", None)
    assert known == [CHECK]


@pytest.mark.parametrize(
    "known, row, expected",
    [
        ([], None, ["3"]),
        ([CHECK], 0, ["3"]),
        ([CHECK, CHECK], 1, ["2", "3"]),
        ([CHECK, CHECK], 0, ["3", "2"]),
        ([CHECK, CHECK], None, ["3", "3"]),
    ],
)
def test_grade_is_given_to_the_visit_that_is_asked_about(known: List[Any], row: Any, expected: List[str]) -> None:
    changed = with_level(known, "3", row)
    assert levels(changed) == expected and amounts(changed) == amounts(known)


@pytest.mark.parametrize(
    "known, row, expected",
    [
        ([], None, ["50.00"]),
        ([{"level": "2"}], 0, ["50.00"]),
        ([CHECK, {"level": "3"}], 1, ["300.00", "50.00"]),
    ],
)
def test_bill_is_given_to_the_visit_that_is_asked_about(known: List[Any], row: Any, expected: List[str]) -> None:
    changed = with_bill(known, "50.00", row)
    assert amounts(changed) == expected and levels(changed) == levels(known)


def test_bill_goes_to_the_first_visit_without_one() -> None:
    assert amounts(with_bill([CHECK, {"level": "3"}], "50.00", None)) == ["300.00", "50.00"]


def test_another_last_bill_leaves_the_parts_of_the_old_one_behind() -> None:
    known: List[Any] = [CHECK, {"bill": "500.00", "parts": ["200.00", "300.00"], "covered": "400.00", "level": "3"}]
    assert with_last_bill(known, "700.00") == [CHECK, {"bill": "700.00", "level": "3"}]


@pytest.mark.parametrize(
    "visit, fields",
    [
        ({"level": "3"}, {}),
        ({"bill": "9000.00"}, {"eligible": "9000.00"}),
        ({"bill": "9000.00", "outside": "2000.00"}, {"total": "9000.00", "outside": "2000.00"}),
        ({"covered": "7000.00"}, {"eligible": "7000.00"}),
        ({"bill": "9000.00", "covered": "7000.00"}, {"eligible": "7000.00", "total": "9000.00"}),
        ({"bill": "9000.00", "covered": "7000.00", "outside": "2000.00"}, {"eligible": "7000.00", "total": "9000.00"}),
        # a part that is larger than its bill is none of it
        ({"bill": "9000.00", "outside": "9500.00"}, {"eligible": "9000.00"}),
        ({"bill": "900.00", "covered": "7000.00"}, {"eligible": "7000.00"}),
        ({"outside": "2000.00"}, {}),
    ],
)
def test_parts_of_a_bill_make_its_covered_amount_exact(visit: Dict[str, str], fields: Dict[str, str]) -> None:
    assert bill_fields(visit) == fields


@pytest.mark.parametrize(
    "visits, one",
    [
        ([], {}),
        ([{"level": "2"}], {}),
        ([CHECK, {"level": "3"}], CHECK),
        ([CHECK, {"bill": "450.50"}], {"bill": "750.50"}),
        # 9000 with 2000 outside and 300 whole: 9300 with 2000 outside
        ([STAY, CHECK], {"bill": "9300.00", "outside": "2000.00"}),
        (
            [{"covered": "100.00", "bill": "120.00"}, {"covered": "200.00", "bill": "250.00"}],
            {"covered": "300.00", "bill": "370.00"},
        ),
    ],
)
def test_visits_add_up_to_one_bill(visits: List[Any], one: Dict[str, Any]) -> None:
    assert together(visits) == one


def test_bill_beside_a_covered_part_is_counted_in_the_sum() -> None:
    """Of one visit only the covered part is told, of the other only the bill: together both are to be paid."""
    fields = bill_fields(together([{"covered": "100.00"}, {"bill": "200.00"}]))
    assert fields == {"eligible": "300.00"}


def test_bills_are_exact_when_each_tells_what_is_covered() -> None:
    """Of two stays one is told with its self-paid part; the other may hold some as well."""
    told, open_ = {"bill": "9000.00", "outside": "2000.00"}, {"bill": "800.00"}
    assert are_exact([told, {"covered": "7000.00"}, {"level": "2"}])
    assert not are_exact([told, open_])
