"""The load says what the conversation tests say."""

from __future__ import annotations

import pytest

from benchmarks.load.talks import fits, long_talk, talks
from bot.regress.format import Given
from bot.regress.load import load


def test_every_case_without_settings_of_its_own_is_a_talk_unless_a_message_is_too_long_for_the_web_chat() -> None:
    too_long = [case for case in load() if any(len(turn.user) > 500 for turn in case.turns)]
    assert len(talks()) == sum(fits(case.given) and case not in too_long for case in load())
    assert len(talks()) > 1_000 and too_long


@pytest.mark.parametrize(
    "given, taken",
    [
        ({"city": "shanghai", "cohort": "graduate"}, True),
        ({"today": "2026-03-01"}, False),
        ({"channel": "web"}, False),
        ({"documents": "official"}, False),
    ],
)
def test_cases_with_a_day_a_channel_or_documents_are_left_out(given: dict, taken: bool) -> None:
    assert fits(Given(**given)) is taken


def test_a_talk_begins_with_what_its_case_takes_as_known() -> None:
    case = next(case for case in load() if case.given.city == "lanzhou" and fits(case.given) and not case.given.cohort)
    assert ["兰州", *(turn.user for turn in case.turns)] in talks()


def test_the_order_is_mixed_and_the_same_each_time() -> None:
    assert talks() == talks()
    assert talks(seed=1) != talks(seed=2)
    assert sorted(talks(seed=1)) == sorted(talks(seed=2))


def test_a_long_talk_has_its_turns_and_never_empties_itself() -> None:
    assert len(long_talk()) == 200
    assert long_talk()[:20] == long_talk()[-20:] and len(set(long_talk())) > 10
    assert len(long_talk(turns=7)) == 7
    assert "删除我的聊天记录" in {message for talk in talks() for message in talk}
    assert "删除我的聊天记录" not in long_talk(turns=100_000)
