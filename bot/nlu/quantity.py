"""A number of a message with its meaning: the shape that the finders of money, gaps, dates and spending share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Optional, Union

from bot.nlu.numerals import find_numbers


@dataclass(frozen=True)
class Quantity:
    """A number with its meaning."""

    kind: str
    """date (2025-03-15, or --03-15, this-…, last-… when the year is not written) | calendar_year |
    amount (yuan) | counted (yuan spent before in the year) |
    emergency_before (yuan of the emergency that a stay in the same hospital followed) | admission (1 = first stay) |
    lapsed_years | repaid_years | years (of what, is open) | denied (不是一千) | number (meaning open)."""
    value: Union[Decimal, str]
    start: int
    end: int
    about: bool = False


def cents(value: Decimal) -> Decimal:
    """An amount with two decimals, rounded half up."""
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def first_match(pattern: re.Pattern[str], text: str, kind: str) -> Optional[Quantity]:
    """The first match of a pattern as a quantity of a kind; its number stands in the group that matched."""
    match = pattern.search(text)
    if not match:
        return None
    written = next(group for group in match.groups() if group)
    numbers = list(find_numbers(written))
    return Quantity(kind, numbers[0].value, match.start(), match.end()) if numbers else None
