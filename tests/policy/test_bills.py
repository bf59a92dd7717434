"""Bills in parts: what was given is told as a step, money adds up, and the same bill in other words pays the same."""

from decimal import Decimal
from typing import Any, Dict, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.bills import Bill
from bot.policy.catalogue import CALCULATIONS
from bot.policy.payment import BillInputs, PaymentInputs

from .conftest import Run
from .test_properties import FEN, LEVELS, PLACES, QUICK, SMALL, TIERS, money

STAY = {"level": "tier3"}


@pytest.mark.parametrize(
    ("parts", "step"),
    [
        ({"total": "9000", "outside": "2000"}, ("stays.0.eligible", "9000.00 − 2000.00", "7000")),
        ({"total": "9000", "outside": "0"}, ("stays.0.eligible", "9000.00 − 0.00", "9000")),
        ({"total": "9000", "eligible": "7000"}, ("stays.0.outside", "9000.00 − 7000.00", "2000")),
        ({"total": "9000", "eligible": "7000", "outside": "2000"}, ("stays.0.outside", "9000.00 − 7000.00", "2000")),
        ({"eligible": "7000", "outside": "2000"}, ("stays.0.total", "7000.00 + 2000.00", "9000")),
        ({"eligible": "7000", "outside": "0"}, None),
        ({"eligible": "7000", "total": "7000"}, None),
        ({"eligible": "7000"}, None),
        ({"total": "7000"}, None),
    ],
)
def test_the_parts_of_a_bill_are_a_step(run: Run, parts: Dict[str, str], step: Any) -> None:
    result = run("shanghai.inpatient", {"stays": [{**STAY, **parts}]})
    first = [one for one in result.steps if one.key not in ("stays.0.deductible", "stays.0.fund")]
    found = [(one.key, one.expression, str(one.value)) for one in first]
    assert found == ([step] if step else [])
    assert [name for one in first for name in one.parameters] == (["sh.eligible_costs"] if step else [])
    assert ("outside" in result.rows["stays"][0]) == (step is not None and parts.get("outside") != "0")


def test_every_bill_of_the_catalogue_takes_the_same_parts() -> None:
    flat = [name for name, entry in CALCULATIONS.items() if issubclass(entry.model, BillInputs)]
    assert flat == [
        "shanghai.compare_places", "shanghai.observation", "shanghai.subsidy", "shanghai.no_card",
        "shanghai.out_of_province", "shanghai.compare_levels", "lanzhou.chronic_outpatient", "lanzhou.elsewhere",
        "lanzhou.compare_levels",
    ]  # fmt: skip
    nested = {
        name: field.name
        for name, entry in CALCULATIONS.items()
        for field in entry.model.__fields__.values()
        if isinstance(field.type_, type) and issubclass(field.type_, Bill)
    }
    assert nested == {
        "shanghai.outpatient": "visits", "shanghai.inpatient": "stays", "shanghai.serious_illness": "stays",
        "lanzhou.inpatient": "stays", "lanzhou.year": "stays",
    }  # fmt: skip


def test_a_bill_that_is_not_known_comes_to_nothing() -> None:
    bill = Bill()
    assert (bill.known, bill.upper_bound, bill.amount, bill.whole, bill.beyond) == (False, False, 0, 0, 0)
    assert PaymentInputs().unpaid() == {"fund": Decimal(0)}


Parts = st.tuples(FEN, FEN)


def ways(covered: int, outside: int) -> List[Dict[str, str]]:
    """Return one bill in every form that names both parts."""
    eligible, rest, whole = money(covered), money(outside), money(covered + outside)
    return [
        {"total": whole, "outside": rest},
        {"eligible": eligible, "outside": rest},
        {"eligible": eligible, "total": whole},
        {"eligible": eligible, "outside": rest, "total": whole},
    ]


@QUICK
@given(TIERS, Parts)
def test_a_stay_in_shanghai_pays_the_same_however_it_is_told(run: Run, level: str, parts: Any) -> None:
    plain = run("shanghai.inpatient", {"stays": [{"level": level, "eligible": money(parts[0])}]}).outputs
    beyond = Decimal(money(parts[1]))
    for bill in ways(*parts):
        told = run("shanghai.inpatient", {"stays": [{"level": level, **bill}]})
        assert told.status == "ok"
        assert told.outputs == {"fund": plain["fund"], "own": plain["own"] + beyond}  # type: ignore[operator]


@QUICK
@given(LEVELS, Parts)
def test_a_stay_in_lanzhou_pays_the_same_however_it_is_told(run: Run, level: str, parts: Any) -> None:
    plain = run("lanzhou.year", {"stays": [{"level": level, "eligible": money(parts[0])}], "earlier_stays": 0}).outputs
    beyond = Decimal(money(parts[1]))
    for bill in ways(*parts):
        told = run("lanzhou.year", {"stays": [{"level": level, **bill}], "earlier_stays": 0})
        assert told.outputs == {**plain, "final_own": plain["final_own"] + beyond}  # type: ignore[operator]


@QUICK
@given(PLACES, st.tuples(SMALL, SMALL), SMALL)
def test_what_lies_outside_never_counts_towards_the_deductible(run: Run, place: str, parts: Any, counted: int) -> None:
    def once(bill: Dict[str, str]) -> Any:
        return run("shanghai.outpatient", {"visits": [{"place": place, **bill}], "counted": money(counted)}).outputs

    plain, beyond = once({"eligible": money(parts[0])}), Decimal(money(parts[1]))
    for bill in ways(*parts):
        assert once(bill) == {**plain, "own": plain["own"] + beyond}


@QUICK
@given(TIERS, FEN, FEN)
def test_a_bare_total_is_never_below_what_its_parts_pay(run: Run, level: str, covered: int, outside: int) -> None:
    whole = money(covered + outside)
    bound = run("shanghai.inpatient", {"stays": [{"level": level, "total": whole}]})
    exact = run("shanghai.inpatient", {"stays": [{"level": level, "total": whole, "outside": money(outside)}]})
    low, high = bound.low or bound.outputs, bound.high or bound.outputs
    assert low["fund"] <= exact.outputs["fund"] <= high["fund"]  # type: ignore[operator]
