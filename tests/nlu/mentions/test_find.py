"""What a mention is by its form: kind, value, unit and the place of both."""

from __future__ import annotations

import itertools
from typing import Dict, List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.mentions.find import UNIT_CLASSES, find_mentions
from bot.nlu.message import read_message
from tests.nlu.mentions.writing import FULL_WIDTH, PLAIN, spellings, spoken

KINDS: Dict[str, List[Tuple[str, str]]] = {
    # dates
    "2025年3月15日": [("date", "2025-03-15")],
    "25年3月15号": [("date", "2025-03-15")],
    "2025-3-15": [("date", "2025-03-15")],
    "2025.9": [("date", "2025-09")],
    "2025.9.1": [("date", "2025-09-01")],
    "3月15号": [("date", "--03-15")],
    "3/15": [("date", "--03-15")],
    "3.15看的": [("date", "--03-15")],
    "三月十五": [("date", "--03-15")],
    "九月初一": [("date", "--09-01")],
    "十二月份": [("date", "--12")],
    "15号": [("date", "---15")],
    "二十五号": [("date", "---25")],
    "去年12月3日": [("date", "last-12-03")],
    "去年12月": [("date", "last-12")],
    "今年3月5号": [("date", "--03-05")],
    "昨天": [("date", "rel-1")],
    "前天看的": [("date", "rel-2")],
    "10.12到10.17": [("date", "--10-12"), ("date", "--10-17")],
    "8月31晚上急诊": [("date", "--08-31")],
    "10月11，2026级": [("date", "--10-11"), ("year", "2026")],
    # a month and what is no day of it
    "3月3,600": [("date", "--03"), ("number", "3600")],
    "3月花了3600": [("date", "--03"), ("number", "3600")],
    "12月1200块": [("date", "--12"), ("number", "1200")],
    "3月2次": [("date", "--03"), ("count", "2")],
    "九月三次": [("date", "--09"), ("count", "3")],
    "9月10月都看了": [("date", "--09"), ("date", "--10")],
    "七月八月": [("date", "--07"), ("date", "--08")],
    "9月3张发票": [("date", "--09"), ("number", "3")],
    # years
    "2025年交了多少": [("year", "2025")],
    "2024级的": [("year", "2024")],
    "我是24级": [("year", "2024")],
    "二〇二四年": [("year", "2024")],
    "2022到2024年": [("year", "2022"), ("year", "2024")],
    "23年和24年没交": [("year", "2023"), ("year", "2024")],
    "2024": [("year", "2024")],
    "2000": [("number", "2000")],
    "门诊2000": [("number", "2000")],
    "自费2024": [("number", "2024")],
    "花了2024元": [("number", "2024")],
    "2013.5元": [("number", "2013.5")],
    "2024年花了2024": [("year", "2024"), ("number", "2024")],
    # grades
    "三级甲等": [("grade", "3A")],
    "三乙": [("grade", "3B")],
    "3A医院": [("grade", "3A")],
    "二级甲等": [("grade", "2")],
    "一级医院": [("grade", "1")],
    "500元二级": [("number", "500"), ("grade", "2")],
    "500二级": [("number", "500"), ("grade", "2")],
    "1200三甲": [("number", "1200"), ("grade", "3A")],
    "86块5三级": [("number", "86.5"), ("grade", "3")],
    # ordinals and counts
    "第二次": [("ordinal", "2")],
    "第12回": [("ordinal", "12")],
    "头一回": [("ordinal", "1")],
    "头一遭": [("ordinal", "1")],
    "首次": [("ordinal", "1")],
    "去了两趟": [("count", "2")],
    "三四次": [("count", "3")],
    "十七八次": [("count", "17")],
    "1-2次": [("count", "1")],
    "十几趟": [("count", "10")],
    "一次300一次450": [("count", "1"), ("number", "300"), ("count", "1"), ("number", "450")],
    "四百零六一次": [("number", "406"), ("count", "1")],
    "花了2千2次": [("number", "2000"), ("count", "2")],
    # shares
    "60%": [("percent", "0.6")],
    "６０％": [("percent", "0.6")],
    "百分之六十": [("percent", "0.6")],
    "百分之百": [("percent", "1")],
    "六成": [("percent", "0.6")],
    "七成五": [("percent", "0.75")],
    "七成半": [("percent", "0.75")],
    "八五折": [("percent", "0.85")],
    "六七成": [("percent", "0.6")],
    "三分之二": [("percent", "0.6667")],
    "报一半": [("percent", "0.5")],
    "连七成都没有": [("percent", "0.7")],
    # halves
    "断了半年": [("number", "0.5")],
    "两年半没交": [("number", "2.5")],
    "三个半月": [("number", "3.5")],
}


@pytest.mark.parametrize("text, expected", KINDS.items())
def test_mention_has_its_kind_and_value(text: str, expected: List[Tuple[str, str]]) -> None:
    assert [(mention.kind, mention.value) for mention in read_message(text).mentions] == expected


NO_AMOUNT = [
    "一共多少钱", "一般能报多少", "万一住院呢", "一直没交", "千万别", "三方赔偿", "五一放假", "二维码", "两边都能报吗",
    "十分感谢", "百度一下", "第一人民医院", "五官科看病", "九院看病", "周三去", "礼拜三", "大二", "高三没交", "初三",
    "上半年看病", "我在成都", "一块儿去", "每次都要排队", "上一次", "零零碎碎", "138****1234", "百姓医保", "四川", "六一儿童节",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_AMOUNT)
