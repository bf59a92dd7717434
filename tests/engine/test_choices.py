from typing import Any, List, Optional

import pytest
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.choices import chosen, ordinal


def said(*titles: str) -> DialogueStateTracker:
    buttons = [{"title": title, "payload": f"{title}！"} for title in titles]
    return DialogueStateTracker.from_events("s", [BotUttered("哪一个？", {"buttons": buttons})])


@pytest.mark.parametrize(
    "text, which",
    [("1", 1), ("２", 2), ("第二个", 2), ("第3个吧", 3), ("选1", 1), ("我要第一个", 1), ("②", 2), ("最后一个", -1)],
)
def test_number_names_a_choice(text: str, which: int) -> None:
    assert ordinal(text) == which


@pytest.mark.parametrize("text", ["", "二", "800", "12393", "第二次住院", "二级", "1万", "三甲", "0"])
def test_other_numbers_name_none(text: str) -> None:
    assert ordinal(text) is None


@pytest.mark.parametrize("which, message", [(1, "甲！"), (2, "乙！"), (-1, "乙！"), (3, None)])
def test_choice_is_the_message_of_its_button(which: int, message: Optional[str]) -> None:
    assert chosen(which, said("甲", "乙")) == message


@pytest.mark.parametrize("events", [[], [BotUttered("没有按钮")]])
def test_without_choices_a_number_stays_what_it_is(events: List[Any]) -> None:
    assert chosen(1, DialogueStateTracker.from_events("s", events)) is None
    assert chosen(1, None) is None
