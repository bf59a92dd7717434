from decimal import Decimal
from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.numerals import find_numbers, read_chinese

READINGS = {
    "800": "800",
    "1,200.50": "1200.50",
    "1.2w": "12000",
    "1.2万": "12000",
    "5k": "5000",
    "1万2": "12000",
    "1万2千": "12000",
    "1万2千5": "12500",
    "3万4000": "34000",
    "1千零1": "1001",
    "2万3": "23000",
    "1,100万": "11000000",
    "一万二": "12000",
    "一万零二": "10002",
    "两千三": "2300",
    "两千三百五": "2350",
    "三万五": "35000",
    "三十": "30",
    "十五": "15",
    "一百零八": "108",
    "一百八": "180",
    "二十几万": "200000",
    "九百多": "900",
    "一二三四五": "12345",
    "三点五": "3.5",
}


@pytest.mark.parametrize("written, value", READINGS.items())
def test_number_is_read_as_a_person_means_it(written: str, value: str) -> None:
    found = list(find_numbers(written))
    assert [number.value for number in found] == [Decimal(value)]


@pytest.mark.parametrize("written", ["九百多", "二十几万", "一万六左右", "大概800", "3000上下"])
def test_order_of_size_is_marked(written: str) -> None:
    assert next(iter(find_numbers(written))).about


def test_digit_of_the_next_word_is_not_swallowed() -> None:
    assert [number.value for number in find_numbers("1.2w三级")][0] == Decimal(12000)
    assert [number.value for number in find_numbers("四百五一周")][0] == Decimal(450)


def render(value: int) -> str:
    """A whole number below 100 million in Chinese numerals, written without the code under test."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        return render(high) + "万" + ("" if low == 0 else ("零" if low < 1000 else "") + render(low))
    digits, parts, gap = "零一二三四五六七八九", [], False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            parts.append(("零" if gap and parts else "") + digits[digit] + name)
            gap = False
        else:
            gap = bool(parts)
    return "".join(parts)


@given(st.integers(min_value=1, max_value=99_999_999))
def test_every_whole_number_written_in_full_is_read_back(value: int) -> None:
    assert read_chinese(render(value)) == value


@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal("999999.99"), places=2))
def test_every_amount_with_separators_is_read_back(value: Decimal) -> None:
    assert [number.value for number in find_numbers(f"{value:,}")] == [value]


@given(st.text(alphabet="0123456789一二三十百千万零点两.,元块wk年月第次级 ", max_size=30))
def test_no_string_of_figures_breaks_the_reader(text: str) -> None:
    numbers: List[Decimal] = [number.value for number in find_numbers(text)]
    assert all(value >= 0 for value in numbers)
