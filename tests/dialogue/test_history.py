"""What was said, read from Rasa's events."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from bot.dialogue.history import MAX_BUBBLE, MAX_SAID, Said, last_question, said, transcript

ASKING = {"premium", "remote_settlement"}
CHAT = {"greet", "human_handover", "inform"}
FORM = "handover_form"


def user(text: str, intent: str, *entities: Dict[str, Any]) -> Dict[str, Any]:
    parsed = {"intent": {"name": intent}, "entities": list(entities)}
    return {"event": "user", "text": text, "parse_data": parsed}


def bot(text: str) -> Dict[str, Any]:
    return {"event": "bot", "text": text}


def loop(name: Optional[str]) -> Dict[str, Any]:
    return {"event": "active_loop", "name": name}


def student(text: str, intent: str, form: Optional[str] = None) -> Said:
    return Said(who="student", text=text, intent=intent, form=form)


def test_bubbles_are_read_with_their_intent_entities_and_form() -> None:
    amount = {"entity": "amount", "value": "800.00", "start": 0, "end": 2, "extractor": "x"}
    found = said([user("八百", "inform", amount), loop(FORM), bot("哪个城市？"), user("上海", "inform"), loop(None)])
    assert [(each.who, each.text, each.form) for each in found] == [
        ("student", "八百", None), ("assistant", "哪个城市？", FORM), ("student", "上海", FORM),
    ]  # fmt: skip
    assert found[0].entities == [{"entity": "amount", "value": "800.00"}]


def test_earlier_sessions_come_first_and_beginning_anew_forgets_all() -> None:
    earlier = [student("保费多少", "premium").dict()]
    assert [each.text for each in said([bot("你好")], earlier)] == ["保费多少", "你好"]
    assert said([bot("你好"), {"event": "reset_slots"}], earlier) == []


def test_a_long_bubble_is_cut() -> None:
    assert len(said([bot("长" * (MAX_BUBBLE + 1))])[0].text) == MAX_BUBBLE


def test_the_last_question_is_no_chat_and_no_answer_to_a_form() -> None:
    talk = [
        student("保费多少", "premium"), student("八百", "inform"), student("你好", "greet"),
        student("别的城市", "remote_settlement", FORM), student("随便", "nlu_fallback", FORM),
    ]  # fmt: skip
    found = last_question(talk, ASKING, CHAT)
    assert found is not None and found.text == "保费多少"


def test_what_was_not_understood_is_a_question_and_so_is_one_put_inside_a_form() -> None:
    unclear = last_question([student("我的钱呢", "nlu_fallback")], ASKING, CHAT)
    assert unclear is not None and unclear.text == "我的钱呢"
    inside = last_question([student("保费多少钱", "premium", FORM)], ASKING, CHAT)
    assert inside is not None and inside.text == "保费多少钱"
    assert last_question([student("你好", "greet")], ASKING, CHAT) is None


def test_the_transcript_leaves_out_what_the_form_asked_and_keeps_questions_in_between() -> None:
    talk = said(
        [
            user("保费多少", "premium"), bot("355 元"), user("转人工", "human_handover"), loop(FORM), bot("哪个城市？"),
            user("异地怎么结算", "remote_settlement"), bot("直接结算"), bot("哪个城市？"), user("上海", "inform"),
            bot("要留联系方式吗？"), user("138****5678", "inform"),
        ]
    )  # fmt: skip
    assert [each["text"] for each in transcript(talk, ASKING, FORM)] == [
        "保费多少", "355 元", "转人工", "异地怎么结算", "直接结算",
    ]  # fmt: skip


def test_the_transcript_has_twelve_bubbles_at_most_the_last_ones() -> None:
    talk: List[Said] = [student(str(number), "premium") for number in range(MAX_SAID + 1)]
    kept = transcript(talk, ASKING, FORM)
    assert len(kept) == MAX_SAID and kept[0] == {"who": "学生", "text": "1"}
