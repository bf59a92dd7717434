"""Talks of a few turns, said to the dispatcher without Rasa: what the student hears and what is known afterwards."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

import pytest

from bot.dialogue.outcome import Done, Effect
from bot.dialogue.respond import action_for, respond
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from tests.dialogue.cases import Dialogue, amount, entity

SHANGHAI, LANZHOU = entity("city", "shanghai"), entity("city", "lanzhou")
THIRD = entity("level", "3")
TEN_THOUSAND: Dict[str, Any] = {"visits": [{"bill": "10000.00"}]}
TEN_THOUSAND_IN_A_THIRD: Dict[str, Any] = {"visits": [{"bill": "10000.00", "level": "3"}]}
GRADE = "住的是一级、二级还是三级医院？"


@pytest.fixture
def student() -> Dialogue:
    """Somebody in Shanghai."""
    return Dialogue(city="shanghai")


def holds(heard: Sequence[str], part: str) -> int:
    """How many times something is said."""
    return "\n".join(heard).count(part)


def test_an_open_question_is_answered_until_the_sum_is_worked_out(student: Dialogue) -> None:
    assert student.begins_stay() == [GRADE]
    rate, asked = student.say("三级", "inform", THIRD)
    assert rate.startswith("三级医院：每次先扣起付线 300 元，超出的部分报 60%。\n依据：")
    assert "多少" in asked and student.talk.open == "calculation"
    (result,) = student.say("一万", "inform", amount("10000"), case=TEN_THOUSAND)
    assert result.startswith("医保报销 5,820.00 元，自己付 4,180.00 元。")
    assert student.talk.open is None and student.talk.topic is None


def test_a_question_in_between_is_answered_and_the_open_one_put_again(student: Dialogue) -> None:
    student.begins_stay()
    heard = student.say("医保费一年多少钱", "premium")
    assert "355 元" in heard[0] and heard[1].endswith(GRADE) and len(heard) == 2
    again = student.say("谢谢", "thanks")
    assert again[0] == "utter_thanks" and holds(again, GRADE) == 1
    student.say("三级", "inform", THIRD)
    assert "5,820.00" in student.say("一万", "inform", amount("10000"), case=TEN_THOUSAND)[0]


def test_what_answers_nothing_is_asked_again_in_other_words(student: Dialogue) -> None:
    student.begins_stay()
    (again,) = student.say("呃", "nlu_fallback")
    assert again.endswith(GRADE) and again != GRADE
    assert student.talk.misses == 0, "an unclear answer is no question that was not understood"


def test_several_questions_with_a_sum_put_their_question_once() -> None:
    student = Dialogue()
    assert student.say("门诊花了五百", "calculate_outpatient", case={"visits": [{"bill": "500.00", "level": "3"}]}) == [
        "你的医保参在哪个城市？"
    ]
    questions = (
        {"text": "保费多少", "intent": "premium", "entities": []},
        {"text": "住院报多少", "intent": "calculate_inpatient", "entities": []},
    )
    heard = student.say("保费多少，住院报多少", "several_questions", questions=questions)
    assert holds(heard, "355 元") == 1 and holds(heard, "你的医保参在哪个城市？") == 1
    assert student.talk.case is not None and student.talk.case.intent == "calculate_inpatient"


def test_a_hand_over_from_a_running_calculation_keeps_the_question_before_the_wish() -> None:
    student = Dialogue()
    outpatient = {"visits": [{"care": "outpatient", "level": "3", "bill": "6000.00"}]}
    question = "三级医院门诊花了六千能报多少"
    assert student.say(question, "calculate_outpatient", THIRD, amount("6000"), case=outpatient) == [
        "你的医保参在哪个城市？"
    ]
    (asked,) = student.say("转人工", "human_handover")
    assert asked == "你的医保在哪个城市？我好转给对的老师。" and student.talk.asking is None
    (contact,) = student.say("上海", "inform", SHANGHAI)
    assert f"“{question}”" in contact
    assert student.say("不留", "deny") == []
    assert student.effect.kind == "open_ticket"
    assert (student.effect.data.question, student.effect.data.contact) == (question, "none")
    assert student.talk.open is None and student.talk.case is not None and student.talk.case.amounts == ["6000.00"]


def test_a_question_inside_a_hand_over_is_answered_and_what_it_asks_put_again() -> None:
    student = Dialogue()
    student.say("保费怎么退", "premium")
    student.say("转人工", "human_handover")
    heard = student.say("异地怎么结算？", "remote_settlement")
    assert heard[-1] == "你的医保在哪个城市？我好转给对的老师。" and len(heard) == 2
    assert "“保费怎么退”" in student.say("兰州", "inform", LANZHOU)[0], "the ticket is about what was asked before it"


def test_a_cancel_inside_a_hand_over_leaves_the_case(student: Dialogue) -> None:
    student.say("三级医院住院一万报多少", "calculate_inpatient", THIRD, case=TEN_THOUSAND_IN_A_THIRD)
    case = student.talk.case
    student.say("转人工", "human_handover")
    assert student.say("算了", "cancel") == ["utter_handover_cancelled"]
    assert student.effect is None and student.talk.open is None and student.talk.case == case
    assert "5,820.00" in student.say("怎么算出来的", "ask_reason")[0]


def test_a_cancelled_hand_over_is_not_gone_on_with(student: Dialogue) -> None:
    student.say("发票丢了怎么报销", "claim_materials")
    student.say("转人工", "human_handover")
    student.say("算了", "cancel")
    student.say("保费怎么退", "premium")
    assert "“保费怎么退”" in student.say("转人工", "human_handover")[0]


def test_a_cancel_ends_the_calculation_and_the_city_stays(student: Dialogue) -> None:
    student.begins_stay()
    assert student.say("算了", "cancel") == ["utter_cancelled"]
    assert student.talk.case is None and student.talk.open is None and student.talk.city == "shanghai"
    assert student.say("算了", "cancel") == ["utter_nothing_to_cancel"]


def test_an_emergency_stops_everything(student: Dialogue) -> None:
    student.begins_stay()
    assert student.say("在三级医院天台上，不想活了", "crisis", THIRD) == ["utter_crisis"]
    assert student.talk.open is None


def test_only_a_yes_has_everything_deleted(student: Dialogue) -> None:
    student.say("医保费一年多少钱", "premium")
    before = student.talk
    assert student.say("删除我的记录", "erase_me") == ["utter_ask_erase"] and student.effect is None
    assert student.say("先不删", "deny") == ["utter_not_erased"] and student.effect is None
    assert student.talk == before
    student.say("删除我的记录", "erase_me")
    student.say("删除", "erase_me")
    assert student.effect == Effect("erase") and student.talk == Talk()


def test_something_else_than_yes_or_no_ends_the_question_for_a_deletion(student: Dialogue) -> None:
    student.say("删除我的记录", "erase_me")
    (answer,) = student.say("医保费一年多少钱", "premium")
    assert "355 元" in answer and student.talk.open is None and student.effect is None
    student.say("好", "affirm")
    assert student.effect is None


def test_what_was_missing_is_kept_once(student: Dialogue) -> None:
    student.say("医保费一年多少钱", "premium")
    assert student.say("👎", "feedback_down") == ["utter_ask_what_was_missing"]
    assert student.say("说的是去年的", "nlu_fallback") == ["utter_feedback_noted"]
    vote, thumb = student.effect.data
    assert (vote, thumb.subject, thumb.comment) == ("down", "premium", "说的是去年的")
    assert student.say("👎", "feedback_down") == ["utter_feedback_again"] and student.talk.open is None


def test_the_question_for_what_was_missing_ends_silently_when_something_else_is_asked(student: Dialogue) -> None:
    student.say("医保费一年多少钱", "premium")
    student.say("👎", "feedback_down")
    (answer,) = student.say("急诊怎么报？", "emergency_claim")
    assert "依据" in answer and student.talk.open is None and student.effect is None
    assert student.say("好的", "affirm") == ["utter_affirm"] and student.effect is None


def test_a_thumb_up_in_place_of_what_was_missing_ends_the_question_for_it(student: Dialogue) -> None:
    student.say("医保费一年多少钱", "premium")
    student.say("👎", "feedback_down")
    assert student.say("👍", "feedback_up") == ["utter_feedback_up"] and student.talk.open is None
    student.say("我在兰州", "inform", LANZHOU)
    assert student.effect is None and student.talk.city == "lanzhou"


def test_beginning_anew_forgets_everything(student: Dialogue) -> None:
    student.begins_stay()
    assert student.say("重新开始", "start_over") == ["utter_started_over"]
    assert student.talk == Talk() and student.effect == Effect("forget")
    assert student.say("我的情况", "ask_my_details") == ["utter_ask_my_details"]
    assert "【兰州】" in student.say("医保费一年多少钱", "premium")[0]


def test_two_cities_in_a_message_say_nothing_of_his_own() -> None:
    student = Dialogue()
    (answer,) = student.say("上海和兰州的医保费", "premium", SHANGHAI, LANZHOU)
    assert "【上海】" in answer and "【兰州】" in answer and student.talk.city is None
    student.say("我在兰州", "inform", LANZHOU)
    (answer,) = student.say("上海和兰州的医保费", "premium", SHANGHAI, LANZHOU)
    assert "【上海】" in answer and "【兰州】" in answer and student.talk.city == "lanzhou"


def test_facts_after_an_answer_ask_it_again_and_after_a_sum_work_it_out_again(student: Dialogue) -> None:
    student.say("医保费一年多少钱", "premium")
    assert "400 元" in student.say("兰州的呢", "inform", LANZHOU)[0]
    student.say("上海", "inform", SHANGHAI)
    student.say("三级医院住院一万报多少", "calculate_inpatient", THIRD, case=TEN_THOUSAND_IN_A_THIRD)
    assert "7,425.00" in student.say("那二级呢", "inform", entity("level", "2"))[0]


def test_an_impossible_amount_is_named_and_the_question_stays_open(student: Dialogue) -> None:
    student.begins_stay()
    student.say("三级", "inform", THIRD)
    too_much: Dict[str, Any] = {"visits": [{"bill": "10000000000.00"}]}
    heard = student.say("一百亿", "inform", amount("10000000000"), case=too_much)
    assert len(heard) == 2 and student.talk.open == "calculation"
    assert "5,820.00" in student.say("一万", "inform", amount("10000"), case=TEN_THOUSAND)[0]


def test_a_person_is_offered_to_who_is_not_understood_again_and_again(
    student: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Nothing:
        def topics(self, *_: Any) -> List[Any]:
            return []

        def passage(self, *_: Any) -> None:
            return None

    monkeypatch.setattr("bot.dialogue.talking.search", Nothing)
    assert student.say("唔哩", "nlu_fallback") == ["utter_not_understood"]
    assert student.say("唔哩哩", "nlu_fallback") == ["utter_still_not_understood"]
    assert "355 元" in student.say("医保费一年多少钱", "premium")[0]
    assert student.say("唔哩", "nlu_fallback") == ["utter_not_understood"]


def test_nothing_is_changed_in_the_talk_that_is_answered(student: Dialogue) -> None:
    student.begins_stay()
    before = student.talk.copy(deep=True)
    turn = UserTurn("三级", "inform", (THIRD,))
    first: Done = respond(turn, student.talk, student.sources)
    assert student.talk == before and respond(turn, student.talk, student.sources) == first
    assert action_for(turn, student.talk, student.sources) == "action_calculate"
