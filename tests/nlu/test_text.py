from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.text import comparable, normalise


def test_full_width_traditional_and_case_become_one_spelling() -> None:
    assert normalise("３０００元　門診　Ｏｋ").text == "3000元 门诊 ok"


def test_traditional_phrases_are_converted_as_phrases() -> None:
    assert normalise("醫保電子憑證怎麼領").text == "医保电子凭证怎么领"


def test_blanks_are_folded_and_invisible_characters_dropped() -> None:
    assert normalise("  参保\u200b  确认\n怎么 ").text == "参保 确认 怎么"


def test_span_points_into_the_message_as_typed() -> None:
    typed = "  三級甲等　１２，０００元"
    normal = normalise(typed)
    start = normal.text.index("12,000")
    first, last = normal.span_in_original(start, start + len("12,000元"))
    assert typed[first:last] == "１２，０００元"


def test_comparable_ignores_punctuation() -> None:
    assert comparable("怎么 確認參保？！") == comparable("怎么确认参保")


@given(st.text(max_size=80))
def test_every_character_of_the_normal_text_has_its_origin(message: str) -> None:
    normal = normalise(message)
    assert len(normal.text) == len(normal.origins)
    assert list(normal.origins) == sorted(normal.origins)
    assert all(0 <= origin < len(message) for origin in normal.origins)
