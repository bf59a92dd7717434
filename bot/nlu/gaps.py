"""Years of a gap and years that were paid later: by number, by the years' names, by grades, by 去年 and 前年."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Optional

from bot.nlu.quantity import Quantity, first_match

_LAPSE = re.compile(
    r"(?:断[保缴交]?了?|停[保缴]了?|没[参交]保?|没有?交|没缴|漏[缴交]了?|空了?|中断了?|欠缴了?|落下)(?:.{0,4}?)(?P<after>[\d一二两俩三四五六七八九十]{1,2})\s*年(?!级|度)"
    r"|(?P<before>(?<!\d)[\d一二两俩三四五六七八九十]{1,2})\s*年(?:时间|多)?(?:的)?(?:都|一直|里)?(?:没|断|未|漏|停|空)(?!毕业)"
    r"|(?:空窗|空档|断档|缺)(?:期)?了?(?:有|得有|大概)?(?P<gap>[\d一二两俩三四五六七八九十]{1,2})\s*年"
)
_REPAID_AFTER = re.compile(
    r"(?P<years>[1-9一二两俩三四五六七八九十])\s*年(?:的)?(?:费用?|钱|保费"
    r"|医保)?(?:都|也|全|已经?)*(?:补[缴交]?)(?:上|齐|完|好|掉|缴|交)?了"
)
_REPAID = re.compile(r"补[缴交]?(?:过|了|上|齐|完|够|满){0,2}(?P<years>[1-9一二两俩三四五六七八九十])\s*年(?!级|度)")
_REPAID_LIST = re.compile(r"补[缴交]?(?:过|了|上){0,2}(?P<list>(?:(?:20)?[12]\d年?(?:度)?[、,，和跟及]+)+(?:20)?[12]\d年)")
_UNPAID = r"(?:都|就|一直|全|也|再|又)*(?:没有?|未|断|漏|停|忘)(?:再|有|了|过)?(?:交|缴|参|续|买|保)"
_YEAR = r"(?:20)?(?P<{name}>[12]\d)\s*年"
_LAPSED_SINCE = re.compile(rf"(?:从|自)?{_YEAR.format(name='since')}(?:开始|起|以后|以来|之后|到现在|至今)(?:.{{0,3}}?){_UNPAID}")
_LAPSED_FROM = re.compile(rf"(?:从|自){_YEAR.format(name='since')}{_UNPAID}")
_LAPSED_LIST = re.compile(
    rf"(?P<list>(?:(?:20)?[12]\d年?(?:度)?[、,，和跟及到至\-~]+)+(?:20)?[12]\d年)(?:的"
    rf"|这|两|几|年|医保|保费|费|都){{0,4}}?{_UNPAID}"
)
_LAPSED_ONE = re.compile(rf"{_YEAR.format(name='one')}(?:度|那年|的|医保|保费|费){{0,3}}?{_UNPAID}")
_LAPSED_WORDS = re.compile(rf"(?P<words>(?:去年|前年|大前年)[和跟、,，]?(?:去年|前年|大前年)?)(?:的|医保|保费|费){{0,3}}?{_UNPAID}")
_GRADE = r"[大高研初][一二三四五]"
_LAPSED_GRADES = re.compile(
    rf"(?:从)?(?P<grades>{_GRADE}(?:[到至和、,，跟]*{_GRADE})*)(?:那年|那.年|这.年|年级|的?时候|期间|没)*(?:的|医保|保费|都|就){{0,3}}?{_UNPAID}"
)
_REPAID_NAMED = re.compile(
    rf"(?:补[缴交]?(?:过|了|上|齐)?(?:{_GRADE}|(?:20)?[12]\d|去|前)年?(?:那年|那一年|的|度|这一年)|(?:{_GRADE}|(?:20)?[12]\d年|去年|前年)(?:那年|那一年|的|度|这一年)*(?:已经|也|后来)?补[缴交]?(?:上|齐|了))"
)
_LIST_YEAR = re.compile(r"(?:20)?([12]\d)(?=年|[、,，和跟及到至\-~]|$)")
_RANGE = re.compile(r"[到至\-~]")


def lapsed_years(text: str, year: int) -> Optional[Quantity]:
    """Years of a gap: 断了3年, 大二大三没交; 从22年开始没交 counts up to the year before `year`, the one of today."""
    for pattern in (_LAPSED_SINCE, _LAPSED_FROM):
        match = pattern.search(text)
        if match:
            return _gap(max(year - (2000 + int(match["since"])), 1), match)
    match = _LAPSED_LIST.search(text)
    if match:
        years = sorted({int(found) for found in _LIST_YEAR.findall(match["list"])})
        spanned = years[-1] - years[0] + 1 if _RANGE.search(match["list"]) else len(years)
        return _gap(spanned, match)
    match = _LAPSED_GRADES.search(text)
    if match:
        grades = re.findall(_GRADE, match["grades"])
        order = "一二三四五"
        first, last = (order.index(grades[index][1]) for index in (0, -1))
        return _gap(last - first + 1 if _RANGE.search(match["grades"]) and last > first else len(grades), match)
    match = _LAPSED_WORDS.search(text)
    if match:
        return _gap(len(re.findall(r"大前年|前年|去年", match["words"])), match)
    match = _LAPSED_ONE.search(text)
    return _gap(1, match) if match else first_match(_LAPSE, text, "lapsed_years")


def repaid_years(text: str) -> Optional[Quantity]:
    """Years that were paid later, by number or by their names (补缴了23年和24年)."""
    match = _REPAID_LIST.search(text)
    if match:
        years = Decimal(len(set(_LIST_YEAR.findall(match["list"]))))
        return Quantity("repaid_years", years, match.start(), match.end())
    found = first_match(_REPAID, text, "repaid_years") or first_match(_REPAID_AFTER, text, "repaid_years")
    named = None if found else _REPAID_NAMED.search(text)
    return Quantity("repaid_years", Decimal(1), named.start(), named.end()) if named else found


def _gap(years: int, match: re.Match[str]) -> Quantity:
    return Quantity("lapsed_years", Decimal(years), match.start(), match.end())
