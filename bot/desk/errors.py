"""What the desk refuses."""

from __future__ import annotations

from typing import Sequence


class DeskError(ValueError):
    """The desk cannot do what was asked; the message says why and what can be done."""


class TicketNotFound(DeskError):
    """There is no ticket with this number."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"there is no ticket {number[:20]!r}; `bot tickets list` shows the numbers")


class ForbiddenChange(DeskError):
    """A ticket in this state does not take this change."""

    def __init__(self, number: str, state: str, change: str, allowed: Sequence[str]) -> None:
        self.number, self.state, self.change, self.allowed = number, state, change, tuple(allowed)
        super().__init__(f"ticket {number} is {state}: {change} is not possible; possible: {', '.join(allowed)}")
