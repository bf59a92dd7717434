"""The same stay at every hospital level: LZ-14. Source: lz-letter-2025 七(二)-(四)."""

from typing import List, Optional, cast

from bot.policy.bills import tell_bound
from bot.policy.inputs import Amount, Count
from bot.policy.lanzhou.inpatient import InpatientInput, Stay, begin, settle_all
from bot.policy.lanzhou.levels import LEVELS, Level
from bot.policy.money import ZERO
from bot.policy.payment import BillInputs
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules

READING = "R02"


class CompareInput(BillInputs):
    """One stay to settle at each level."""

    earlier_stays: Optional[Count] = None
    """Stays of the same year before."""
    fund_paid_before: Optional[Amount] = None
    """What the basic fund has paid for stays of the year before, in yuan."""


def compare_levels(inputs: CompareInput, rules: Rules) -> Result:
    """LZ-14 各级医院比较: what the basic fund pays for the same stay at 三甲, 三乙, 二级, 一级.

    With the whole bill alone the payments are upper bounds (R11).
    """
    start = begin(InpatientInput(earlier_stays=inputs.earlier_stays, fund_paid_before=inputs.fund_paid_before), rules)
    reading = rules.book.readings[READING].default
    rows: List[Outputs] = []
    for level in LEVELS:
        stay = Stay(level=cast(Level, level), eligible=inputs.eligible, total=inputs.total, outside=inputs.outside)
        rows += settle_all([stay], start, rules, reading=reading, trace=True)
    rules.assume("price", "按各级医院费用相同来比较。", "同样的病在不同医院，花费可能不同。")
    funds = {str(row["level"]): row["fund"] for row in rows}
    if not inputs.upper_bound:
        return rules.ok(funds, {"levels": rows})
    tell_bound(rules, "出院结算单")
    return rules.between({level: ZERO for level in LEVELS}, funds, rows={"levels": rows})
