"""What must hold for any amounts: conservation, bounds, order, caps, and agreement with the twin in whole fen."""

from decimal import Decimal
from typing import Any, Dict, List, Tuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.policy.dates import add_months
from bot.policy.money import fen, smallest_paying, yuan

from . import fen as twin
from .conftest import Run

QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEN = st.integers(min_value=0, max_value=30_000_000)
SMALL = st.integers(min_value=0, max_value=100_000)
PLACES = st.sampled_from(["campus", "tier1", "tier2", "tier3"])
TIERS = st.sampled_from(["tier1", "tier2", "tier3"])
LEVELS = st.sampled_from(["3A", "3B", "2", "1"])
ORDER_EFFECT = Decimal("60.00")  # the deductible, 300 yuan, times the widest gap of rates, 70 % against 50 %
CAP = Decimal(80_000)


def money(amount: int) -> str:
    """Write fen as yuan."""
    return f"{amount // 100}.{amount % 100:02d}"


def in_fen(amount: Any) -> int:
    """Return yuan as whole fen."""
    return int(amount * 100)


def visits(pairs: List[Tuple[str, int]]) -> List[Dict[str, str]]:
    """Return the input form of (place, fen)."""
    return [{"place": place, "eligible": money(amount)} for place, amount in pairs]


def stays(pairs: List[Tuple[str, int]]) -> List[Dict[str, str]]:
    """Return the input form of (level, fen)."""
    return [{"level": level, "eligible": money(amount)} for level, amount in pairs]


@QUICK
@given(st.lists(st.tuples(PLACES, SMALL), min_size=1, max_size=6), SMALL)
def test_shanghai_outpatient_agrees_with_the_twin_and_conserves_money(run: Run, pairs: Any, counted: int) -> None:
    result = run("shanghai.outpatient", {"visits": visits(pairs), "counted": money(counted)})
    assert [in_fen(row["fund"]) for row in result.rows["visits"]] == twin.shanghai_outpatient(pairs, counted)
    for row in result.rows["visits"]:
        assert row["fund"] + row["own"] == row["eligible"]
        assert 0 <= row["fund"] <= row["eligible"]
    off_campus = sum(amount for place, amount in pairs if place != "campus")
    assert in_fen(result.outputs["deductible_used"]) == min(off_campus, max(30_000 - counted, 0))


