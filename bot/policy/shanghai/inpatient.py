"""Stays in hospital in Shanghai: SH-6, SH-7.

Source: sh-qa-2025 问题2(1), sh-fresh-2025 (3), for 2024 freshmen sh-xianda-2024 待遇表.
"""

from decimal import Decimal
from typing import Dict, FrozenSet, List, Optional, Tuple

from bot.policy.inputs import Amount, Inputs, Part, ask, items
from bot.policy.money import ZERO, fen, percent, yuan
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules, total
from bot.policy.shanghai.places import ASK_ELIGIBLE, ASK_LEVEL, LEVEL_CHOICES, PLACES, Level

DEDUCTIBLE = "sh.inpatient.deductible."
RATE = "sh.inpatient.rate."


class Stay(Part):
    """One stay in hospital."""

    level: Optional[Level] = ask(ASK_LEVEL, title="医院等级", choices=LEVEL_CHOICES)
    eligible: Optional[Amount] = ask(ASK_ELIGIBLE, title="符合医保规定的费用")
    total: Optional[Amount] = None
    """The whole bill, when the covered part is not known: gives an upper bound (R11)."""

    def needless(self) -> FrozenSet[str]:
        """A bill total stands in for the covered amount."""
        return frozenset({"eligible"} if self.total is not None else ())

    @property
    def amount(self) -> Decimal:
        """Yuan to compute with."""
        return self.eligible if self.eligible is not None else self.total or ZERO


class InpatientInput(Inputs):
    """Stays of one benefit year, in order."""

    stays: Optional[List[Stay]] = items("住院记录")


def inpatient(inputs: InpatientInput, rules: Rules) -> Result:
    """SH-6, SH-7 住院: what the fund pays for one or more stays.

    Each stay has its own deductible (C05: one notice prints a yearly one; shown when it would change the answer), and
    there is no step-down. The documents state no yearly ceiling of the basic fund.
    """
    stays = inputs.stays or []
    outputs, rows = settle_all(stays, rules)
    if len(stays) > 1:
        rules.assume("transfer", "每次住院各算一次起付标准。", "同一次治疗中转院算一次还是两次，文件没有写。")
        _per_year(stays, outputs, rules)
    if any(stay.eligible is None for stay in stays):
        rules.assume("R11", "用的是账单总额，所以报销是上限。", "出院结算单上“符合医保规定的费用”才是计算的基数。")
        return rules.between({**outputs, "fund": ZERO, "own": total(rows, "eligible")}, outputs, rows={"stays": rows})
    return rules.ok(outputs, {"stays": rows})


def settle_all(stays: List[Stay], rules: Rules) -> Tuple[Outputs, List[Outputs]]:
    """Settle stays one after the other; return the sums and one row per stay."""
    rows = [settle(stay.level or "", stay.amount, rules, key=f"stays.{index}") for index, stay in enumerate(stays)]
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
    alternative: Outputs = {"fund": fund, "own": sum((stay.amount for stay in stays), ZERO) - fund}
    rules.disagree("C05")
    effect = f"如果同级医院一年只算一次起付线，报销 {yuan(fund)} 元。"
    rules.assume("C05", "起付标准按每次住院各算一次。", effect, alternative)
