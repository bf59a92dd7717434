"""A reply fits one message, whole links and sentences, and everything of it can be reached."""

from __future__ import annotations

import re
from typing import Any, List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat.events import FIRST_QUESTIONS, WELCOME
from bot.channels.wechat.phone import links
from bot.channels.wechat.render import LIMIT, NOTICE, PAGE, choice_lines, link, pages, size, split, tidy, with_notice

PIECES = [
    "句子。",
    "很长的一段话没有标点",
    "https://a.cn/b?c=d&e=f",
    "\n",
    "字😀",
    "12,345.67 元，",
    "问！？",
    "<b>",
    "**",
]
WORDS = st.lists(st.sampled_from(PIECES), max_size=900).map("".join)
BUTTONS = st.lists(st.text(min_size=1, max_size=60).map(lambda t: {"title": t, "payload": t}), max_size=12)


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(max_size=2500), WORDS), st.integers(80, 1900))
def test_parts_fit_and_lose_nothing(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(size(part) <= limit for part in parts)
    assert squeezed("".join(parts)) == squeezed(text)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(WORDS.map(lambda t: t[:200]), st.sampled_from(["LINK", "ADDRESS"])), max_size=60),
       st.integers(150, 1900))  # fmt: skip
def test_no_link_and_no_address_is_cut(pieces: List[str], limit: int) -> None:
    whole, address = link("下一页。看！", "更多", "m"), "https://ybj.sh.gov.cn/a/b.html?x=1&y=2"
    text = " ".join({"LINK": whole, "ADDRESS": address}.get(piece, piece) for piece in pieces)
    parts = split(text, limit)
    assert sum(part.count(whole) for part in parts) == pieces.count("LINK")
    assert sum(len(re.findall(re.escape(address), part)) for part in parts) == pieces.count("ADDRESS")


@settings(max_examples=150, deadline=None)
@given(WORDS, st.one_of(st.none(), WORDS), BUTTONS)
def test_page_is_below_the_limit_with_every_choice_and_a_notice(text: str, more: Any, buttons: Any) -> None:
    shown = pages({"text": text, "custom": {"more": more} if more else None, "buttons": buttons})
    assert shown and all(size(page) <= PAGE for page in shown)
    assert all(size(with_notice(page, "字" * 99)) <= LIMIT for page in shown)
    for number in range(1, min(len(buttons), 8) + 1):
        assert re.search(rf"^{number}\. ", shown[0], re.MULTILINE)
    assert "\n9. " not in choice_lines(buttons)
    for page in shown[:-1]:
        assert links(page)[-1][1] == "更多"
    assert not any(sent == "更多" for _, sent, _ in links(shown[-1]))


def test_tap_sends_what_is_shown_even_when_decoded_twice() -> None:
    from urllib.parse import unquote

    raw = link("报 60% + 自付", "报 60% + 自付", "1")
    sent = raw.split("msgmenucontent=")[1].split("&")[0]
    assert unquote(unquote(sent)) == unquote(sent) == "报 60％ ＋ 自付"


def test_calculation_has_a_line_for_each_figure() -> None:
    assert tidy("医保报销 250.00–400.00 元，自己付 400.00–550.00 元。\n按这些算的：上海，三甲，800 元") == (
        "医保报销：250.00–400.00 元\n自己付：400.00–550.00 元\n按这些算的：上海，三甲，800 元"
    )
    assert tidy("等待期 3 个月。") == "等待期 3 个月。"


@pytest.mark.parametrize("text", ["<a href='http://evil/'>点</a>", "</xml>", "<transfer_customer_service/>", "<!--"])
def test_nothing_in_a_text_becomes_a_tag(text: str) -> None:
    assert pages({"text": text})[0].startswith("＜")


def test_long_titles_are_cut_and_typed_by_number() -> None:
    buttons = [{"title": "一个非常非常长的选项" * 5, "payload": "x"}, {"title": "短", "payload": "短"}]
    lines = choice_lines(buttons)
    assert [shown for shown, _, _ in links(lines)] == ["短"] and "\n1. 一个非常" in lines


def test_empty_reply_is_one_empty_page() -> None:
    assert pages({}) == ("",) and split("", 100) == split(" \n ", 100) == []


def test_notice_that_has_no_place_is_refused() -> None:
    with pytest.raises(ValueError, match="298 bytes"):
        with_notice("x", "x" * (NOTICE - 1))


def test_welcome_fits_with_its_questions() -> None:
    from bot.channels.wechat.events import Say, wish
    from bot.channels.wechat.messages import Incoming

    said = wish(Incoming("o", "g", "event", "k", event="subscribe"))
    assert isinstance(said, Say) and said.text.startswith(WELCOME)
    assert size(said.text) <= PAGE
    assert tuple(sent for _, sent, _ in links(said.text)) == FIRST_QUESTIONS
