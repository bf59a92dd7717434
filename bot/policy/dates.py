"""Calendar arithmetic that says what it does at the end of a month."""

import calendar
import re
from datetime import date, datetime, timedelta
from typing import Tuple

from bot.policy.errors import BadValue

ONE_DAY = timedelta(days=1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?")


def parse_day(value: object) -> date:
    """Return the day written as 2025-03-15. Raises BadValue for other forms and for days that do not exist."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = str(value)[:40]
    if not isinstance(value, str) or not _DAY.fullmatch(text):
        raise BadValue(f"日期请写成 2025-03-15 的样子（{text}）。", f"write a date as 2025-03-15, not {text!r}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue(f"没有 {text} 这一天。", f"the date {text} does not exist") from None


def parse_moment(value: object) -> datetime:
    """Return the local minute written as 2024-12-20T16:59. Raises BadValue like parse_day."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    text = str(value)[:40]
    if not isinstance(value, str) or not _MOMENT.fullmatch(text):
        raise BadValue(
            f"时间请写成 2024-12-20T16:59 的样子（{text}）。", f"write a time as 2024-12-20T16:59, not {text!r}"
        )
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadValue(f"没有 {text} 这个时间。", f"the time {text} does not exist") from None


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, clipped to that month's end (reading R05): 31 August + 6 → 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def waiting_end(start: date, months: int) -> date:
    """Return the last day of a wait of whole months that begins on `start`: 1 September + 3 → 30 November."""
    return add_months(start, months) - ONE_DAY


def days_inclusive(first: date, last: date) -> int:
    """Count the days from `first` to `last`, both included."""
    return (last - first).days + 1


def spoken(day: date) -> str:
    """Write a day for a Chinese sentence: 2025 年 12 月 31 日."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def last_of_year(year: int) -> date:
    """Return 31 December."""
    return date(year, 12, 31)


def parse_yearly(value: str, year: int) -> date:
    """Fill a yearly day, written Y-12-31 or Y+1-08-31, with the year."""
    anchor, month, day = value.rsplit("-", 2)
    return date(year + (1 if anchor == "Y+1" else 0), int(month), int(day))


def parse_period(value: str) -> Tuple[date, date]:
    """Split a period parameter, written 2025-09-01/2025-12-31, into its first and last day."""
    first, last = value.split("/")
    return date.fromisoformat(first), date.fromisoformat(last)
