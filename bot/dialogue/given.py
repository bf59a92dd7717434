"""What a calculation was told, in words: what it counts and what it sets aside, so that a misreading is seen at once. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, List, Mapping, Sequence

from bot.dialogue import visits
from bot.dialogue.doubts import yuan
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
_ROUGH = "（按这个整数）"
ASIDE_TITLES: Mapping[str, str] = {
    "own_share": "自己付的",
    "fund_paid": "医保已付的",
    "other_paid": "别处赔的或补的",
    "deposit": "押金",
    "used": "之前花的",
    "last_year": "往年的",
    "excluded": "不是医药费的",
    "premium": "保费",
    "guess": "你估的",
    "rule": "规定里的",
    "wealth": "收入或补助",
    "other_person": "别人的",
    "denied": "改掉的",
    "other": "别的",
    "outside": "自费的",
    "covered": "医保范围内的",
}
"""Role of an amount that is set aside -> what it is called."""
MAX_ASIDE = 5
"""Amounts that are named; more are counted together."""


def _emergency_before(case: Sequence[Mapping[str, Any]], joins: bool) -> List[str]:
    """The emergency bill before a stay; where the city's rule does not join the two, that it is left out."""
    bills = [yuan(visit["emergency"]) for visit in case if visit.get("emergency")]
    return [f"住院前同一家医院的急诊 {bill}" if joins else f"不含急诊的 {bill}" for bill in bills]


def _amount(visit: Mapping[str, Any]) -> str:
    """A visit's figures: the bill, and the parts of it that are told."""
    bill, covered, outside = visit.get("bill"), visit.get("covered"), visit.get("outside")
    inner = [f"其中自费 {yuan(outside)}"] if outside and bill and not covered else []
    inner += [f"总额 {yuan(bill)}"] if covered and bill else []
    parts = visit.get("parts") or []
    inner += [f"各项 {'、'.join(yuan(part).removesuffix(' 元') for part in parts)}"] if parts else []
    head = f"医保范围内 {yuan(covered)}" if covered else yuan(bill)
    return head + (_ROUGH if visit.get("about") else "") + (f"（{'，'.join(inner)}）" if inner else "")


def _visits(case: Sequence[Mapping[str, Any]]) -> List[str]:
    """Each visit with its grade; one grade that all share stands once."""
    priced = [visit for visit in case if visits.has_amount(visit)]
    grades = [_LEVELS.get(str(visit.get("level")), str(visit.get("level") or "")) for visit in case]
    if len(priced) > 1 and len(set(grades)) > 1:
        return [f"{grade} {_amount(visit)}".strip() for grade, visit in zip(grades, priced)]
    figures = "、".join(_amount(visit) for visit in priced)
    return [part for part in (grades[0] if grades else "", figures) if part]


def describe(state: CalculationState, city: str, spec: CityDialogue) -> str:
    """The facts that the calculation uses as a short list, amounts that were only an order of size marked."""
    used = spec.facts()
    facts, parts = {name: value for name, value in state.facts.items() if name in used}, [CITY_NAMES.get(city, "")]
    if {"amount", "level"} & used:
        parts += _visits(state.visits)
    parts += _emergency_before(state.visits, "emergency_before" in used)
    if "own" in facts:
        parts.append(f"结算后自己付的 {yuan(facts['own'])}")
    if "fund_paid" in facts:
        parts.append(f"医保付过的 {yuan(facts['fund_paid'])}")
    if "admission" in facts:
        parts.append(f"今年第 {int(Decimal(facts['admission']))} 次住院")
    if "lapsed_years" in facts:
        high = state.facts.get("lapsed_years_high")
        years = f"{int(Decimal(facts['lapsed_years']))}" + (f" 到 {int(Decimal(high))}" if high else "")
        parts.append(f"断保 {years} 年")
    if "repaid_years" in facts:
        parts.append(f"补缴 {int(Decimal(facts['repaid_years']))} 年")
    if "counted" in facts:
        counted = facts["counted"]
        parts.append(_COUNTED.get(counted) or f"今年校外门急诊此前累计 {yuan(counted)}")
    if "status" in facts:
        status = facts["status"]
        parts.append(
            _YES_NO[status] + "低保、低收入家庭" if isinstance(status, bool) else _STATUS.get(status, str(status))
        )
    return "，".join(part for part in parts if part)


def set_aside(state: CalculationState, spec: CityDialogue) -> str:
    """The amounts that were told and are not counted, each with what it is (打车 50 元、你估的 600 元)."""
    used = spec.facts()
    entries = [dict(entry) for entry in state.facts.get("aside", [])]
    if "own" not in used and state.facts.get("own"):
        entries.append({"value": state.facts["own"], "role": "own_share"})
    counted = str(state.facts.get("counted", ""))
    if "counted" not in used and counted and counted not in _COUNTED:
        entries.append({"value": counted, "role": "used"})
    if not {"amount"} & used:
        entries += [{"value": value, "role": "bill"} for value in state.amounts]
    if "fund_paid" in used:
        entries = [entry for entry in entries if entry["role"] != "fund_paid"]
    named = [f"{entry.get('word') or ASIDE_TITLES.get(entry['role'], '账单')} {yuan(entry['value'])}" for entry in entries]
    distinct = list(dict.fromkeys(named))
    rest = len(distinct) - MAX_ASIDE
    return "、".join(distinct[:MAX_ASIDE]) + (f"等 {len(distinct)} 个数" if rest > 0 else "")


def described_bill(state: CalculationState) -> str:
    """The bill of a case with its grade, in a few words (三级医院 1,500 元)."""
    return " ".join(_visits(state.visits))
