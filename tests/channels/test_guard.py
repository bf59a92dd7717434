import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.guard import MAX_CHARACTERS, screen
from bot.channels.limits import RateLimiter


def test_message_at_the_limit_passes_and_one_more_is_refused_with_its_length() -> None:
    assert screen("保" * MAX_CHARACTERS).text == "保" * MAX_CHARACTERS
    refused = screen("保" * (MAX_CHARACTERS + 1))
    assert refused.text == "" and str(MAX_CHARACTERS + 1) in (refused.refusal or "")


@pytest.mark.parametrize("command", ['/calculate_inpatient{"amount": "1"}', "//restart", "／restart", "/ /restart"])
def test_commands_lose_their_slash(command: str) -> None:
    assert not screen(command).text.startswith(("/", "／"))


@pytest.mark.parametrize("nothing", ["", "   ", "\u0000\u0007", "/", "\n\n"])
def test_empty_message_is_told_what_to_do(nothing: str) -> None:
    assert "打出来" in (screen(nothing).refusal or "")


@pytest.mark.parametrize("other", [None, 5, {"text": "x"}, ["x"]])
def test_anything_but_text_is_refused(other: object) -> None:
    assert screen(other).refusal


def test_personal_numbers_are_masked_before_anything_reads_them() -> None:
    screened = screen("我是310101200001011234，电话13812345678")
    assert screened.text == "我是310101************，电话138****5678"
    assert screened.masked and not screen("三级医院12345.67元，138****5678").masked


@given(st.text(max_size=600))
def test_every_text_is_either_cleaned_or_refused(message: str) -> None:
    screened = screen(message)
    assert bool(screened.text) != bool(screened.refusal)
    assert len(screened.text) <= MAX_CHARACTERS


def test_rate_limit_counts_each_sender_over_a_minute() -> None:
    now = [0.0]
    limiter = RateLimiter(2, clock=lambda: now[0])
    assert [limiter.allows("a"), limiter.allows("a"), limiter.allows("a")] == [True, True, False]
    assert limiter.allows("b")
    now[0] = 60.0
    assert limiter.allows("a")


def test_rate_limiter_forgets_old_senders() -> None:
    limiter = RateLimiter(1, capacity=2, clock=lambda: 0.0)
    assert [limiter.allows(sender) for sender in ("a", "b", "c", "a")] == [True] * 4


def test_who_was_silent_for_a_minute_takes_no_memory() -> None:
    now = [0.0]
    limiter = RateLimiter(2, clock=lambda: now[0])
    for second in range(200):
        now[0] = float(second)
        assert limiter.allows(f"student-{second}")
    # those of seconds 140 to 199
    assert len(limiter._seen) == 60
    assert limiter.allows("student-199") and not limiter.allows("student-199")
