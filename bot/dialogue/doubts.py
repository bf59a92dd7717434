"""An amount whose role the words do not give is asked about, with what it could be as choices; it is never added in silence. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Dict, List, Mapping, Optional, Tuple

from bot.dialogue import visits
from bot.dialogue.facts import Asking

ROLE = "role"
"""Fact of the question what a number is."""
MEANINGS: Mapping[str, Tuple[str, str]] = {
    "counted": ("这次看病的费用", "这次的费用"),
    "another": ("另一次看病的费用", "另一次的费用"),
    "part": ("已经算在总额里的一项", "总额里的一项"),
    "outside": ("账单里不归医保管的自费", "里面的自费"),
    "covered": ("符合医保规定的那部分", "医保范围内的部分"),
    "own": ("结算后自己付的", "结算后自己付的"),
    "used": ("今年之前看病花的", "今年之前花的"),
    "fund_paid": ("医保已经付的", "医保已经付的"),
    "aside": ("和这次报销没有关系的", "和报销无关"),
}
"""Candidate -> how the question names it, and what its button says."""


def yuan(value: Any) -> str:
    """An amount as a reader expects it."""
    return f"{Decimal(str(value)):,.2f}".removesuffix(".00") + " 元"


def role_question(facts: Mapping[str, Any]) -> Optional[Asking]:
    """The question about the first doubtful amount of a case, None when there is none."""
    doubts = facts.get("doubts") or []
    if not doubts:
        return None
    doubt = doubts[0]
    names = [name for name in doubt["candidates"] if name in MEANINGS]
    text = f"{yuan(doubt['value'])}是{'，还是'.join(MEANINGS[name][0] for name in names)}？"
    return Asking(fact=ROLE, text=text, choices=[{"value": name, "title": MEANINGS[name][1]} for name in names])


def with_role(facts: Mapping[str, Any], role: str) -> Dict[str, Any]:
    """The facts after the first doubtful amount was given its role."""
    doubt, *rest = facts["doubts"]
    value = str(doubt["value"])
    known: List[Dict[str, Any]] = [dict(visit) for visit in facts.get("visits", [])]
    changed: Dict[str, Any] = {**facts, "doubts": rest}
    if role == "counted":
        changed["visits"] = visits.with_bill(known, value, None)
    elif role == "another":
        changed["visits"] = [*known, {**({name: known[-1][name] for name in ("level", "care") if known[-1].get(name)} if known else {}), "bill": value}]
    elif role == "part":
        changed["visits"] = [*known[:-1], {**known[-1], "parts": [*known[-1].get("parts", []), value]}] if known else [{"bill": value}]
    elif role in ("outside", "covered"):
        changed["visits"] = visits.merged(known, [{role: value}])
    elif role == "own":
        changed["own"] = value
    elif role == "used":
        changed["counted"] = value
    elif role == "fund_paid":
        changed["fund_paid"] = value
    else:
        changed["aside"] = [*facts.get("aside", []), {"value": value, "role": "other"}]
    return {name: kept for name, kept in changed.items() if kept not in ([], None)}
