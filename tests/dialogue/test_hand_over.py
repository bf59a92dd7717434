"""What a hand-over still asks, and what a message answers."""

from __future__ import annotations

from typing import Any, Dict, Optional

import pytest

from bot.dialogue.calculation import UserTurn
from bot.dialogue.hand_over import MAX_QUOTE, HandOver, begin, is_reachable, render, update
from bot.dialogue.history import Said

ASKING = {"premium", "remote_settlement", "inpatient_rate"}
ASKED = Said(who="student", text="保费多少", intent="premium", entities=[{"entity": "city", "value": "shanghai"}])


def turn(text: str, intent: str = "nlu_fallback", **entities: str) -> UserTurn:
    return UserTurn(text, intent, tuple({"entity": name, "value": value} for name, value in entities.items()))


def at(step: Any, **known: Any) -> HandOver:
    return HandOver(**{"question": None if step == "question" else "保费多少", "asking": step, **known})


@pytest.mark.parametrize(
    "wish", ["转人工", "能不能喊个活人出来", "我要找学校管医保的老师聊聊", "机器人解决不了，找个管事的"]
)
def test_a_mere_wish_takes_the_question_before_or_asks_for_one(wish: str) -> None:
    assert begin(turn(wish, "human_handover"), ASKED) == HandOver(
        question="保费多少", intent="premium", entities=ASKED.entities
    )
    assert begin(turn(wish, "human_handover"), None).missing("shanghai") == "question"


def test_a_wish_that_tells_the_matter_is_the_question() -> None:
    wish = "转人工，上周交的发票审核没通过，想问问原因"
    assert begin(turn(wish, "human_handover"), None).question == wish
    assert begin(turn(wish, "human_handover"), ASKED).question == "保费多少"
    complaint = "我要投诉校医院收费窗口乱收我的钱"
    assert begin(turn(complaint, "human_handover"), ASKED).question == complaint


@pytest.mark.parametrize(
    "state, city, missing",
    [
        (HandOver(), "shanghai", "question"),
        (HandOver(question="x"), None, "city"),
        (HandOver(question="x"), "lanzhou", "contact"),
        (HandOver(question="x", city="other"), None, "contact"),
        (HandOver(question="x", city="other", contact="none"), None, None),
    ],
)
def test_what_is_missing_is_asked_in_order(state: HandOver, city: Optional[str], missing: Any) -> None:
    assert state.missing(city) == missing


@pytest.mark.parametrize(
    "step, message, changed",
    [
        ("question", turn("报销被退回来了", amount="3.00"), {"question": "报销被退回来了", "intent": "nlu_fallback"}),
        ("question", turn("人工", "human_handover"), {}),
        ("question", turn("没有", "deny"), {"ended": True}),
        ("city", turn("上海", "inform", city="shanghai"), {"city": "shanghai"}),
        ("city", turn("别的城市", "remote_settlement"), {"city": "other"}),
        ("city", turn("在深圳", "inform", other_place="深圳"), {"city": "other"}),
        ("city", turn("不清楚", "unsure"), {"city": "other"}),
        ("city", turn("嘻嘻"), {"tries": 1}),
        ("contact", turn("138****5678"), {"contact": "given"}),
        ("contact", turn("微信 lz_student", "out_of_scope"), {"contact": "given"}),
        ("contact", turn("不留联系方式", "deny"), {"contact": "none"}),
        ("contact", turn("算了匿名吧"), {"contact": "none"}),
        ("contact", turn("可以呀", "affirm"), {"wants": True}),
        ("contact", turn("留一个吧"), {"wants": True}),
        ("contact", turn("托班长带话"), {"tries": 2}),
        ("contact", turn("住三号楼", "inpatient_rate"), {"tries": 2}),
        ("contact", turn("转人工", "human_handover"), {}),
    ],
)
def test_an_answer_changes_just_what_was_asked(step: Any, message: UserTurn, changed: Dict[str, Any]) -> None:
    state = at(step)
    updated = update(state, message, ASKING)
    assert updated is not None
    assert {k: v for k, v in updated.dict().items() if v != state.dict()[k] and k != "entities"} == changed


@pytest.mark.parametrize(
    "step, message",
    [
        ("question", turn("你好", "greet")),
        ("question", turn("胸口疼喘不上气", "emergency")),
        ("city", turn("保费多少", "premium", city="shanghai")),
        ("city", turn("谢谢", "thanks")),
        ("contact", turn("保费多少钱", "premium")),
        ("contact", turn("老师几点上班？")),
        ("contact", turn("算了", "cancel")),
        ("contact", turn("我的工单", "ticket_status")),
    ],
)
def test_what_is_no_answer_is_left_to_others(step: Any, message: UserTurn) -> None:
    assert update(at(step), message, ASKING) is None


def test_whoever_insists_is_taken_at_his_word() -> None:
    second = update(at("contact", tries=2), turn("托班长带话"), ASKING)
    assert second is not None and second.contact == "given"
    city = update(at("city", tries=1), turn("嘻嘻"), ASKING)
    assert city is not None and city.city == "other"


def test_another_question_begins_with_the_question_and_keeps_the_city() -> None:
    assert update(at("contact", city="other"), turn("换个问题", "human_handover"), ASKING) == HandOver(city="other")


@pytest.mark.parametrize(
    "text", ["138****5678", "wx_2003ab", "我微信 abcdef", "QQ 123456", "021-62345678", "1*******@qq.com"]
)
def test_ways_to_reach_somebody(text: str) -> None:
    assert is_reachable(turn(text))


@pytest.mark.parametrize("text", ["三号楼", "你们电话多少", "hello", "二级医院", "12393"])
def test_what_reaches_nobody(text: str) -> None:
    assert not is_reachable(turn(text))


def test_an_amount_is_no_number_to_call() -> None:
    assert not is_reachable(turn("花了123456元", "premium", amount="123456.00"))


def test_every_question_is_short_and_quotes_a_long_question_in_part() -> None:
    long = at("contact").copy(update={"question": "长" * 100})
    text = render(long, "contact").text
    assert f"“{'长' * (MAX_QUOTE - 1)}…”" in text and len(text) <= 120
    for step in ("question", "city", "contact"):
        assert len(render(at(step), step).text) <= 120  # type: ignore[arg-type]
    assert [s.title for s in render(long, "contact").suggestions] == ["不留联系方式", "换个问题"]
    assert "发给我" in render(at("contact", wants=True), "contact").text
    assert "没看出" in render(at("contact", tries=2), "contact").text
