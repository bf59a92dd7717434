"""Which facts of a case the entities of a message state, by the names that knowledge/dialogues.yml uses. Pure."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence, Set

Entity = Mapping[str, Any]
BILLED = ("bill", "part", "covered", "own_share")
"""Roles of amounts that a payment can be worked out from."""
_NAMES = {
    ("years", "lapsed"): "lapsed_years",
    ("years", "repaid"): "repaid_years",
    ("year", "calendar"): "calendar_year",
    ("amount", "used"): "counted",
    ("amount", "fund_paid"): "amount",
    ("deductible", ""): "counted",
    ("ordinal", ""): "admission",
}


def stated_name(entity: Entity) -> Optional[str]:
    """The fact that an entity states, None for a number that is set aside."""
    name, role = entity["entity"], entity.get("role") or ""
    if (name, role) in _NAMES:
        return _NAMES[name, role]
    if name == "amount":
        return "amount" if role in BILLED else None
    if name == "number":
        return "years" if entity.get("unit") == "year" else None
    if name in ("percent", "count", "days", "age", "year"):
        return None
    return str(name)


def stated_facts(entities: Sequence[Entity]) -> Set[str]:
    """The facts that a message states."""
    stated = {name for name in map(stated_name, entities) if name}
    amounts = [entity for entity in entities if entity["entity"] == "amount"]
    if len(amounts) == 1 and amounts[0].get("role") == "outside":
        # 忘带卡自费500: a part of no other amount is the bill
        stated.add("amount")
    return stated
