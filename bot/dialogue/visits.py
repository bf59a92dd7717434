"""The visits of a case in a conversation: what a later message changes of them, and what a calculation takes of them. Pure.

A visit is plain data (`bot.nlu.case.types.Visit`): care, level, bill, covered, outside, emergency, parts, about.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

Visit = Dict[str, Any]
AMOUNTS = ("bill", "covered")
"""Either of them is enough to work a payment out."""


def has_amount(visit: Mapping[str, Any]) -> bool:
    """Whether a visit has an amount to calculate with."""
    return any(visit.get(name) for name in AMOUNTS)


def amounts(visits: Sequence[Mapping[str, Any]]) -> List[str]:
    """What each visit cost, in yuan: the bill, else the covered part."""
    return [str(visit.get("bill") or visit.get("covered")) for visit in visits if has_amount(visit)]


def levels(visits: Sequence[Mapping[str, Any]]) -> List[str]:
    """The grades that are known, in the order of the visits."""
    return [str(visit["level"]) for visit in visits if visit.get("level")]


def merged(known: Sequence[Visit], told: Sequence[Visit]) -> List[Visit]:
    """The visits after a message: what it tells replaces, what it does not tell stays.

    Visits with amounts take the place of the known ones and keep their grades; a grade, or a self-paid part alone, changes the
    known visits.
    """
    if not told:
        return [dict(visit) for visit in known]
    if not known:
        return [dict(visit) for visit in told]
    if len(told) == 1 and told[0].get("covered") and not told[0].get("bill") and known[-1].get("bill"):
        # 符合医保的只有7000 says more of the known bill
        return [*map(dict, known[:-1]), {**known[-1], **{name: value for name, value in told[0].items() if value}}]
    if any(has_amount(visit) for visit in told):
        if not any(has_amount(visit) for visit in known) and len(known) > 1 and len(told) == 1:
            return [{**visit, **told[0]} for visit in known[:1]]
        return [{**_kept(_of(known, index, len(told))), **visit} for index, visit in enumerate(told)]
    if len(told) == len(known):
        return [{**visit, **change} for visit, change in zip(known, told)]
    if len(told) == 1:
        only_parts = not told[0].get("level") and not told[0].get("care")
        if only_parts:
            return [*map(dict, known[:-1]), {**known[-1], **told[0]}]
        return [{**visit, **told[0]} for visit in known]
    return (
        [dict(visit) for visit in told]
        if not any(map(has_amount, known))
        else [{**visit, **told[-1]} for visit in known]
    )


def _of(known: Sequence[Visit], index: int, count: int) -> Visit:
    return known[index] if count == len(known) else known[-1]


def _kept(visit: Visit) -> Visit:
    """What a new amount leaves of a visit: where it was, and how."""
    return {name: visit[name] for name in ("level", "care") if visit.get(name)}


def with_level(known: Sequence[Visit], level: str, row: Optional[int]) -> List[Visit]:
    """The visits with a grade: of one visit, or of all when none is meant."""
    if not known:
        return [{"level": level}]
    if row is None or row >= len(known) or len(known) == 1:
        return [{**visit, "level": level} for visit in known]
    return [{**visit, "level": level} if index == row else dict(visit) for index, visit in enumerate(known)]


def with_bill(known: Sequence[Visit], bill: str, row: Optional[int]) -> List[Visit]:
    """The visits with a bill: of one visit, or of the first without one."""
    if not known:
        return [{"bill": bill}]
    empty = next((place for place, visit in enumerate(known) if not has_amount(visit)), 0)
    index = row if row is not None and row < len(known) else empty
    return [{**visit, "bill": bill} if place == index else dict(visit) for place, visit in enumerate(known)]


def with_last_bill(known: Sequence[Visit], bill: str) -> List[Visit]:
    """The visits with another last bill; its parts and its covered part go, they were of the other."""
    last = {name: value for name, value in known[-1].items() if name not in ("parts", "covered")}
    return [*map(dict, known[:-1]), {**last, "bill": bill}]


def bill_fields(visit: Mapping[str, Any]) -> Dict[str, str]:
    """The inputs of a calculation that a visit's amounts give: eligible, total, outside.

    A bill alone stands for the eligible amount; a covered or a self-paid part beside it makes both exact.
    """
    bill, covered, outside = visit.get("bill"), visit.get("covered"), visit.get("outside")
    if covered:
        larger = bill and Decimal(str(bill)) >= Decimal(str(covered))
        beside = {"outside": str(outside)} if outside and not bill else {}
        return {"eligible": str(covered), **({"total": str(bill)} if larger else beside)}
    if bill and outside and Decimal(str(outside)) <= Decimal(str(bill)):
        return {"total": str(bill), "outside": str(outside)}
    return {"eligible": str(bill)} if bill else {}


def together(visits: Sequence[Mapping[str, Any]]) -> Visit:
    """All visits as one, for a calculation that takes a single bill: their amounts added up."""
    priced = [visit for visit in visits if has_amount(visit)]
    if len(priced) < 2:
        return dict(priced[0]) if priced else {}
    eligible, whole = zip(*(_eligible_and_whole(visit) for visit in priced))
    if not any(visit.get("covered") for visit in priced) and eligible != whole:
        outside = sum(whole, Decimal(0)) - sum(eligible, Decimal(0))
        return {"bill": f"{sum(whole, Decimal(0)):.2f}", "outside": f"{outside:.2f}"}
    sums = {"covered": f"{sum(eligible, Decimal(0)):.2f}", "bill": f"{sum(whole, Decimal(0)):.2f}"}
    return sums if sums["covered"] != sums["bill"] else {"bill": sums["bill"]}


def _eligible_and_whole(visit: Mapping[str, Any]) -> Tuple[Decimal, Decimal]:
    """(yuan that a payment is worked out from, yuan of the whole bill) of a visit with an amount."""
    fields = {name: Decimal(value) for name, value in bill_fields(visit).items()}
    outside = fields.get("outside", Decimal(0))
    eligible = fields["eligible"] if "eligible" in fields else fields["total"] - outside
    return eligible, fields.get("total", eligible + outside)


def are_exact(visits: Sequence[Mapping[str, Any]]) -> bool:
    """Whether of each bill it is told how much of it is covered, or not."""
    return all(visit.get("covered") or visit.get("outside") for visit in visits if has_amount(visit))


def eligible(visit: Mapping[str, Any]) -> Decimal:
    """Yuan that a payment for a visit is worked out from, and that counts towards the deductible."""
    return _eligible_and_whole(visit)[0]


def total(values: Sequence[str]) -> str:
    """The sum of amounts in yuan."""
    return values[0] if len(values) == 1 else f"{sum(map(Decimal, values), Decimal(0)):.2f}"
