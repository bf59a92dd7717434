"""The premium in Lanzhou: LZ-10. Source: lz-letter-2025 函三, 问答四."""

from typing import Optional

from bot.policy.inputs import Inputs, Year
from bot.policy.money import yuan
from bot.policy.result import Result
from bot.policy.rules import Rules

PREMIUM = "lz.premium"
PREMIUM_YEAR = "lz.premium.year"


class PremiumInput(Inputs):
    """Which benefit year."""

    year: Optional[Year] = None
    """Benefit year; default: the one that the documents give."""


def premium(inputs: PremiumInput, rules: Rules) -> Result:
    """LZ-10 个人缴费: yuan per person for the benefit year that the documents name; others unknown."""
    year = rules.whole(PREMIUM_YEAR)
    if inputs.year is not None and inputs.year != year:
        return rules.refuse("out_of_coverage", f"文件只写了 {year} 年度的缴费标准，没有 {inputs.year} 年度的。")
    amount = rules.number(PREMIUM)
    rules.step("premium", f"{year} 年度个人缴费", yuan(amount), amount, params=[PREMIUM, PREMIUM_YEAR])
    rules.disagree("C11")
    rules.assume("subsidy", "困难学生的缴费补助文件没有写。", "有低保等情况请问学校或医保经办机构。")
    return rules.ok({"premium": amount})
