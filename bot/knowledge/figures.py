"""Figures in texts: fills {references} with what the documents say, in the form a reader expects."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Callable, Dict, List

from bot.policy.book import PolicyBook, Resolution

REFERENCE = re.compile(r"\{(?P<id>[a-z][\w.]*)(?:@(?P<cohort>[a-z][\w.]*))?\}")
UNKNOWN = "（文件没有写明）"


def _plain(value: Decimal) -> str:
    text = format(value.normalize(), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(value: str) -> str:
    amount = Decimal(value)
    if amount >= 10_000 and amount % 1_000 == 0:
        return f"{_plain(amount / 10_000)} 万元"
    return f"{_plain(amount)} 元"


def _date(value: str) -> str:
    day = date.fromisoformat(value)
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _datetime(value: str) -> str:
    moment = datetime.fromisoformat(value)
    return f"{_date(moment.date().isoformat())} {moment.hour}:{moment.minute:02d}"


def _time(value: str) -> str:
    hour, minute = value.split(":")
    return f"{int(hour)}:{minute}"


_BY_UNIT: Dict[str, Callable[[str], str]] = {
    "CNY": _money,
    "ratio": lambda value: f"{_plain(Decimal(value) * 100)}%",
    "month": lambda value: f"{_plain(Decimal(value))} 个月",
    "year": lambda value: f"{_plain(Decimal(value))} 年",
    "minute": lambda value: f"{_plain(Decimal(value))} 分钟",
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "list": lambda value: "、".join(part.strip() for part in value.split(";")),
}


def display(value: object, unit: str) -> str:
    """A value in the form a reader expects: 0.70 as 70%, 300 yuan as 300 元, a date in Chinese."""
    return _BY_UNIT.get(unit.split("/")[0], str)(str(value))


def is_deadline(parameter_id: str) -> bool:
    """Whether passing the date of a parameter means that it is too late."""
    return parameter_id.endswith(("deadline", ".closes"))


def show(resolution: Resolution, today: date) -> str:
    """A resolved parameter as text; several values are joined with 或, a passed deadline says so."""
    unit, name = resolution.parameter.unit, resolution.parameter.id
    values: List[object] = [resolution.value] if resolution.value is not None else list(resolution.values)
    if resolution.status in ("unknown", "out_of_coverage") or not values:
        return UNKNOWN
    text = " 或 ".join(dict.fromkeys(display(value, unit) for value in values))
    if is_deadline(name) and unit.split("/")[0] in ("date", "datetime"):
        last = max(datetime.fromisoformat(str(value)).date() for value in values)
        text += "（已过）" if last < today else ""
    return text


def fill(text: str, book: PolicyBook, *, cohort: str, on: date, today: date) -> str:
    """Replace every {reference} of a text by its figure.

    Raises UnknownParameter (from the book): a reference names no parameter.
    """

    def replace(match: re.Match[str]) -> str:
        return show(book.resolve(match["id"], cohort=match["cohort"] or cohort, on=on), today)

    return REFERENCE.sub(replace, text)
