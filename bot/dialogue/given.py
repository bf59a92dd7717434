"""What a calculation was told, in words: said with the result, so that a misunderstanding is seen at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, List, Mapping

from bot.dialogue.facts import CalculationState
from bot.knowledge.dialogues import CityDialogue
from bot.knowledge.topics import CITY_NAMES

_LEVELS: Mapping[str, str] = {
    "campus": "校内医疗机构",
    "1": "一级医院",
    "2": "二级医院",
    "3": "三级医院",
    "3A": "三甲",
    "3B": "三乙",
    "tier1": "一级医院",
    "tier2": "二级医院",
    "tier3": "三级医院",
}
_STATUS = {"dibao": "低保", "low_income": "低收入", "severe_disability": "重残"}
_COUNTED = {"none": "起付线还没用过", "full": "起付线已经用完"}
_YES_NO = {True: "是", False: "不是"}


def _yuan(value: Any) -> str:
    return f"{Decimal(str(value)):,.2f}".removesuffix(".00") + " 元"


def _emergency_before(state: CalculationState, joins: bool) -> List[str]:
    """The emergency bill before a stay; where the city's rule does not join the two, that it is left out."""
    bills = [_yuan(bill) for bill in state.facts.get("emergency_before", [])]
    return [f"住院前同一家医院的急诊 {bill}" if joins else f"不含急诊的 {bill}" for bill in bills]


def describe(state: CalculationState, city: str, spec: CityDialogue) -> str:
    """The facts that the calculation uses as a short list, amounts that were only an order of size marked."""
    used = spec.facts()
    facts, parts = {name: value for name, value in state.facts.items() if name in used}, [CITY_NAMES.get(city, "")]
    levels: List[str] = [_LEVELS.get(str(level), str(level)) for level in facts.get("level", [])]
    amounts: List[str] = [_yuan(amount) for amount in facts.get("amount", [])]
    if amounts and len(levels) == len(amounts) > 1:
        parts += [f"{level} {amount}" for level, amount in zip(levels, amounts)]
    else:
        parts += levels[:1] + (["、".join(amounts) + ("（按这个整数）" if state.about else "")] if amounts else [])
    parts += _emergency_before(state, "emergency_before" in facts)
    if "admission" in facts:
        parts.append(f"今年第 {int(Decimal(facts['admission']))} 次住院")
    if "lapsed_years" in facts:
        parts.append(f"断保 {int(Decimal(facts['lapsed_years']))} 年")
    if "repaid_years" in facts:
        parts.append(f"补缴 {int(Decimal(facts['repaid_years']))} 年")
    if "counted" in facts:
        counted = facts["counted"]
        parts.append(_COUNTED.get(counted) or f"今年校外门急诊此前累计 {_yuan(counted)}")
    if "status" in facts:
        status = facts["status"]
        parts.append(
            _YES_NO[status] + "低保、低收入家庭" if isinstance(status, bool) else _STATUS.get(status, str(status))
        )
    return "，".join(part for part in parts if part)
