"""A second implementation in whole fen, written from the documents' rules and not from bot.policy: integers only."""

from typing import List, Sequence, Tuple


def share(amount: int, percent: int) -> int:
    """Return percent % of fen, half up."""
    return (amount * percent * 2 + 100) // 200


def shanghai_outpatient(visits: Sequence[Tuple[str, int]], counted: int) -> List[int]:
    """Return what the fund pays for each visit."""
    paid = []
    for place, amount in visits:
        if place == "campus":
            paid.append(share(amount, 80))
            continue
        above = max(counted + amount - 30_000, 0) - max(counted - 30_000, 0)
        paid.append(share(above, {"tier1": 70, "tier2": 60, "tier3": 50}[place]))
        counted += amount
    return paid


def shanghai_inpatient(stays: Sequence[Tuple[str, int]]) -> List[int]:
    """Return what the fund pays for each stay."""
    deductible, percent = {"tier1": 5_000, "tier2": 10_000, "tier3": 30_000}, {"tier1": 80, "tier2": 75, "tier3": 60}
    return [share(max(amount - deductible[level], 0), percent[level]) for level, amount in stays]


def lanzhou_inpatient(stays: Sequence[Tuple[str, int]], earlier: int, paid_before: int) -> List[int]:
    """Return what the fund pays for each stay, linear step-down over all levels."""
    deductible = {"3A": 140_000, "3B": 60_000, "2": 40_000, "1": 20_000}
    percent = {"3A": 65, "3B": 75, "2": 85, "1": 90}
    left, paid = max(8_000_000 - paid_before, 0), []
    for index, (level, amount) in enumerate(stays):
        part = max(100 - 20 * (earlier + index), 50)
        fund = min(share(max(amount - deductible[level] * part // 100, 0), percent[level]), left)
        left -= fund
        paid.append(fund)
    return paid


def lanzhou_serious(before: int, burden: int) -> int:
    """Return the second payment of one settlement."""

    def year(total: int) -> int:
        above, hundredths, low = max(total - 500_000, 0), 0, 0
        for high, percent in ((1_000_000, 60), (2_000_000, 65), (5_000_000, 70), (10_000_000, 75), (None, 80)):
            top = above if high is None else min(above, high)
            hundredths += max(top - low, 0) * percent
            low = high or 0
        return (hundredths * 2 + 100) // 200

    return year(before + burden) - year(before)
