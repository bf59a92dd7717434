from datetime import date

import pytest

from bot.knowledge.aspects import MOST, fitting, load_aspects, render_aspect
from bot.knowledge.base import Situation, knowledge
from bot.knowledge.coverage import Statement, load_inventory, statements
from bot.settings import KNOWLEDGE


def said(topic: str, aspect: str, city: str = "shanghai") -> str:
    known = knowledge()
    answer = known.answer(topic, Situation(date(2025, 10, 15), city))
    rows = statements(known, load_inventory(KNOWLEDGE), city, topic)
    return render_aspect(load_aspects()[aspect], answer, rows, known, city=city).text


@pytest.mark.parametrize(
    "topic, aspect, part",
    [
        ("remote_filing", "ask_when", "立即生效"),
        ("claim_materials", "ask_materials", "收据"),
        ("remote_filing", "ask_how", "1. 下载"),
        ("social_card", "ask_where", "街镇中心或指定银行"),
        ("remote_filing", "ask_materials", "文件没有写"),
    ],
)
def test_what_the_topic_says_on_the_aspect_is_said(topic: str, aspect: str, part: str) -> None:
    assert part in said(topic, aspect)


def test_statements_that_say_most_come_first_and_few() -> None:
    rows = [Statement(text, "d", (1, 1)) for text in ("随便", "带收据", "带身份证、收据、材料", "带表", "带证件")]
    found = fitting(load_aspects()["ask_materials"], rows)
    assert found[0].text == "带身份证、收据、材料" and len(found) == MOST
    assert "随便" not in [row.text for row in found]
