from typing import List

import pytest

from bot.nlu.questions import split_questions

MESSAGES = {
    "参保确认在哪弄，社保卡怎么办": ["参保确认在哪弄，", "社保卡怎么办"],
    "我是2025级新生，参保确认怎么弄，要交多少钱": ["我是2025级新生，参保确认怎么弄，", "要交多少钱"],
    "急诊没带卡，自己付了五百，能报吗？另外在老家看病怎么备案": [
        "急诊没带卡，自己付了五百，能报吗？",
        "另外在老家看病怎么备案",
    ],
    "我今年大一，刚报到，随申办登不上去，怎么办": ["我今年大一，刚报到，随申办登不上去，怎么办"],
    "在校医院看病报多少，谢谢": ["在校医院看病报多少，谢谢"],
    "随申办打不开，急": ["随申办打不开，急"],
    "1卡丢了能不能报 2急诊能不能报": ["1卡丢了能不能报 ", "2急诊能不能报"],
    "我大一，1卡丢了怎么报 2急诊多少起付 3住院报几成": ["我大一，1卡丢了怎么报 ", "2急诊多少起付 ", "3住院报几成"],
    "你好": ["你好"],
    "": [""],
}


@pytest.mark.parametrize("message, parts", MESSAGES.items())
def test_message_is_taken_apart_at_its_questions(message: str, parts: List[str]) -> None:
    assert [part.text for part in split_questions(message)] == parts


def test_nothing_of_a_message_is_lost_and_at_most_five_questions_are_told_apart() -> None:
    message = "怎么参保？怎么交费？怎么领码？怎么报销？哪里看病？要带什么？谢谢"
    parts = split_questions(message)
    assert len(parts) == 5
    assert "".join(part.text for part in parts) == message
    assert [message[part.start : part.end] for part in parts] == [part.text for part in parts]
