"""What is left of the deductible, and the same bill in different places: SH-4, SH-5, SH-24. Source: sh-qa-2025 问题2(1)."""

from decimal import Decimal
from typing import List, Optional

from bot.policy.bills import tell_bound, tell_parts
from bot.policy.inputs import Amount, Inputs, ask
from bot.policy.money import ZERO, percent, smallest_paying, yuan
from bot.policy.payment import BillInputs
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules, with_beyond
from bot.policy.shanghai import inpatient
from bot.policy.shanghai.outpatient import CAMPUS, DEDUCTIBLE, RATE, settle
from bot.policy.shanghai.places import ELIGIBLE, LEVEL_CHOICES, PLACES


class RemainingInput(Inputs):
    """Off-campus spending of the year so far, and optionally a payment that is wanted."""

    counted: Optional[Amount] = ask("今年校外门急诊符合医保规定的费用，到现在累计多少元？", title="校外累计")
    wanted: Optional[Amount] = None
    """Payment by the fund that one bill should reach, in yuan."""


class CompareInput(BillInputs):
    """One bill to settle in each kind of place."""

    counted: Optional[Amount] = None
    """Off-campus eligible spending of the year before, in yuan."""

    def unpaid(self) -> Outputs:
        """Return nothing for every place."""
        return {place: ZERO for place in PLACES}


class LevelsInput(BillInputs):
    """One stay to settle at each level."""

    def unpaid(self) -> Outputs:
        """Return nothing for every level."""
        return {level: ZERO for level, _ in LEVEL_CHOICES}


def remaining_deductible(inputs: RemainingInput, rules: Rules) -> Result:
    """SH-4 起付线还差多少: yuan left of the yearly deductible, and the smallest bills that reach a wanted payment."""
    counted = inputs.counted or ZERO
    deductible = rules.number(DEDUCTIBLE)
    left = max(deductible - counted, ZERO)
    rules.step("remaining", "起付线还差", f"{yuan(deductible)} − {yuan(counted)}", left, params=[DEDUCTIBLE])
    if inputs.wanted is None:
        return rules.ok({"remaining": left})
    rows: List[Outputs] = []
    for place, title in PLACES.items():
        rate = rules.number(RATE + place)
        bill = smallest_paying(rate, inputs.wanted)
        if place != CAMPUS and bill > 0:
            bill += left
        rules.step(
            f"{place}.bill",
            f"{title}至少花费",
            f"报销 {yuan(inputs.wanted)}，比例 {percent(rate)}",
            bill,
            params=[RATE + place],
        )
        rows.append({"place": place, "bill": bill})
    return rules.ok({"remaining": left}, {"places": rows})


def compare_places(inputs: CompareInput, rules: Rules) -> Result:
    """SH-5 同一张账单在不同地方: the fund's payment for one bill on campus and at tiers 1, 2, 3.

    Without `counted` a range from nothing counted to deductible used up. Prices may differ between places in reality.
    """
    tell_parts(inputs, ELIGIBLE, rules)
    rules.assume("price", "按各处费用相同来比较。", "同样的病在不同医院，花费可能不同。")
    if inputs.counted is not None:
        rows = _rows(inputs, inputs.counted, rules)
        if not inputs.upper_bound:
            return rules.ok(_funds(rows, "place"), {"places": rows})
        tell_bound(rules, "票据")
        return rules.between(inputs.unpaid(), _funds(rows, "place"), rows={"places": rows})
    deductible = rules.number(DEDUCTIBLE)
    rules.assume(
        "counted",
        f"低的按今年校外还没有累计算，高的按起付线 {yuan(deductible)} 元已经用完算。",
        "说出今年校外门急诊的累计金额，就能算出准数。",
    )
    rules.prefix = "起付线还没用："
    low = _rows(inputs, ZERO, rules)
    rules.prefix = "起付线已用完："
    high = _rows(inputs, deductible, rules)
    rules.prefix = ""
    least = _funds(low, "place")
    if inputs.upper_bound:
        tell_bound(rules, "票据")
        least = inputs.unpaid()
    return rules.between(least, _funds(high, "place"), rows={"places": low, "places_high": high})


def compare_levels(inputs: LevelsInput, rules: Rules) -> Result:
    """SH-24 各级医院住院比较: the fund's payment for the same stay at tiers 1, 2, 3, each with its own deductible.

    Prices may differ between levels in reality; with the whole bill alone the payments are upper bounds (R11).
    """
    tell_parts(inputs, ELIGIBLE, rules)
    rules.assume("price", "按各级医院费用相同来比较。", "同样的病在不同医院，花费可能不同。")
    rows = [
        with_beyond(inpatient.settle(level, inputs.amount, rules, key=level), inputs.beyond)
        for level, _ in LEVEL_CHOICES
    ]
    if not inputs.upper_bound:
        return rules.ok(_funds(rows, "level"), {"levels": rows})
    tell_bound(rules, "出院结算单")
    return rules.between(inputs.unpaid(), _funds(rows, "level"), rows={"levels": rows})


def _rows(bill: CompareInput, counted: Decimal, rules: Rules) -> List[Outputs]:
    rows: List[Outputs] = []
    for place in PLACES:
        done = settle(place, bill.amount, counted, rules, key=place)
        row: Outputs = {"place": place, "eligible": bill.amount, "fund": done.fund, "own": done.own}
        rows.append(with_beyond(row, bill.beyond))
    return rows


def _funds(rows: List[Outputs], column: str) -> Outputs:
    return {str(row[column]): row["fund"] for row in rows}
