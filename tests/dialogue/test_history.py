"""What was said, read from Rasa's events."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from bot.dialogue.facts import Asking, CalculationState
from bot.dialogue.hand_over import HandOver
from bot.dialogue.history import MAX_BUBBLE, MAX_SAID, Said, said, transcript
from bot.dialogue.talk import TALK, Talk

ASKING = {"premium", "remote_settlement"}
HANDING_OVER = Talk(hand_over=HandOver(question="保费多少", asking="city"))
CALCULATING = Talk(case=CalculationState(intent="calculate_inpatient", asking=Asking(fact="city", text="哪个城市？")))


def user(text: str, intent: str, *entities: Dict[str, Any]) -> Dict[str, Any]:
    parsed = {"intent": {"name": intent}, "entities": list(entities)}
    return {"event": "user", "text": text, "parse_data": parsed}


def bot(text: str) -> Dict[str, Any]:
    return {"event": "bot", "text": text}


def kept(talk: Talk) -> Dict[str, Any]:
    """The event that keeps the talk, after the reply of a turn."""
    return {"event": "slot", "name": TALK, "value": talk.dict()}


def student(text: str, intent: str, step: Optional[str] = None) -> Said:
    return Said(who="student", text=text, intent=intent, open=step)


def texts(events: List[Dict[str, Any]]) -> List[str]:
    """The bubbles of the transcript that a ticket gets."""
    return [each["text"] for each in transcript(said(events), ASKING)]


def test_bubbles_are_read_with_their_intent_entities_and_what_was_open() -> None:
    amount = {"entity": "amount", "value": "800.00", "start": 0, "end": 2, "extractor": "x"}
    found = said(
        [
            user("八百", "inform", amount),
            bot("哪个城市？"),
            kept(CALCULATING),
            user("上海", "inform"),
            bot("480 元"),
            kept(Talk()),
        ]
    )
    assert [(each.who, each.text, each.open) for each in found] == [
        ("student", "八百", None),
        ("assistant", "哪个城市？", "calculation"),
        ("student", "上海", "calculation"),
        ("assistant", "480 元", None),
    ]
    assert found[0].entities == [{"entity": "amount", "value": "800.00"}]


def test_earlier_sessions_come_first_and_beginning_anew_forgets_all() -> None:
    earlier = [student("保费多少", "premium").dict()]
    assert [each.text for each in said([bot("你好")], earlier)] == ["保费多少", "你好"]
    assert said([bot("你好"), {"event": "reset_slots"}], earlier) == []


def test_a_talk_that_is_carried_into_a_session_leaves_what_was_said_before_as_it_was() -> None:
    earlier = [student("保费多少", "premium").dict(), Said(who="assistant", text="哪个城市？", open="hand_over").dict()]
    found = said([kept(HANDING_OVER), user("上海", "inform")], earlier)
    assert [(each.text, each.open) for each in found] == [
        ("保费多少", None),
        ("哪个城市？", "hand_over"),
        ("上海", "hand_over"),
    ]


def test_a_long_bubble_is_cut() -> None:
    assert len(said([bot("长" * (MAX_BUBBLE + 1))])[0].text) == MAX_BUBBLE


def test_the_transcript_leaves_out_what_the_hand_over_asked_and_keeps_questions_in_between() -> None:
    events = [
        user("保费多少", "premium"), bot("355 元"), kept(Talk(topic="premium")),
        user("转人工", "human_handover"), bot("哪个城市？"), kept(HANDING_OVER),
        user("异地怎么结算？", "remote_settlement"), bot("直接结算"), bot("哪个城市？"), kept(HANDING_OVER),
        user("上海", "inform"), bot("要留联系方式吗？"), kept(HANDING_OVER), user("138****5678", "inform"),
    ]  # fmt: skip
    assert texts(events) == ["保费多少", "355 元", "转人工", "异地怎么结算？", "直接结算"]


def test_what_a_calculation_asked_and_was_answered_stands_in_the_transcript() -> None:
    events = [
        user("住院八百报多少", "calculate_inpatient"), bot("哪个城市？"), kept(CALCULATING),
        user("上海", "inform"), bot("300 元"), kept(Talk()), user("转人工", "human_handover"),
    ]  # fmt: skip
    assert texts(events) == ["住院八百报多少", "哪个城市？", "上海", "300 元", "转人工"]


def test_the_transcript_has_twelve_bubbles_at_most_the_last_ones() -> None:
    talk: List[Said] = [student(str(number), "premium") for number in range(MAX_SAID + 1)]
    last = transcript(talk, ASKING)
    assert len(last) == MAX_SAID and last[0] == {"who": "学生", "text": "1"}