def test_words_made_of_digits_are_no_numbers(text: str) -> None:
    assert read_message(text).mentions == ()


@pytest.mark.parametrize("text", ["十一回家", "打车30回宿舍", "花了900回学校"])
def test_going_back_is_no_count(text: str) -> None:
    assert [mention.kind for mention in read_message(text).mentions] == ["number"]


UNITS = {
    "住了3天": ("day", "3天"),
    "三个月": ("month", "三个月"),
    "断了五年": ("year", "五年"),
    "我18岁": ("age", "18岁"),
    "7号楼": ("place", "7号楼"),
    "302室": ("place", "302室"),
    "16床": ("place", "16床"),
    "下午3点": ("time", "3点"),
    "三盒药": ("thing", "三盒"),
    "考了425分": ("thing", "425分"),
    "两笔": ("thing", "两笔"),
    "离学校3公里": ("distance", "3公里"),
    "4个人": ("people", "4个人"),
    "花了500元": ("money", "500元"),
    "花了500块钱": ("money", "500块"),
    "花了500 元": ("money", "500 元"),
    "花了５００ＲＭＢ": ("money", "500rmb"),
    "两年半": ("year", "两年半"),
    "三块半": ("money", "三块半"),
    "2个半小时": ("time", "2个半小时"),
    "断了半年": ("year", "半年"),
    "花了500": ("", "500"),
}


@pytest.mark.parametrize("text, expected", UNITS.items())
def test_unit_behind_a_number_is_named_and_belongs_to_the_mention(text: str, expected: Tuple[str, str]) -> None:
    read = read_message(text)
    (found,) = read.mentions
    assert (found.unit, read.text[found.start : found.whole_end]) == expected
    assert found.unit_end == (found.whole_end if found.unit else 0)


RANGES = {
    "五六千": ("5000", "6000"),
    "三四次": ("3", "4"),
    "十七八天": ("17", "18"),
    "五六年没交": ("5", "6"),
    "三到五天": ("3", "5"),
    "断了3到5年": ("3", "5"),
    "六七成": ("0.6", "0.7"),
    "5000~6000元": ("5000", "6000"),
}


@pytest.mark.parametrize("text, ends", RANGES.items())
def test_range_has_two_ends(text: str, ends: Tuple[str, str]) -> None:
    (found,) = read_message(text).mentions
    assert (found.value, found.high) == ends


DAYS = st.builds(lambda month, day: (month, day), st.integers(1, 12), st.integers(1, 28))


@given(DAYS, st.integers(2015, 2035), st.sampled_from(["", "，能报吗", "看的病", "住院"]))
def test_day_in_any_style_is_read_back(day: Tuple[int, int], year: int, after: str) -> None:
    month, number = day
    full, short = f"{year}-{month:02d}-{number:02d}", f"--{month:02d}-{number:02d}"
    written = {f"{month}月{number}{sign}": short for sign in ("日", "号")}
    written |= {
        f"{year}年{month}月{number}日": full,
        f"{year}-{month}-{number}": full,
        f"{year}.{month}.{number}": full,
    }
    written |= {f"{year}/{month:02d}/{number:02d}": full, f"{spoken(month)}月{spoken(number)}号": short}
    written |= {f"{month}月{number}日".translate(FULL_WIDTH): short, f"去年{month}月{number}号": f"last{short[1:]}"}
    for text, value in written.items():
        assert [(m.kind, m.value) for m in read_message(text + after).mentions] == [("date", value)]


@given(st.integers(1, 19))
def test_ordinal_count_and_years_in_any_style_are_read_back(number: int) -> None:
    for written in {str(number), spoken(number), str(number).translate(FULL_WIDTH)}:
        for text, kind in {f"第{written}次住院": "ordinal", f"断了{written}年": "number"}.items():
            assert [(m.kind, m.number) for m in read_message(text).mentions] == [(kind, number)]
        counted = written if number != 2 or written.isdigit() else "两"
        assert [(m.kind, m.number) for m in read_message(f"去了{counted}趟").mentions] == [("count", number)]


@given(st.integers(100, 99_999), DAYS)
def test_amount_beside_a_day_and_a_grade_is_read_back(amount: int, day: Tuple[int, int]) -> None:
    for written in spellings(amount):
        found = read_message(f"{day[0]}月{day[1]}号住院花了{written}元三甲").mentions
        assert [m.kind for m in found] == ["date", "number", "grade"]
        assert found[1].number == amount


@given(st.integers(1, 99), st.integers(101, 999), st.sampled_from(["栋", "号楼"]))
def test_rooms_have_the_unit_of_a_place_or_are_alone(house: int, room: int, sign: str) -> None:
    found = read_message(f"我住{house}{sign}{room}室").mentions
    assert [(m.value, m.unit) for m in found] == [(str(house), "place"), (str(room), "place")]


@given(st.integers(13_000_000_000, 19_999_999_999))
def test_telephone_is_one_plain_number_without_a_unit(number: int) -> None:
    (found,) = read_message(f"电话{number}").mentions
    assert (found.kind, found.unit, found.value) == ("number", "", str(number))


def test_each_unit_has_one_class_and_mentions_never_overlap() -> None:
    text = "".join(f"花了{PLAIN[index % 8 + 2]}{unit}，" for index, unit in enumerate(UNIT_CLASSES))
    found = find_mentions(text)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(mention.unit_end == 0 or mention.unit_end > mention.end for mention in found)
