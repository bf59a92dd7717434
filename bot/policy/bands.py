"""Marginal bands: each part of an amount is paid at the rate of the band it falls into."""

from decimal import Decimal
from typing import List, NamedTuple, Optional

from bot.policy.money import ZERO


class Band(NamedTuple):
    """Half-open: from `low` yuan up to `high` yuan, or without end."""

    low: Decimal
    high: Optional[Decimal]
    rate: Decimal


def parse_bands(text: str) -> List[Band]:
    """Read bands written 0-10000:0.60;10000-:0.65. Raises ValueError unless they start at 0, join, and end open."""
    bands = []
    for part in text.split(";"):
        limits, rate = part.split(":")
        low, high = limits.split("-")
        bands.append(Band(Decimal(low), Decimal(high) if high else None, Decimal(rate)))
    joined = [band.high for band in bands[:-1]] == [band.low for band in bands[1:]]
    if bands[0].low != 0 or not joined or bands[-1].high is not None:
        raise ValueError(f"bands must start at 0, join and end open: {text}")
    return bands


def marginal(bands: List[Band], amount: Decimal) -> Decimal:
    """Return the unrounded payment for `amount` yuan."""
    paid = ZERO
    for band in bands:
        top = amount if band.high is None else min(amount, band.high)
        paid += max(top - band.low, ZERO) * band.rate
    return paid
