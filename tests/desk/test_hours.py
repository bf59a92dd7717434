"""Office hours at their edges. Days are real ones: 2025-10-15 is a Wednesday; the National Day holiday is 10-01 to 10-08."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.hours import HOURS, OfficeHours, office_hours
from bot.desk.rules import DeskRulesError, read_rules

SHANGHAI = timezone(timedelta(hours=8))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "moment, expected",
    [
        ("2025-10-15T08:59:59", False),
        ("2025-10-15T09:00", True),
        ("2025-10-15T11:29:59", True),
        ("2025-10-15T11:30", False),
        ("2025-10-15T13:29", False),
        ("2025-10-15T13:30", True),
        ("2025-10-15T16:29", True),
        ("2025-10-15T16:30", False),
        ("2025-10-18T10:00", False),  # Saturday
        ("2025-10-11T10:00", True),  # a Saturday that is worked
        ("2025-10-08T10:00", False),  # a Wednesday of the holiday
        ("2025-10-09T10:00", True),
    ],
)
def test_open_now(moment: str, expected: bool) -> None:
    assert office_hours().open_now(at(moment)) is expected


@pytest.mark.parametrize(
    "moment, expected",
    [
        ("2025-10-15T10:00", "2025-10-15T10:00"),
        ("2025-10-15T07:00", "2025-10-15T09:00"),
        ("2025-10-15T11:30", "2025-10-15T13:30"),
        ("2025-10-15T16:30", "2025-10-16T09:00"),
        ("2025-10-17T16:30", "2025-10-20T09:00"),
        ("2025-09-30T18:00", "2025-10-09T09:00"),
        ("2025-10-10T18:00", "2025-10-11T09:00"),
    ],
)
def test_next_opening(moment: str, expected: str) -> None:
    assert office_hours().next_opening(at(moment)) == at(expected)


@pytest.mark.parametrize(
    "moment, sentence",
    [
        ("2025-10-15T10:00", "现在是办公时间，到 11:30。"),
        ("2025-10-15T12:00", "现在不是办公时间，下次上班是今天 13:30。"),
        ("2025-10-15T20:00", "现在不是办公时间，下次上班是明天 9:00。"),
        ("2025-09-30T18:00", "现在不是办公时间，下次上班是 10 月 9 日（周四） 9:00。"),
    ],
)
def test_sentence(moment: str, sentence: str) -> None:
    assert office_hours().sentence(at(moment)) == f"{sentence}办公时间：工作日 9:00–11:30、13:30–16:30。"


def test_moment_of_another_zone_is_the_same_moment() -> None:
    assert office_hours().open_now(datetime(2025, 10, 15, 1, 0, tzinfo=timezone.utc))
    assert not office_hours().open_now(datetime(2025, 10, 15, 9, 0, tzinfo=timezone.utc))


def test_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        office_hours().open_now(datetime(2025, 10, 15, 9, 0))


def hours(**changes: Any) -> OfficeHours:
    content = {"timezone": "Asia/Shanghai", "week": ["mon"], "spans": [{"from": "09:00", "to": "10:00"}], **changes}
    return OfficeHours.parse_obj(content)


def test_office_that_never_opens_names_no_day() -> None:
    closed = hours(week=[])
    assert closed.next_opening(at("2025-10-15T10:00")) is None
    assert closed.sentence(at("2025-10-15T10:00")).startswith("现在不是办公时间。")


def test_other_weeks_are_named_by_their_days() -> None:
    assert hours(week=["sat", "mon"]).usual() == "周一、周六 9:00–10:00"


@given(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)), st.none() | st.integers(-12, 14))
def test_next_opening_is_open_and_nothing_opens_before(moment: datetime, zone: Optional[int]) -> None:
    asked = moment.replace(tzinfo=timezone(timedelta(hours=zone or 8)))
    opening = office_hours().next_opening(asked)
    assert opening is not None and opening >= asked and office_hours().open_now(opening)
    assert (opening == asked) is office_hours().open_now(asked)
    assert opening == asked or not office_hours().open_now(opening - timedelta(microseconds=1))


@pytest.mark.parametrize(
    "change, said",
    [
        (("Asia/Shanghai", "Asia/Nowhere"), "timezone: 'Asia/Nowhere'"),
        (("[mon,", "[monday,"), "week.0"),
        (('to: "11:30"', 'to: "08:30"'), "before"),
        (('from: "13:30"', 'from: "11:00"'), "overlap"),
        (("from: 2025-10-01, to: 2025-10-08", "from: 2025-10-08, to: 2025-10-01"), "holidays.5"),
        (("2025-01-26", "2025-02-30"), "hours.yml"),
        (("\nworkdays:", "\nwork_days:"), "work_days"),
    ],
)
def test_hours_that_are_not_in_order_are_refused_by_file_and_key(change: Any, said: str, tmp_path: Path) -> None:
    text = HOURS.read_text("utf-8")
    assert change[0] in text
    path = tmp_path / "hours.yml"
    path.write_text(text.replace(change[0], change[1], 1), "utf-8")
    with pytest.raises(DeskRulesError, match=said):
        read_rules(path, OfficeHours)
