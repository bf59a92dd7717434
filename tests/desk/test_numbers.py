import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.numbers import ALPHABET, LENGTH, find_number, new_number


def test_alphabet_has_no_signs_that_look_alike_and_no_vowels() -> None:
    assert not set("01OILAEU") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET) == 28


def test_thousand_numbers_are_a_thousand_different_ones() -> None:
    numbers = {new_number() for _ in range(1000)}
    assert len(numbers) == 1000
    assert all(
        len(number) == 1 + LENGTH and number[0] == "T" and set(number[1:]) <= set(ALPHABET) for number in numbers
    )


@pytest.mark.parametrize(
    "text",
    [
        "T7K3M9XQ2",
        "t7k3m9xq2",
        "查一下T7K3M9XQ2的进度",
        "Ｔ７Ｋ３Ｍ９ＸＱ２",
        "T 7K3M 9XQ2",
        "T-7K3M-9XQ2",
        "单号：t7k3m-9xq2。",
    ],
)
def test_number_is_found_as_people_type_it(text: str) -> None:
    assert find_number(text) == "T7K3M9XQ2"


@pytest.mark.parametrize("text", ["", "T7K3M9XQ", "T7K3M9XQ22", "T7K3M9XQA", "XT7K3M9XQ2", "7K3M9XQ2", "住院报多少"])
def test_anything_else_is_no_number(text: str) -> None:
    assert find_number(text) is None


@given(st.text(max_size=40))
def test_what_is_found_is_found_again(text: str) -> None:
    found = find_number(text)
    assert found is None or find_number(found) == found
