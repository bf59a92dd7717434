"""What the role model sees: words and forms, never the digits of another number."""

from __future__ import annotations

from typing import Dict, List

import pytest

from bot.nlu.message import read_message
from bot.nlu.roles.features import MASKS, masked, sequence_features
from bot.nlu.roles.model import said_before


def features(text: str, before: str = "") -> List[Dict[str, float]]:
    """The features of each mention of a message."""
    read = read_message(text)
    return sequence_features(read.text, read.mentions, said_before(before))


def test_each_mention_is_masked_by_the_sign_of_its_kind() -> None:
    read = read_message("3月5号三甲住院花了9000，第2次，报60%")
    text = masked(read.text, read.mentions)
    assert text == "@@@@^^住院花了####,~~~,报%%%"
    assert set("@^#~%") <= set(MASKS.values())


def test_there_is_one_row_for_each_mention_and_none_without_mentions() -> None:
    assert len(features("三甲住院花了9000，里面自费2000")) == 3
    assert features("住院能报多少") == []


@pytest.mark.parametrize(
    "one, other", [("住院花了9200，自费2100", "住院花了7700，自费1900"), ("看病花了8600元", "看病花了7,300元")]
)
def test_messages_that_differ_in_their_sums_alone_look_the_same(one: str, other: str) -> None:
    assert features(one) == features(other)


def test_words_beside_a_number_are_seen() -> None:
    (row,) = features("押金交了3700元")
    assert row["deposit<clause"] == 1.0
    assert row["kind=number;unit=money"] == 1.0
    assert row["magnitude=4"] == 1.0


def test_word_right_beside_a_number_counts_as_next_to_it() -> None:
    assert "outside<next" in features("其中自费2000")[0]
    assert "outside<next" not in features("自费的药一共花了2000")[0]


def test_order_of_size_scale_and_decimals_are_seen() -> None:
    assert "about" in features("花了五千多")[0] and "about" not in features("花了五千")[0]
    assert "scaled" in features("花了五千")[0] and "scaled" not in features("花了5000")[0]
    assert "decimal" in features("花了50.5")[0] and "decimal" not in features("花了50")[0]


def test_number_that_the_others_add_up_to_is_marked() -> None:
    total, *parts = features("一共650，挂号25药费625")
    assert "sum of the others" in total and not any("sum of the others" in part for part in parts)


def test_what_stands_around_its_neighbours_is_seen() -> None:
    first, second = features("结账花了9000，打车花了50")
    assert any(name.startswith("+ride") for name in first)
    assert any(name.startswith("-bill") for name in second)
    assert not any(name.startswith("-") for name in first)


def test_what_was_said_before_is_seen_with_who_said_it() -> None:
    plain, asked, told = (
        features("800")[0],
        features("800", "助手：门诊花了多少钱？")[0],
        features("800", "我：住院花了9000")[0],
    )
    assert not any(name.startswith("before:") for name in plain)
    assert "before:bot" in asked and "bot:asks:amount" in asked
    assert "before:me" in told


def test_commas_of_thousands_and_full_width_make_no_difference() -> None:
    assert features("住院花了１２，０００元") == features("住院花了12000元")
