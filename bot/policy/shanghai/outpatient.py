"""Outpatient and emergency bills in Shanghai: SH-1, SH-2, SH-3.

Source: sh-qa-2025 问题2(1), sh-fresh-2025 (1)(2), for 2024 freshmen sh-xianda-2024 待遇表.
"""

from decimal import Decimal
from typing import List, NamedTuple, Optional, Sequence, Tuple

from bot.policy.bills import Bill, charged, tell_bound, tell_parts
from bot.policy.inputs import Amount, ask, items
from bot.policy.money import ZERO, fen, percent, yuan
from bot.policy.payment import PaymentInputs
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules, total, with_beyond
from bot.policy.shanghai.places import ASK_PLACE, ELIGIBLE, PLACE_CHOICES, PLACES, Place

DEDUCTIBLE = "sh.outpatient.deductible"
RATE = "sh.outpatient.rate."
CAMPUS = "campus"


class Visit(Bill):
    """One settled bill."""

    place: Optional[Place] = ask(ASK_PLACE, title="就医地点", choices=PLACE_CHOICES)


class OutpatientInput(PaymentInputs):
    """Visits of one benefit year, in the order in which they were settled."""

    visits: Optional[List[Visit]] = items("就诊记录")
    counted: Optional[Amount] = None
    """Off-campus eligible spending of the year before the first visit, in yuan."""

    def bills(self) -> Sequence[Bill]:
        """Return the visits."""
        return self.visits or []


class Settlement(NamedTuple):
    """One bill after settlement, in yuan."""

    deductible_used: Decimal
    fund: Decimal
    own: Decimal
    counted_after: Decimal


def outpatient(inputs: OutpatientInput, rules: Rules) -> Result:
    """SH-1, SH-2, SH-3 门急诊: what the fund pays for visits in the order of settlement.

    Campus clinics pay from the first fen and do not count towards the yearly deductible; elsewhere the part above the
    deductible is paid at the rate of the place of that visit (R07: calendar year; R08: each bill rounded).
    Without `counted` the result is a range from nothing counted to deductible used up. What lies outside the list is
    neither paid nor counted. Raises nothing of its own.
    """
    visits = inputs.visits or []
    for index, visit in enumerate(visits):
        tell_parts(visit, ELIGIBLE, rules, key=f"visits.{index}")
    if any(visit.place != CAMPUS for visit in visits) and inputs.counted is None:
        return _unknown_counted(visits, rules)
    outputs, rows = settle_all(visits, inputs.counted or ZERO, rules)
    _assumptions(visits, rules)
    return bounded(visits, outputs, rows, rules)


def settle_all(visits: List[Visit], counted: Decimal, rules: Rules) -> Tuple[Outputs, List[Outputs]]:
    """Settle the visits one after the other, beginning with `counted` yuan; return the sums and one row per visit."""
    rows: List[Outputs] = []
    for index, visit in enumerate(visits):
        place = visit.place or CAMPUS
        done = settle(place, visit.amount, counted, rules, key=f"visits.{index}")
        row: Outputs = {"place": place, "eligible": visit.amount, "counted_before": counted, **done._asdict()}
        rows.append(with_beyond(row, visit.beyond))
        counted = done.counted_after
    return {
        "fund": total(rows, "fund"),
        "own": total(rows, "own"),
        "deductible_used": total(rows, "deductible_used"),
        "counted_after": counted,
    }, rows


def settle(place: str, eligible: Decimal, counted: Decimal, rules: Rules, *, key: str = "visit") -> Settlement:
    """Settle one bill of `eligible` yuan after `counted` yuan of off-campus spending in the year."""
    rate = rules.number(RATE + place)
    title = PLACES[place]
    if place == CAMPUS:
        fund = fen(rate * eligible)
        rules.step(f"{key}.fund", f"{title}报销", f"{yuan(eligible)} × {percent(rate)}", fund, params=[RATE + place])
        return Settlement(ZERO, fund, eligible - fund, counted)
    deductible = rules.number(DEDUCTIBLE)
    used = min(eligible, max(deductible - counted, ZERO))
    rules.step(
        f"{key}.deductible_used",
        "这次计入起付线",
        f"起付线 {yuan(deductible)}，此前累计 {yuan(counted)}",
        used,
        params=[DEDUCTIBLE],
    )
    fund = fen(rate * (eligible - used))
    expression = f"({yuan(eligible)} − {yuan(used)}) × {percent(rate)}"
    rules.step(f"{key}.fund", f"{title}报销", expression, fund, params=[RATE + place])
    return Settlement(used, fund, eligible - fund, counted + eligible)


def _unknown_counted(visits: List[Visit], rules: Rules) -> Result:
    """Compute with nothing counted and with the deductible used up."""
    deductible = rules.number(DEDUCTIBLE)
    rules.prefix = "起付线还没用："
    low, low_rows = settle_all(visits, ZERO, rules)
    rules.prefix = "起付线已用完："
    high, high_rows = settle_all(visits, deductible, rules)
    rules.prefix = ""
    rules.assume(
        "counted",
        f"没有说今年校外门急诊已累计多少：低的按还没有累计算，高的按起付线 {yuan(deductible)} 元已经用完算。",
        "说出今年校外门急诊的累计金额，就能算出准数。",
    )
    _assumptions(visits, rules)
    if any(visit.upper_bound for visit in visits):
        tell_bound(rules, "票据")
        low = {**low, "fund": ZERO, "own": charged(visits)}
    return rules.between(low, high, rows={"visits": low_rows, "visits_high": high_rows})


def _assumptions(visits: List[Visit], rules: Rules) -> None:
    if any(visit.place == CAMPUS for visit in visits):
        rules.assume("C07", "校内按已经联网的定点医疗机构算，不设起付线。", "没有联网的校内机构不能这样结算。")
    if len(visits) > 1:
        rules.assume("order", "按给出的先后次序结算。", "次序不同，跨过起付线的那一笔比例可能不同。")


def bounded(visits: List[Visit], outputs: Outputs, rows: List[Outputs], rules: Rules) -> Result:
    """Answer; when only bill totals are known, as an upper bound (R11)."""
    if not any(visit.upper_bound for visit in visits):
        return rules.ok(outputs, {"visits": rows})
    tell_bound(rules, "票据")
    return rules.between({**outputs, "fund": ZERO, "own": charged(visits)}, outputs, rows={"visits": rows})
