"""Every number is read back exactly, with its place, in every style in which people write one."""

from __future__ import annotations

from decimal import Decimal
from typing import List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.mentions.find import Mention
from bot.nlu.mentions.numerals import amounts_of, read
from bot.nlu.message import read_message
from tests.nlu.mentions.writing import FORMAL, PLAIN, STYLES, chinese, spellings, spoken

BEFORE = [
    "",
    "花了",
    "三甲住院",
    "二级医院门诊",
    "一共",
    "总共",
    "第二次住院",
    "昨天门诊",
    "¥",
    "￥",
    "3月15日住院",
    "去年门诊",
    "五官科",
]
AFTER = [
    "",
    "元",
    "块",
    "块钱",
    "元二级",
    "块三级",
    "二级",
    "三甲",
    "元三甲",
    "，能报多少",
    "能报吗",
    " 三级",
    "RMB",
    "元整",
    "圆",
    "第二次",
    "一级医院",
    "元一共",
    "。",
]
WHOLE = st.one_of(
    st.integers(min_value=1, max_value=999_999),
    st.builds(lambda digits, places: digits * 10**places, st.integers(1, 999), st.integers(0, 4)),
    st.builds(lambda high, low: high + low, st.sampled_from([100, 1000, 10_000, 100_000]), st.integers(0, 99)),
)
PAIRS = [(low, low + 1) for low in range(1, 9)]


def two(digit: int) -> str:
    """A digit before a unit: 两百, 三百."""
    return "两" if digit == 2 else PLAIN[digit]


def at(before: str, written: str, after: str = "") -> Optional[Mention]:
    """The mention that stands exactly where a number was written between other words."""
    read_text = read_message(before + written + after)
    span = (len(before), len(before) + len(written))
    return next((m for m in read_text.mentions if read_text.normal.span_in_original(m.start, m.end) == span), None)


def value_at(before: str, written: str, after: str = "") -> Tuple[str, Optional[Decimal], Optional[Decimal]]:
    """(kind, number, upper end) of the mention that stands where a number was written."""
    found = at(before, written, after)
    assert found is not None, f"nothing stands at {written} in {before + written + after}"
    return found.kind, found.number, Decimal(found.high) if found.high else None


@given(value=WHOLE, before=st.sampled_from(BEFORE), after=st.sampled_from(AFTER))
def test_amount_in_any_style_is_read_back_among_other_words(value: int, before: str, after: str) -> None:
    for written in spellings(value):
        if len(written) > 1 or written.isascii() or after.startswith("元"):
            assert value_at(before, written, after) == ("number", value, None)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_written_by_some_amount(style: str) -> None:
    assert any(STYLES[style](value) for value in (3800, 12_000))


@given(WHOLE, st.integers(1, 9), st.integers(1, 9), st.sampled_from(["", "，能报多少", "三级", "能报吗", "。"]))
def test_yuan_with_jiao_and_fen_is_one_amount(value: int, jiao: int, fen: int, after: str) -> None:
    with_jiao, with_fen = value + Decimal(jiao) / 10, value + Decimal(jiao) / 10 + Decimal(fen) / 100
    for whole in (str(value), spoken(value)):
        for written, expected in {
            f"{whole}块{PLAIN[jiao]}": with_jiao,
            f"{whole}块{jiao}": with_jiao,
            f"{whole}块{two(jiao)}毛": with_jiao,
            f"{whole}元{PLAIN[jiao]}角": with_jiao,
            f"{whole}元{PLAIN[jiao]}角{PLAIN[fen]}分": with_fen,
            f"{whole}块{PLAIN[jiao]}毛{PLAIN[fen]}": with_fen,
            f"{whole}块{jiao}{fen}": with_fen,
            f"{whole}元零{PLAIN[fen]}分": value + Decimal(fen) / 100,
        }.items():
            assert value_at("门诊", written, after) == ("number", expected, None)


@given(st.integers(1, 999_999), st.integers(1, 99))
def test_decimals_are_read_back(value: int, fen: int) -> None:
    for written in (f"{value}.{fen:02d}", f"{value:,}.{fen:02d}"):
        assert value_at("花了", written, "元") == ("number", Decimal(value) + Decimal(fen) / 100, None)


@pytest.mark.parametrize("low, high", PAIRS)
@pytest.mark.parametrize("unit, size", [("百", 100), ("千", 1000), ("万", 10_000), ("十", 10), ("十万", 100_000)])
def test_spoken_range_has_both_its_ends(low: int, high: int, unit: str, size: int) -> None:
    written = f"{two(low)}{PLAIN[high]}{unit}"
    for after in ("", "块", "元三级", "，能报多少"):
        assert value_at("花了", written, after) == ("number", low * size, high * size)
        found = at("花了", written, after)
        assert found is not None and found.about