@QUICK
@given(st.lists(st.tuples(TIERS, SMALL), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_visits_changes_little_and_never_the_deductible(run: Run, pairs: Any, random: Any) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)
    one = run("shanghai.outpatient", {"visits": visits(pairs), "counted": "0"})
    two = run("shanghai.outpatient", {"visits": visits(shuffled), "counted": "0"})
    assert one.outputs["deductible_used"] == two.outputs["deductible_used"]
    rounding = Decimal("0.01") * len(pairs)
    assert abs(one.outputs["fund"] - two.outputs["fund"]) <= ORDER_EFFECT + rounding  # type: ignore[operator]


@QUICK
@given(PLACES, SMALL, SMALL, SMALL)
def test_more_spending_never_pays_less(run: Run, place: str, amount: int, more: int, counted: int) -> None:
    paid = [
        run("shanghai.outpatient", {"visits": visits([(place, one)]), "counted": money(counted)}).outputs["fund"]
        for one in (amount, amount + more)
    ]
    assert paid[0] <= paid[1]  # type: ignore[operator]


@QUICK
@given(st.lists(st.tuples(PLACES, SMALL), min_size=1, max_size=4), SMALL)
def test_any_spending_so_far_lies_within_the_range_of_the_unknown(run: Run, pairs: Any, counted: int) -> None:
    known = run("shanghai.outpatient", {"visits": visits(pairs), "counted": money(counted)})
    unknown = run("shanghai.outpatient", {"visits": visits(pairs)})
    low, high = (unknown.low or unknown.outputs), (unknown.high or unknown.outputs)
    slack = Decimal("0.01") * len(pairs)
    assert low["fund"] - slack <= known.outputs["fund"] <= high["fund"] + slack  # type: ignore[operator]


@QUICK
@given(st.lists(st.tuples(TIERS, FEN), min_size=1, max_size=4))
def test_shanghai_inpatient_agrees_with_the_twin(run: Run, pairs: Any) -> None:
    result = run("shanghai.inpatient", {"stays": stays(pairs)})
    assert [in_fen(row["fund"]) for row in result.rows["stays"]] == twin.shanghai_inpatient(pairs)
    assert result.outputs["fund"] + result.outputs["own"] == sum(Decimal(money(a)) for _, a in pairs)  # type: ignore[operator]


@QUICK
@given(FEN, st.booleans())
def test_the_second_payment_in_shanghai_leaves_the_rest(run: Run, own: int, low_income: bool) -> None:
    result = run("shanghai.serious_illness", {"own": money(own), "low_income": low_income})
    assert in_fen(result.outputs["second_reimbursement"]) == twin.share(own, 65 if low_income else 60)
    assert in_fen(result.outputs["final_own"]) == own - in_fen(result.outputs["second_reimbursement"])


@QUICK
@given(st.lists(st.tuples(LEVELS, FEN), min_size=1, max_size=5), st.integers(0, 6), st.integers(0, 9_000_000))
def test_lanzhou_inpatient_agrees_with_the_twin_and_keeps_the_cap(
    run: Run, pairs: Any, earlier: int, paid: int
) -> None:
    given_before = {"earlier_stays": earlier, "fund_paid_before": money(paid)}
    result = run("lanzhou.inpatient", {"stays": stays(pairs), **given_before})
    funds = [in_fen(row["fund"]) for row in result.rows["stays"]]
    assert funds == twin.lanzhou_inpatient(pairs, earlier, paid)
    assert sum(funds) <= max(8_000_000 - paid, 0)
    for row in result.rows["stays"]:
        assert row["fund"] + row["own"] == row["eligible"]
    if result.low is not None and result.high is not None:
        assert result.low["fund"] <= result.outputs["fund"] <= result.high["fund"]  # type: ignore[operator]


@QUICK
@given(FEN, FEN, FEN)
def test_splitting_never_changes_the_serious_illness_payment_of_a_year(
    run: Run, before: int, one: int, two: int
) -> None:
    def paid(burden: int, earlier: int) -> int:
        inputs = {"burden": money(burden), "burden_before": money(earlier)}
        result = run("lanzhou.serious_illness", inputs)
        assert in_fen(result.outputs["second_reimbursement"]) == twin.lanzhou_serious(earlier, burden)
        assert 0 <= result.outputs["second_reimbursement"] <= Decimal(money(burden)) + Decimal("0.01")  # type: ignore[operator]
        return in_fen(result.outputs["second_reimbursement"])

    assert paid(one, before) + paid(two, before + one) == paid(one + two, before)


@QUICK
@given(st.lists(st.tuples(LEVELS, FEN), min_size=1, max_size=4))
def test_the_lanzhou_year_adds_up(run: Run, pairs: Any) -> None:
    result = run("lanzhou.year", {"stays": stays(pairs), "earlier_stays": 0})
    for case in filter(None, (result.outputs, result.low, result.high)):
        assert case["fund"] + case["burden"] == sum(Decimal(money(a)) for _, a in pairs)  # type: ignore[operator]
        assert case["second_reimbursement"] + case["final_own"] == case["burden"]  # type: ignore[operator]
        assert case["fund"] <= CAP  # type: ignore[operator]


@QUICK
@given(SMALL, st.sampled_from(["0.50", "0.60", "0.70", "0.80"]))
def test_the_smallest_bill_pays_and_one_fen_less_does_not(wanted: int, rate: str) -> None:
    bill = smallest_paying(Decimal(rate), Decimal(money(wanted)))
    assert fen(Decimal(rate) * bill) >= Decimal(money(wanted))
    if bill > 0:
        assert fen(Decimal(rate) * (bill - Decimal("0.01"))) < Decimal(money(wanted))


@QUICK
@given(st.dates(), st.integers(0, 60))
def test_months_keep_the_day_or_clip_it(day: Any, months: int) -> None:
    if day.year > 9_900:
        return
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@QUICK
@given(st.sampled_from([0, 1, 2, 3, 4, 5, 8]), st.integers(0, 8), st.booleans())
def test_paying_back_never_lengthens_the_wait(run: Run, lapsed: int, repaid: int, in_window: bool) -> None:
    def readings(years: int) -> Dict[str, int]:
        rows = run(
            "shanghai.waiting_period", {"lapsed_years": lapsed, "in_window": in_window, "repaid_years": years}
        ).rows.get("readings", [])
        return {str(row["reading"]): int(str(row["months"])) for row in rows}

    before, after = readings(0), readings(repaid)
    floor = 6 if lapsed >= 4 else 3
    assert all(floor <= after[name] <= max(before[name], floor) for name in after if name != "C")


def test_money_is_printed_without_exponent() -> None:
    assert yuan(Decimal("1E+3")) == "1000.00"
