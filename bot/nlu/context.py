"""What the words around an entity make of it: negated ones are dropped, cities get their roles. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import List, Sequence, Set


@dataclass(frozen=True)
class Found:
    """An entity with its place in the normal text."""

    entity: str
    value: str
    start: int
    end: int
    role: str = ""
    """Rasa's role of the entity, where it has one."""


# 没住院, 不是三甲, 没有低保: what is denied is not stated
_DENIED = re.compile(
    r"(?:(?<!是)不是|并非|而非|(?<![是除])非|不算|没有?|无|未|不想|不用|不属于"
    r"|又不是|不在)(?:在|是|去|看|挂|读|做|参加|办|过|个|什么|的|领){0,2}$"
)
# 不透析, 没做过透析; 能不能透析 asks
_NOT_DONE = re.compile(r"(?<!能)(?<!要)(?:不|没|没有)(?:再)?(?:做|用|在)?(?:过)?$")
_DENIABLE = {"care", "level", "status", "city", "cohort", "dialysis"}
_DOUBT = re.compile(r"是不是$|有没有$|要不要$|算不算$|是否$")
# 一级护理, 计算机二级, 社区事务受理中心 are no hospital
_NO_HOSPITAL_AFTER = re.compile(r"^(?:护理|考试|证书?|残疾|伤残|事务受理|事务中心|受理|市场|学院|以上学历)")
_NO_HOSPITAL_BEFORE = re.compile(r"(?:计算机|英语|普通话|日语|考|护理|残疾|伤残|四|六)$")
_ORDINALS = {"1", "2", "3"}

_INSURED_BEFORE = re.compile(
    r"(?:参保地?(?:是|在)?|医保(?:是|交|在|买|参)+在?|学校在"
    r"|学籍在|大学在|在读|考上|考到|考来|就读于|上学在)$"
)
_PERHAPS_BEFORE = re.compile(r"(?:我是|我们|人在|我在|在)$")
_INSURED_AFTER = re.compile(
    r"^(?:这边|这里|市|的)?(?:上学|读书|念书|上大学|读大|念大|读本|读研|念研|上课|的?大学生?|大学|参保|医保|交的?医保|交了|就读|读的?|念的?|学籍|的学生|学生|高校|(?:某)?(?:学院|大学))"
)
_HOLIDAY = re.compile(
    r"(?:暑假|寒假|放假|假期|过年|春节|国庆|五一|端午|中秋|清明|实习"
    r"|回家|休学|旅游|出差|探亲)(?:期间)?.{0,4}(?:回|去|到|在|跑|来)?$"
)
_STAY_BEFORE = re.compile(r"(?:回|去|跑|转到?|转院到|飞到?|赶到|送到)(?:了|到|往)?$")
_AT_BEFORE = re.compile(r"(?:在|去|到|回|跑)(?:了|过)?$")
_CARE_AFTER = re.compile(
    r"(?:市|那边|这边|老家|的|当地|某|一家|一个|[一二三]级|三[甲乙]|二[甲乙]|大){0,4}"
    r"(?:医院)?(?:住院|住了?.{0,4}院|医院(?:住|看|花|做)|看(?:了)?(?:病|门诊|急诊)|门诊|急诊|手术|做.{0,4}手术|开刀)"
)
_TREATED = re.compile(
    r"住院|住的院|门诊|急诊|看病|看医|就医|手术|开刀|拔牙|开药|医院|留观|治|诊|备案|挂号|花了|费用|报"
)


def mark_denied(text: str, found: Sequence[Found]) -> List[Found]:
    """Entities, those that the message denies as `denied` (不是三甲是二级 states the second level only)."""
    return [
        replace(one, entity="denied", value=f"{one.entity}={one.value}")
        if one.entity in _DENIABLE and _is_denied(text, one)
        else one
        for one in found
    ]


def _is_denied(text: str, one: Found) -> bool:
    before = text[: one.start]
    if _DOUBT.search(before):
        return False
    is_grade = _NO_HOSPITAL_AFTER.match(text[one.end :]) or _NO_HOSPITAL_BEFORE.search(before)
    if one.entity == "level" and one.value in _ORDINALS and is_grade:
        return True
    if one.entity == "dialysis" and _NOT_DONE.search(before):
        return True
    # who has not left the hospital yet is in it
    return bool(_DENIED.search(before)) and not text[one.start : one.end].startswith("出院")


def _insured(text: str, cities: Sequence[Found]) -> Set[str]:
    """The cities that the message says the student is insured or studies in; weaker words count when there are no others."""
    strong = {
        one.value
        for one in cities
        if _INSURED_AFTER.match(text[one.end :]) or _INSURED_BEFORE.search(text[: one.start])
    }
    return strong or {
        one.value
        for one in cities
        if _PERHAPS_BEFORE.search(text[: one.start])
        and not _HOLIDAY.search(text[: one.start])
        and not _TREATED.match(text[one.end : one.end + 4])
    }


def assign_cities(text: str, found: Sequence[Found]) -> List[Found]:
    """The city of insurance stays `city`; the other one becomes `stay_city` when a treatment there is told.

    Two cities without a word on where the student is insured stay as they are: they are compared.
    """
    cities = [one for one in found if one.entity == "city"]
    values = {one.value for one in cities}
    if len(values) == 1:
        away = not _insured(text, cities) and all(_HOLIDAY.search(text[: one.start]) for one in cities)
        return [replace(one, entity="stay_city") if away and one in cities else one for one in found]
    insured = _insured(text, cities)
    if len(values) < 2 or len(insured) != 1:
        gone = {
            one.value for one in cities if _STAY_BEFORE.search(text[: one.start]) or _HOLIDAY.search(text[: one.start])
        }
        insured = values - gone if len(values - gone) == 1 and len(values) == 2 else set()
    if not insured:
        return list(found)
    others = [one for one in cities if one.value not in insured]
    treated = bool(_TREATED.search(text))
    kept: List[Found] = []
    for one in found:
        if one not in others:
            kept.append(one)
        elif treated and _is_stay(text, one):
            kept.append(replace(one, entity="stay_city"))
    return kept


def is_treated(text: str, start: int, end: int) -> bool:
    """Whether somebody was treated in the place that stands there (在西安的二级医院住院), not insured or born in it."""
    return bool(_AT_BEFORE.search(text[:start]) and _CARE_AFTER.match(text[end:]))


def _is_stay(text: str, city: Found) -> bool:
    """Whether somebody is treated in a city; 老家兰州 and 生在兰州 tell only where he comes from."""
    return not re.search(r"生在$|出生(?:在|于)?$", text[: city.start]) and bool(_TREATED.search(text[city.end :]))


def drop_weak_care(text: str, found: Sequence[Found], weak: Sequence[str]) -> List[Found]:
    """开药 says how a student is treated only when nothing else does."""
    cares = [one for one in found if one.entity == "care"]
    strong = [one for one in cares if text[one.start : one.end] not in weak]
    return [one for one in found if one.entity != "care" or one in strong or not strong]
