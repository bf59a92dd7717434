"""What all calculations that pay something have in common: facts under which nothing can be paid or computed.

Such a fact is a gate: it closes the calculation before anything is asked. What a gate says is the city's matter
(`gates` of each city), except where the documents of neither city say anything.
"""

from typing import Any, Callable, Mapping, Optional, Sequence

from pydantic import Field

from bot.policy.bills import Bill, charged
from bot.policy.inputs import Flag, Inputs
from bot.policy.money import ZERO
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules

HOTLINE = "12393"
"""The national hotline; it is named here because no document answers the question."""


class PaymentInputs(Inputs):
    """Base of the input of a calculation that pays: the facts that close it when they are true; none is asked for."""

    waiting: Optional[Flag] = Field(default=None, title="等待期还没满")
    """Whether the waiting period was still running on the day of treatment."""
    third_party: Optional[Flag] = Field(default=None, title="别人有责任")
    """Whether somebody else is liable for the injury."""
    insured_elsewhere: Optional[Flag] = Field(default=None, title="医保参在别处")
    """Whether the student is insured elsewhere, such as at home, and not in the city of the calculation."""

    def bills(self) -> Sequence[Bill]:
        """Return the bills that are to be settled."""
        return ()

    def unpaid(self) -> Outputs:
        """Return the outputs when nothing is paid: in yuan, the student's part only where every bill is known."""
        bills = self.bills()
        if bills and all(bill.known for bill in bills):
            return {"fund": ZERO, "own": charged(bills)}
        return {"fund": ZERO}


class BillInputs(Bill, PaymentInputs):
    """Base of the input of a calculation that settles one bill."""

    def bills(self) -> Sequence[Bill]:
        """Return the one bill."""
        return (self,)


Gate = Callable[[Any, Rules], Result]
"""Answers for the PaymentInputs that it closes."""


def closed(inputs: Inputs, gates: Mapping[str, Gate]) -> Optional[Gate]:
    """Return the first gate, in the order of `gates`, that a true input of the same name closes."""
    if not isinstance(inputs, PaymentInputs):
        return None
    return next((gate for name, gate in gates.items() if getattr(inputs, name)), None)


def third_party(inputs: PaymentInputs, rules: Rules) -> Result:
    """Refuse: no document says whether the fund pays when somebody else is liable, nor who has to pay first."""
    reason = f"别人有责任的伤，医保报不报、钱该谁先出，这些文件都没有写，请打 {HOTLINE} 问清楚。"
    return rules.refuse("not_calculable", reason)
