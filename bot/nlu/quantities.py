"""What the numbers of a message mean: money, the how-manieth stay, years of a gap — and what is none of these."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import List, Optional

from bot.nlu.dates import calendar_years, dates, relative_day
from bot.nlu.gaps import lapsed_years, repaid_years
from bot.nlu.money import as_money, counts_nothing, is_label, short_change
from bot.nlu.numerals import Number, find_numbers
from bot.nlu.quantity import Quantity, first_match
from bot.nlu.spent import counted

_ADMISSION = re.compile(
    r"(?:第\s*(?P<ordinal>[\d一二三四五六七八九十两]{1,3})\s*(?:次|回|趟)(?!看|去|门诊|挂号|上医院|买|交)(?:.{0,4}?)(?:住院|入院|住)?)"
    r"|(?P<short>[二三四五六2-6])(?:次|回)(?:住院|入院|住进)"
    r"|住第(?P<inner>[一二三四五六1-6])(?:次|回)院"
)
_MAY_BE_STAY = re.compile(r"住|(?:入|出|进|转)院|进去|^.{0,8}$")
"""第二次 counts stays where a stay is told, or where nothing else is said."""
LAST_YEAR_OF_DOCUMENTS = 2025
"""The year that gaps are counted up to when no other is given."""


def find_quantities(text: str, year: int = LAST_YEAR_OF_DOCUMENTS) -> List[Quantity]:
    """Find amounts, stay ordinals and gap years in a normalised text, ordered by position.

    A number whose meaning stays open is given as `number`, so that an answer to an open question can use it. `year`: the
    calendar year of today.
    """
    admission = first_match(_ADMISSION, text, "admission") if _MAY_BE_STAY.search(text) else None
    special = (admission, lapsed_years(text, year), repaid_years(text), counted(text))
    found = [*dates(text), *relative_day(text), *(quantity for quantity in special if quantity)]
    found += [named for named in calendar_years(text) if not any(d.start <= named.start < d.end for d in found)]
    found += short_change(text)
    for number in find_numbers(text):
        if any(quantity.start <= number.start < quantity.end for quantity in found) or _is_year(number, text):
            continue
        quantity = as_money(number, text) or _as_years(number, text) or _as_open(number, text)
        if quantity:
            denied = text[: number.start].endswith(("不是", "不是这", "而不是"))
            found.append(replace(quantity, kind="denied") if denied else quantity)
    return sorted(found, key=lambda quantity: quantity.start)


def _as_years(number: Number, text: str) -> Optional[Quantity]:
    unit = re.match(r"\s*年(?!级)", text[number.end :])
    if not unit or number.value > 60 or (number.text == "一" and len(text) > 3) or is_label(number, text):
        return None
    return Quantity("years", number.value, number.start, number.end + unit.end())


def _as_open(number: Number, text: str) -> Optional[Quantity]:
    """A number that could answer a question. 一 inside a sentence hardly ever counts (一下, 一直, 一般)."""
    if counts_nothing(number, text) or (number.text in ("一", "两", "几") and len(text) > 2):
        return None
    return Quantity("number", number.value, number.start, number.end, number.about)


def _is_year(number: Number, text: str) -> bool:
    return bool(re.fullmatch(r"20\d\d", number.text)) and bool(re.match(r"\s*(?:年|级|届)|\s*$", text[number.end :]))
