"""The numbers that count the points of a message are told from days, amounts, grades and counts."""

from __future__ import annotations

from typing import Any, List

import pytest

from bot.nlu.mentions.points import points
from bot.nlu.text import normalise


def points_in(message: str) -> List[str]:
    """Each point's number with the character after it."""
    text = normalise(message).text
    return [text[start : start + 2] for start in points(text)]


@pytest.mark.parametrize(
    "message, found",
    [
        ("1卡丢了能不能报 2急诊呢", ["1卡", "2急"]),
        ("1卡丢了，2急诊怎么报，3住院呢", ["1卡", "2急", "3住"]),
        ("1、卡丢了怎么报；2、急诊呢", ["1、", "2、"]),
        ("1)卡丢了 2)急诊呢", ["1)", "2)"]),
        ("1：卡丢了 2：急诊呢", ["1:", "2:"]),
        ("1卡丢了\n2急诊怎么报", ["1卡", "2急"]),
        ("有两个问题 1卡丢了 2急诊怎么报", ["1卡", "2急"]),
        # circled and full-width digits are digits in a normal text
        ("①卡丢了怎么办 ②急诊怎么报", ["1卡", "2急"]),
        ("１卡丢了怎么办　２急诊怎么报", ["1卡", "2急"]),
    ],
)
def test_list_is_found(message: str, found: List[str]) -> None:
    assert points_in(message) == found


@pytest.mark.parametrize(
    "message",
    [
        "",
        "1卡丢了能不能报",  # one number is no list
        "2急诊怎么报 3住院呢",  # it does not begin with 1
        "2急诊 1卡丢了",
        # dates
        "3月15号 2急诊",
        "1月看病 2月住院",
        "1号挂号，2号住院",
        # amounts
        "1500元，2000元",
        "1万，2万",
        "1块，2块5",
        "1.5万，2.5万",
        # grades, counts, durations
        "1级医院，2级医院",
        "1次门诊，2次住院",
        "住院1天，2天",
        "1、2级医院报多少",
        "门诊1,2月的",
    ],
)
def test_what_counts_something_else_is_no_list(message: str) -> None:
    assert points_in(message) == []


def test_number_in_between_that_does_not_go_on_is_no_point() -> None:
    assert points_in("1门诊花了500，5急诊，2住院呢") == ["1门", "2住"]


@pytest.mark.parametrize("message", ["1门诊花了300报多少 2住院花了5000报多少", "1卡丢了能不能报 2急诊怎么报"])
async def test_number_of_a_point_is_no_bill(assistant: Any, message: str) -> None:
    """It is paid nothing for: no visit costs one or two yuan."""
    parsed = await assistant.parse(message)
    visits = (parsed.get("case") or {}).get("visits") or []
    assert not {"1.00", "2.00"} & {str(visit.get("bill")) for visit in visits}
