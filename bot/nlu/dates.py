"""Days and calendar years in a message, as they are written: a day without its year keeps it open."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Iterator

from bot.nlu.numerals import DIGITS, read_chinese
from bot.nlu.quantity import Quantity

_DATE = re.compile(
    r"(?:(?P<year>20\d\d)\s*[年/.-]\s*|(?P<word>今年|去年)\s*)?(?P<month>1[0-2]|0?[1-9])\s*[月/.-]\s*(?P<day>3[01]|[12]\d|0?[1-9])(?:\s*[日号]|(?![\d元块.]))"
)
_WRITTEN_DATE = re.compile(
    r"(?P<word>今年|去年)?(?P<month>十[一二]?|[一二三四五六七八九])月(?P<day>三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
)
_CALENDAR_YEAR = re.compile(
    r"(?<!\d)(?P<year>20\d\d)\s*(?:年度?|学年|$)(?!级|出生|生|起|开始|以后|到现在)|(?<!\d)(?P<short>2[4-9])年(?:度|的?(?:医保|保费|居保|参保|缴费|费用|政策|标准))|(?P<written>二〇二[四五六七八九])年"
)
_PREFIX = {"今年": "this", "去年": "last"}


def dates(text: str) -> Iterator[Quantity]:
    """Days of the text. A month and a day joined by anything but 月 need the year, or 3.15 would be a date."""
    for match in _DATE.finditer(text):
        if not match["year"] and "月" not in match.group():
            continue
        prefix = match["year"] or _PREFIX.get(match["word"] or "", "-")
        yield Quantity(
            "date", f"{prefix}-{int(match['month']):02d}-{int(match['day']):02d}", match.start(), match.end()
        )
    for match in _WRITTEN_DATE.finditer(text):
        month, day = (read_chinese(match[name]) or Decimal(0) for name in ("month", "day"))
        prefix = _PREFIX.get(match["word"] or "", "-")
        yield Quantity("date", f"{prefix}-{int(month):02d}-{int(day):02d}", match.start(), match.end())


_RELATIVE = re.compile(r"^(?:就|是|就是)?(?P<day>今天|昨天|前天|大前天)(?:开的|看的|的|刚开的|办的|去的)?$")
_DAYS_AGO = {"今天": 0, "昨天": 1, "前天": 2, "大前天": 3}


def relative_day(text: str) -> Iterator[Quantity]:
    """昨天 as a whole message: the answer to a question for a day, so many days before today."""
    match = _RELATIVE.match(text)
    if match:
        yield Quantity("date", f"rel-{_DAYS_AGO[match['day']]}", match.start("day"), match.end("day"))


def calendar_years(text: str) -> Iterator[Quantity]:
    """The years that a message asks about; years of birth and of a gap are none."""
    for match in _CALENDAR_YEAR.finditer(text):
        written = match["written"]
        year = match["year"] or (f"20{match['short']}" if match["short"] else f"202{DIGITS[written[-1]]}")
        yield Quantity("calendar_year", year, match.start(), match.end())
