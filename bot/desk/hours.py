"""When the office is open (hours.yml): now, next, and as a sentence for a student. The moment is passed in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Dict, Iterator, Literal, Optional, Tuple, Union
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Extra, Field, root_validator, validator

from bot.desk.rules import read_rules

HOURS = Path(__file__).with_name("hours.yml")
LOOK_AHEAD = 366
"""Days that are searched for the next opening."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class _Frozen(BaseModel):
    class Config:
        frozen = True
        extra = Extra.forbid
        allow_population_by_field_name = True


class Span(_Frozen):
    """Opening and closing time of a part of a day; the closing minute is closed."""

    first: time = Field(alias="from")
    last: time = Field(alias="to")

    @root_validator(skip_on_failure=True)
    def opens_before_it_closes(cls, values: Dict[str, time]) -> Dict[str, time]:
        if values["first"] >= values["last"]:
            raise ValueError(f"from {values['first']:%H:%M} must be before to {values['last']:%H:%M}")
        return values


class Holiday(_Frozen):
    """A closed span of days."""

    name: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @root_validator(skip_on_failure=True)
    def begins_before_it_ends(cls, values: Dict[str, date]) -> Dict[str, date]:
        if values["first"] > values["last"]:
            raise ValueError(f"from {values['first']} must not be after to {values['last']}")
        return values


class OfficeHours(_Frozen):
    """Everything in hours.yml. Every method takes an aware moment and refuses a naive one with ValueError."""

    timezone: str
    week: Tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...]
    spans: Tuple[Span, ...]
    holidays: Tuple[Holiday, ...] = ()
    workdays: Tuple[date, ...] = ()

    @validator("timezone")
    def timezone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value!r} is not a time zone such as Asia/Shanghai") from None
        return value

    @validator("spans")
    def spans_follow_each_other(cls, value: Tuple[Span, ...]) -> Tuple[Span, ...]:
        if not value:
            raise ValueError("at least one span is needed")
        if any(later.first < earlier.last for earlier, later in pairwise(value)):
            raise ValueError("spans must stand in order and not overlap")
        return value

    def open_now(self, at: datetime) -> bool:
        """Whether somebody is there at a moment."""
        local = self.local(at)
        return any(first <= local < last for first, last in self._openings(local.date()))

    def next_opening(self, at: datetime) -> Optional[datetime]:
        """The first moment not before `at` when the office is open, in local time: `at` itself while it is open.

        None when it does not open within a year.
        """
        local = self.local(at)
        for days in range(LOOK_AHEAD + 1):
            for first, last in self._openings(local.date() + timedelta(days=days)):
                if local < last:
                    return max(local, first)
        return None

    def sentence(self, at: datetime) -> str:
        """What a student is told about the hours at a moment."""
        local, usual = self.local(at), f"办公时间：{self.usual()}"
        for first, last in self._openings(local.date()):
            if first <= local < last:
                return f"现在是办公时间，到 {_clock(last)}。{usual}。"
        opening = self.next_opening(at)
        if opening is None:
            return f"现在不是办公时间。{usual}。"
        return f"现在不是办公时间，下次上班是{_day(opening.date(), local.date())} {_clock(opening)}。{usual}。"

    def usual(self) -> str:
        """The hours of an ordinary week."""
        days = [DAY_NAMES[DAYS.index(day)] for day in DAYS if day in self.week]
        named = "工作日" if days == list(DAY_NAMES[:5]) else "、".join(days)
        return f"{named} {'、'.join(f'{_clock(span.first)}–{_clock(span.last)}' for span in self.spans)}"

    def local(self, at: datetime) -> datetime:
        """A moment in the time of the office. Raises ValueError for a naive one."""
        if at.tzinfo is None:
            raise ValueError(f"{at.isoformat()} has no time zone; use datetime.now(timezone.utc)")
        return at.astimezone(ZoneInfo(self.timezone))

    def _openings(self, day: date) -> Iterator[Tuple[datetime, datetime]]:
        closed = any(holiday.first <= day <= holiday.last for holiday in self.holidays)
        if day in self.workdays or (not closed and DAYS[day.weekday()] in self.week):
            zone = ZoneInfo(self.timezone)
            for span in self.spans:
                yield datetime.combine(day, span.first, zone), datetime.combine(day, span.last, zone)


def _clock(moment: Union[time, datetime]) -> str:
    return f"{moment.hour}:{moment.minute:02d}"


def _day(day: date, today: date) -> str:
    name = {0: "今天", 1: "明天"}.get((day - today).days)
    return name or f" {day.month} 月 {day.day} 日（{DAY_NAMES[day.weekday()]}）"


@lru_cache(maxsize=2)
def office_hours(path: Path = HOURS) -> OfficeHours:
    """The hours of this process. Raises DeskRulesError with every fault of the file."""
    hours: OfficeHours = read_rules(path, OfficeHours)
    return hours