@pytest.mark.parametrize("low, high", PAIRS)
@pytest.mark.parametrize(
    "head, base, step", [("十", 10, 1), ("三百", 300, 10), ("两千", 2000, 100), ("一万", 10_000, 1000)]
)
def test_spoken_range_stands_in_the_last_place_of_a_number(
    low: int, high: int, head: str, base: int, step: int
) -> None:
    written = f"{head}{PLAIN[low]}{PLAIN[high]}"
    assert value_at("花了", written, "块") == ("number", base + low * step, base + high * step)


@pytest.mark.parametrize("written", ["5000~6000", "5000～6000", "五千到六千", "5000至6000", "5k到6k", "0.5万到0.6万"])
def test_two_ends_with_a_sign_between_them_are_a_range(written: str) -> None:
    assert value_at("住院", written, "块") == ("number", 5000, 6000)


@given(
    WHOLE.filter(lambda value: value >= 20 and value % 10 == 0),
    st.sampled_from(["多", "多块", "左右", "块左右", "上下", "元出头", "+"]),
)
def test_order_of_size_is_marked_and_keeps_the_number_that_is_named(value: int, after: str) -> None:
    for written in (str(value), spoken(value)):
        found = [m for m in read_message(f"住院{written}{after}").mentions if m.kind == "number"]
        assert [(m.number, m.about) for m in found] == [(value, True)]


@pytest.mark.parametrize("before", ["大概", "约", "差不多", "将近", "快", "小"])
def test_word_before_a_number_makes_it_an_order_of_size(before: str) -> None:
    found = at(f"花了{before}", "一万")
    assert found is not None and found.about and found.number == 10_000


SPELLINGS = {
    "千把块": "1000", "万把块": "10000", "百把块": "100", "百来块": "100", "千来块": "1000", "三百来块": "300",
    "十来万": "100000", "二十几万": "200000", "十几块": "10", "两万多": "20000", "2w多": "20000", "1千2百5": "1250",
    "1千2百5十": "1250", "1万2千5": "12500", "一万零一百": "10100", "一千四百零一": "1401", "两千〇五": "2005",
    "2万零50": "20050", "1千零1": "1001", "三点五万": "35000", "一点二万": "12000", "1百亿": "10000000000",
    "三千零五十万": "30500000", "俩百": "200", "廿五": "25", "卅五块": "35", "块六毛": "1.6", "5毛": "0.5",
    "两毛五": "0.25", "五分钱": "0.05", "三块半": "3.5", "十块半": "10.5", "1 2000元": "12000", "12 000元": "12000",
    "壹万贰仟叁佰元整": "12300", "壹拾贰元伍角": "12.5", "一二三四": "1234", "四百零六": "406", "三百蚊": "300",
}  # fmt: skip


@pytest.mark.parametrize("written, value", SPELLINGS.items())
@pytest.mark.parametrize("before", ["", "花了"])
def test_spelling_is_read_as_a_person_means_it(written: str, value: str, before: str) -> None:
    assert [(m.kind, m.number) for m in read_message(before + written).mentions] == [("number", Decimal(value))]


@pytest.mark.parametrize("written", ["几百块", "好几千", "几十万", "大几百"])
def test_size_without_a_number_names_none(written: str) -> None:
    (found,) = read_message("花了" + written).mentions
    assert found.kind == "number" and found.about and found.number is None


@given(st.integers(1, 9_999_999))
def test_formal_and_plain_numerals_mean_the_same(value: int) -> None:
    assert read(chinese(value)) == read(chinese(value, FORMAL, formal=True)) == read(spoken(value)) == value


NEIGHBOURS = {
    "1.2w三级": ["12000"],
    "四百五一周": ["450", "1"],
    "一万八一起报": ["18000"],
    "三百二百": ["300", "200"],
    "我俩一共": ["2"],
    "我们俩一百": ["100"],
    "挂号25药费625": ["25", "625"],
    "45.5、128、302.8": ["45.5", "128", "302.8"],
    "900回学校": ["900"],
    "4千多自费": ["4000"],
    "580+320=900": ["580", "320", "900"],
    "从390到430": ["390", "430"],
    "3:15到": ["3", "15"],
    "1、2000元": ["1", "2000"],
    "挂号46 203元": ["46", "203"],
}


@pytest.mark.parametrize("text, values", NEIGHBOURS.items())
def test_numbers_beside_one_another_stay_apart(text: str, values: List[str]) -> None:
    found = [m for m in read_message(text).mentions if m.kind == "number"]
    assert [m.number for m in found] == [Decimal(value) for value in values]


@given(
    st.text(
        alphabet="0123456789一二三四五十百千万亿零两半几点.,元块毛角分wk年月日号第次回级甲乙成折%~到 来多把",
        max_size=30,
    )
)
def test_no_string_of_figures_breaks_the_reader(text: str) -> None:
    read_text = read_message(text)
    ends = [0, *(mention.end for mention in read_text.mentions)]
    starts = [mention.start for mention in read_text.mentions]
    assert all(end <= start for end, start in zip(ends, starts))
    assert all(mention.number is None or mention.number >= 0 for mention in read_text.mentions)
    assert all(value >= 0 for value in amounts_of(read_text.text))
