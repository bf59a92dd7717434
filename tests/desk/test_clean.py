import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.clean import clean, clean_data, fingerprint, legible


def test_control_signs_and_invisible_marks_go_and_lines_stay() -> None:
    assert legible(" a\x00b\x1b[0m\u200b\ud800\n第二行\t末 \r\n") == "ab[0m\n第二行\t末"


def test_number_hidden_by_invisible_marks_is_masked() -> None:
    assert clean("电话138\u200b1234\u200b5678") == "电话138****5678"


def test_data_becomes_plain_and_clean() -> None:
    value = {
        "amount": Decimal("12345.67"),
        "day": date(2025, 3, 15),
        "who": ["13812345678", None, True, 3, float("nan")],
        5: {"x": ()},
    }
    assert clean_data(value) == {
        "amount": "12345.67",
        "day": "2025-03-15",
        "who": ["138****5678", None, True, 3, "nan"],
        "5": {"x": []},
    }


@pytest.mark.parametrize("same", ["怎么报销", "怎么报销？", " 怎么 报销!! ", "怎么报销。"])
def test_punctuation_does_not_make_another_question(same: str) -> None:
    assert fingerprint(same) == fingerprint("怎么报销")


def test_other_words_make_another_question() -> None:
    assert fingerprint("怎么报销门诊") != fingerprint("怎么报销住院")
    assert fingerprint("？？") != fingerprint("！")


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text() | st.decimals() | st.dates(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))  # fmt: skip
def test_cleaned_data_is_always_strict_json(value: Any) -> None:
    plain = clean_data(value)
    text = json.dumps(plain, allow_nan=False)
    assert json.loads(text) == plain and "\\u0000" not in text
    text.encode()
