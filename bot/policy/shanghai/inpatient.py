"""Stays in hospital in Shanghai: SH-6, SH-7.

Source: sh-qa-2025 问题2(1), sh-fresh-2025 (3), for 2024 freshmen sh-xianda-2024 待遇表.
"""

from decimal import Decimal
from typing import Dict, List, Optional, Sequence, Tuple

from bot.policy.bills import Bill, charged, tell_bound, tell_parts
from bot.policy.inputs import ask, items
from bot.policy.money import ZERO, fen, percent, yuan
from bot.policy.payment import PaymentInputs
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules, total, with_beyond
from bot.policy.shanghai.places import ASK_LEVEL, ELIGIBLE, LEVEL_CHOICES, PLACES, Level

DEDUCTIBLE = "sh.inpatient.deductible."
RATE = "sh.inpatient.rate."


class Stay(Bill):
    """One stay in hospital."""

    level: Optional[Level] = ask(ASK_LEVEL, title="医院等级", choices=LEVEL_CHOICES)


class InpatientInput(PaymentInputs):
    """Stays of one benefit year, in order."""

    stays: Optional[List[Stay]] = items("住院记录")

    def bills(self) -> Sequence[Bill]:
        """Return the stays."""
        return self.stays or []


def inpatient(inputs: InpatientInput, rules: Rules) -> Result:
    """SH-6, SH-7 住院: what the fund pays for one or more stays.

    Each stay has its own deductible (C05: one notice prints a yearly one; shown when it would change the answer), and
    there is no step-down. What lies outside the list is the student's. The documents state no yearly ceiling of the
    basic fund.
    """
    stays = inputs.stays or []
    outputs, rows = settle_all(stays, rules)
    if len(stays) > 1:
        rules.assume("transfer", "每次住院各算一次起付标准。", "同一次治疗中转院算一次还是两次，文件没有写。")
        _per_year(stays, outputs, rules)
    if any(stay.upper_bound for stay in stays):
        tell_bound(rules, "出院结算单")
        return rules.between({**outputs, "fund": ZERO, "own": charged(stays)}, outputs, rows={"stays": rows})
    return rules.ok(outputs, {"stays": rows})


def settle_all(stays: List[Stay], rules: Rules) -> Tuple[Outputs, List[Outputs]]:
    """Settle stays one after the other; return the sums and one row per stay."""
    rows: List[Outputs] = []
    for index, stay in enumerate(stays):
        tell_parts(stay, ELIGIBLE, rules, key=f"stays.{index}")
        row = settle(stay.level or "", stay.amount, rules, key=f"stays.{index}")
        rows.append(with_beyond(row, stay.beyond))
    return {"fund": total(rows, "fund"), "own": total(rows, "own")}, rows


def settle(level: str, eligible: Decimal, rules: Rules, *, key: str = "stay") -> Outputs:
    """Settle one stay of `eligible` yuan in a hospital of `level`."""
    deductible, rate = rules.number(DEDUCTIBLE + level), rules.number(RATE + level)
    used = min(eligible, deductible)
    fund = fen(rate * (eligible - used))
    title = PLACES[level]
    rules.step(f"{key}.deductible", f"{title}每次起付标准", yuan(deductible), used, params=[DEDUCTIBLE + level])
    expression = f"({yuan(eligible)} − {yuan(used)}) × {percent(rate)}"
    rules.step(f"{key}.fund", f"{title}住院报销", expression, fund, params=[RATE + level])
    return {
        "level": level,
        "eligible": eligible,
        "deductible": deductible,
        "deductible_used": used,
        "fund": fund,
        "own": eligible - fund,
    }


def _per_year(stays: List[Stay], outputs: Outputs, rules: Rules) -> None:
    """Compute the other position of C05 (one deductible per level and year) and mention it when it differs."""
    left: Dict[str, Decimal] = {}
    fund = ZERO
    for stay in stays:
        level = stay.level or ""
        rest = left.get(level, rules.number(DEDUCTIBLE + level))
        used = min(stay.amount, rest)
        left[level] = rest - used
        fund += fen(rules.number(RATE + level) * (stay.amount - used))
    if fund == outputs["fund"]:
        return
    alternative: Outputs = {"fund": fund, "own": charged(stays) - fund}
    rules.disagree("C05")
    effect = f"如果同级医院一年只算一次起付线，报销 {yuan(fund)} 元。"
    rules.assume("C05", "起付标准按每次住院各算一次。", effect, alternative)
