"""What is offered when a message is not understood; every title and passage is one that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest

from actions.moves import ActionOffer
from bot.dialogue.talk import Talk
from bot.knowledge.base import knowledge
from tests.actions.conftest import run, tracker

SCHOOL = """# 校车
末班校车晚上十点从东门发出，凭学生证免费乘坐。
""" + "\n".join(f"# 第{number}号通知\n自习室照常开放。\n" for number in range(30))


async def offer(text: str, ranked: List[str], city: Optional[str] = "shanghai") -> Any:
    parsed: Dict[str, Any] = {
        "intent": {"name": "nlu_fallback"},
        "intent_ranking": [{"name": name, "confidence": 0.3} for name in ranked],
    }
    messages, _ = await run(
        ActionOffer(), tracker([{"event": "user", "text": text, "parse_data": parsed}], Talk(city=city))
    )
    (reply,) = messages
    return reply


def offered(reply: Any) -> List[str]:
    return [button["title"] for button in reply["buttons"]][:-1]


@pytest.fixture(autouse=True)
def no_documents(environment: Any) -> None:
    environment(BOT_DOCUMENTS="")


async def test_search_fills_up_what_the_classifier_leaves() -> None:
    known = knowledge()
    reply = await offer("住院报销比例和起付线", ["premium", "greet"])
    titles = offered(reply)
    assert titles[0] == known.title("premium", "shanghai") and 1 < len(titles) <= 3
    assert len(set(titles)) == len(titles)
    assert set(titles) <= {topic.title for topic in known.topics["shanghai"].values()}
    assert reply["buttons"][-1]["title"] == "都不是"


async def test_the_same_topic_is_offered_once() -> None:
    title = knowledge().title("hmt_documents", "shanghai")
    assert offered(await offer("港澳台同学用什么证件", ["hmt_documents"])).count(str(title)) == 1


async def test_three_of_the_classifier_are_left_as_they_are() -> None:
    ranked = ["premium", "hotline", "eligibility", "outpatient_rate"]
    titles = offered(await offer("住院报销比例", ranked))
    assert titles == [knowledge().title(name, "shanghai") for name in ranked[:3]]


async def test_a_passage_is_shown_only_with_documents(environment: Any, tmp_path: Path) -> None:
    (tmp_path / "school.md").write_text(SCHOOL, "utf-8")
    question = "末班校车从东门发出"
    without = await offer(question, [])
    assert without["response"] == "utter_not_understood" and not without["text"]
    environment(BOT_DOCUMENTS=str(tmp_path))
    reply = await offer(question, [])
    assert "原文：" in reply["text"] and "凭学生证免费乘坐" in reply["text"]
    assert reply["text"].endswith("依据：《school》校车（第 1–2 行）")
    assert [button["payload"] for button in reply["buttons"]] == ["转人工"]
    assert (await offer("红烧肉放不放糖", []))["response"] == "utter_not_understood"


async def test_an_official_passage_says_how_far_it_holds(environment: Any, documents: Path) -> None:
    environment(BOT_DOCUMENTS=str(documents), BOT_TODAY="2026-11-22")
    from bot.knowledge.render import render_passage
    from bot.knowledge.search import search
    from bot.settings import settings

    hit = search().passage("港澳台同学用什么证件", "shanghai")
    assert hit and len(hit.excerpt) <= 200
    text = render_passage(hit, knowledge().book, settings().today()).text
    assert "2025 年度" in text and "依据：《" in text and "原文" in text
