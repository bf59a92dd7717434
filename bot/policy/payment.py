"""What all calculations that pay something have in common: the bills, and what is left when nothing is paid."""

from typing import Sequence

from bot.policy.bills import Bill, charged
from bot.policy.inputs import Inputs
from bot.policy.money import ZERO
from bot.policy.result import Outputs


class PaymentInputs(Inputs):
    """Base of the input of a calculation that pays."""

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
