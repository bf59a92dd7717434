"""A bill as a student reads it: the whole, what the insurance covers of it, and what lies outside its list.

Both cities settle the covered part only; what lies outside is the student's, whatever the rates.
"""

from decimal import Decimal
from typing import Dict, FrozenSet, Optional, Sequence

from pydantic import validator

from bot.policy.inputs import Amount, Part, ask, refuse
from bot.policy.money import ZERO, yuan
from bot.policy.rules import Rules

Given = Dict[str, Optional[Decimal]]
ASK_ELIGIBLE = "这次一共花了多少元？"


class Bill(Part):
    """One bill: the covered part, or the whole with or without what lies outside; amounts in yuan, 0 or more.

    Refused are a whole that is less than one of its parts, and three amounts that do not add up.
    """

    eligible: Optional[Amount] = ask(ASK_ELIGIBLE, title="符合医保规定的费用", late=True)
    """What the insurance's rules cover, before deductible and rate."""
    total: Optional[Amount] = None
    """The whole bill; without `eligible` and `outside` it gives an upper bound (R11)."""
    outside: Optional[Amount] = None
    """The self-paid part (自费), outside the insurance's list: never paid, the student's whatever the rates."""

    @validator("total")
    def total_is_not_less(cls, value: Optional[Decimal], values: Given) -> Optional[Decimal]:
        eligible = values.get("eligible")
        if value is not None and eligible is not None and value < eligible:
            raise refuse("账单总额不能小于符合医保规定的费用。", "the total cannot be less than the eligible amount")
        return value

    @validator("outside")
    def outside_fits(cls, value: Optional[Decimal], values: Given) -> Optional[Decimal]:
        eligible, whole = values.get("eligible"), values.get("total")
        if value is None or whole is None:
            return value
        if value > whole:
            raise refuse("自费部分不能大于账单总额。", "the part outside the list cannot exceed the total")
        if eligible is not None and eligible + value != whole:
            raise refuse(
                "符合医保规定的费用加上自费部分，应当等于账单总额。", "eligible and outside must add up to the total"
            )
        return value

    def needless(self) -> FrozenSet[str]:
        """A bill total stands in for the covered amount."""
        return frozenset({"eligible"} if self.total is not None else ())

    @property
    def known(self) -> bool:
        """Whether there is an amount to compute with."""
        return self.eligible is not None or self.total is not None

    @property
    def upper_bound(self) -> bool:
        """Whether only the whole is known, so that the payment is an upper bound (R11)."""
        return self.total is not None and self.eligible is None and self.outside is None

    @property
    def amount(self) -> Decimal:
        """Yuan to settle: the covered part, or the whole when nothing tells it apart; 0 when nothing is known."""
        if self.eligible is not None:
            return self.eligible
        return max((self.total or ZERO) - (self.outside or ZERO), ZERO)

    @property
    def whole(self) -> Decimal:
        """Yuan that the student was charged: what the fund does not pay of it is the student's."""
        return self.total if self.total is not None else (self.eligible or ZERO) + (self.outside or ZERO)

    @property
    def beyond(self) -> Decimal:
        """Yuan of the bill that are not settled: the student's in full."""
        return self.whole - self.amount


def charged(bills: Sequence[Bill]) -> Decimal:
    """Return the whole of several bills, in yuan."""
    return sum((bill.whole for bill in bills), ZERO)


def tell_parts(bill: Bill, parameter: str, rules: Rules, *, key: str = "bill") -> None:
    """Record how the parts of a bill follow from what was given; nothing when it is only one.

    `parameter` says that only covered costs are settled.
    """
    amount, whole, outside = bill.amount, bill.whole, bill.outside
    if bill.eligible is None and outside is not None:
        expression = f"{yuan(whole)} − {yuan(outside)}"
        rules.step(f"{key}.eligible", "总额减去自费部分", expression, amount, params=[parameter])
        rules.assume(
            "outside",
            "自费部分不报，总额里其余的都当作符合医保规定的费用。",
            "其余的里面还有不能报的，报销会更少。",
        )
    elif bill.beyond and bill.total is None:
        expression = f"{yuan(amount)} + {yuan(bill.beyond)}"
        rules.step(f"{key}.total", "加上自费部分的总额", expression, whole, params=[parameter])
    elif bill.beyond:
        expression = f"{yuan(whole)} − {yuan(amount)}"
        rules.step(f"{key}.outside", "不能报、自己承担的部分", expression, bill.beyond, params=[parameter])


def tell_bound(rules: Rules, paper: str) -> None:
    """Say that the payment is an upper bound (R11), and on which paper the right amount stands."""
    rules.assume("R11", "用的是账单总额，所以报销是上限。", f"{paper}上“符合医保规定的费用”才是计算的基数。")
