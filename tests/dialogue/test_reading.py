"""What a message does by its reading: after the answer to a topic, after a sum, while a question is open, in a hand-over."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

import pytest

from bot.dialogue.facts import CalculationState
from bot.dialogue.reading import LIKELY, asks_about_last, edits_case, is_read_as, likeliest, share, states_facts
from bot.dialogue.respond import SURELY, action_for
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.knowledge.base import knowledge
from tests.dialogue.cases import ON, Dialogue, amount, entity, inpatient, read_as, worked_out

GRADE = "住的是一级、二级还是三级医院？"
STAY, THIRD, SECOND = entity("care", "inpatient"), entity("level", "3"), entity("level", "2")
TERTIARY: Dict[str, Any] = {"visits": [{"care": "inpatient", "level": "3", "bill": "10000.00"}]}
BILL: Dict[str, Any] = {"visits": [{"bill": "10000.00"}]}


def finished() -> CalculationState:
    """A stay that was worked out: (10,000 - 300) * 60 % = 5,820."""
    return inpatient(*TERTIARY["visits"]).copy(update={"outputs": {"fund": "5820.00", "own": "4180.00"}})


def asking() -> CalculationState:
    """A stay whose bill is asked for."""
    known = inpatient({"care": "inpatient", "level": "3"})
    return known.copy(update={"asking": worked_out(known).asking})


TALKS: Mapping[str, Talk] = {
    "nothing": Talk(city="shanghai"),
    "topic": Talk(city="shanghai", topic="premium"),
    "sum": Talk(city="shanghai", case=finished()),
    "question": Talk(city="shanghai", case=asking()),
}
"""What was said before a message."""


def action(talk: Talk, text: str, *entities: Any, reading: str = "", **more: Any) -> str:
    """The action that a message wants; the words alone place it nowhere unless told otherwise."""
    unplaced = {"intent": "nlu_fallback", "route": "offer", "readings": read_as(reading)}
    turn = UserTurn(text, entities=entities, **{**unplaced, **more})
    return action_for(turn, talk, Sources(knowledge(), ON)).removeprefix("action_")


# --- readings ---


@pytest.mark.parametrize("doubt, changes", [(0.1, True), (0.5, False)])
def test_a_sum_of_an_unclear_message_changes_the_case_only_when_it_doubts_less(doubt: float, changes: bool) -> None:
    """那就该是500啊 after a sum is rather a doubt than a bill of 500 yuan."""
    readings = {"correct": 0.4, "doubt": doubt, "vary": 0.0}
    turn = UserTurn(
        "那就该是500啊", "nlu_fallback", [amount("500")], {"visits": [{"bill": "500.00"}]}, readings=readings
    )
    assert edits_case(turn, TALKS["sum"]) is changes


def test_readings_of_a_group_add_up_and_the_likeliest_is_told() -> None:
    turn = UserTurn("那三级呢", "inform", [THIRD], readings={"vary": 0.4, "correct": 0.3, "ack": 0.3})
    assert share(turn, ("vary", "correct")) == pytest.approx(0.7)
    assert likeliest(turn) == likeliest(turn, ("vary", "correct")) == "vary" and likeliest(turn, ("ack",)) == "ack"
    assert not is_read_as(turn, "vary") and is_read_as(turn, "none") is False


def test_message_that_was_not_read_does_nothing_by_its_reading() -> None:
    turn = UserTurn("那三级呢", "inform", [THIRD])
    assert share(turn, ("vary",)) == 0.0 and likeliest(turn) == "" and not asks_about_last(turn)
    assert not edits_case(turn, TALKS["sum"])


def test_a_case_is_changed_only_by_what_states_something_of_one() -> None:
    states = UserTurn("那三级呢", "inform", [THIRD], readings={"vary": 1.0})
    bare = UserTurn("那呢", "inform", [], readings={"vary": 1.0})
    assert states_facts(states) and not states_facts(bare)
    assert edits_case(states, TALKS["sum"]) and not edits_case(bare, TALKS["sum"])
    assert not edits_case(states, TALKS["topic"])


def test_a_new_question_that_is_likelier_than_a_change_changes_nothing() -> None:
    turn = UserTurn("三级住院要带什么", "inform", [THIRD], readings={"vary": 0.45, "new": 0.55})
    assert not edits_case(turn, TALKS["sum"])


# --- one reading in each place of a talk ---


@pytest.mark.parametrize(
    "reading, topic, total, question",
    [
        ("vary", "refer", "about_result", "offer"),
        ("aspect", "refer", "about_result", "offer"),
        ("doubt", "refer", "about_result", "offer"),
        ("explain", "refer", "about_result", "offer"),
        ("again", "refer", "about_result", "offer"),
        ("correct", "offer", "ask_correction", "offer"),
        ("dont_know", "dont_know", "dont_know", "dont_know"),
        ("wait", "wait", "wait", "wait"),
        ("cancel", "cancel", "cancel", "cancel"),
        ("handover", "hand_over", "hand_over", "hand_over"),
        ("ack", "acknowledge", "acknowledge", "acknowledge"),
        ("resume", "refer", "about_result", "offer"),
        ("person", "refer", "about_result", "offer"),
        ("new", "offer", "offer", "offer"),
        ("chat", "offer", "offer", "offer"),
    ],
)
def test_reading_of_a_message_that_states_nothing(reading: str, topic: str, total: str, question: str) -> None:
    """Its words place it nowhere; where nothing was said before, it is met with an offer whatever it reads as."""
    found = {place: action(talk, "嗯那个那个", reading=reading) for place, talk in TALKS.items()}
    assert found == {"nothing": "offer", "topic": topic, "sum": total, "question": question}


@pytest.mark.parametrize("reading", ["answer", "fact", "correct", "vary", "another", "resume", "choose", "person"])
def test_facts_that_read_as_a_change_change_the_case(reading: str) -> None:
    told = {"reading": reading, "intent": "inform", "route": "inform"}
    assert action(TALKS["sum"], "二级的", SECOND, **told) == "correct"
    assert action(TALKS["question"], "二级的", SECOND, **told) == "calculate"


@pytest.mark.parametrize("reading", ["aspect", "doubt", "explain", "again"])
def test_facts_that_read_as_a_question_on_the_sum_change_nothing(reading: str) -> None:
    """学姐说二级的吧: the grade is quoted, the sum is told once more."""
    assert action(TALKS["sum"], "二级的", SECOND, reading=reading, intent="inform", route="inform") == "about_result"


# --- a weak intent and a sure reading ---


def ranked(intent: str, confidence: float) -> Dict[str, Any]:
    """What the words of a message are taken for alone."""
    return {"intent": intent, "route": "answer", "ranking": [{"name": intent, "confidence": confidence}]}


def test_a_weak_intent_does_not_beat_a_sure_reading() -> None:
    assert action(TALKS["sum"], "这么少啊", reading="doubt", **ranked("remote_filing", 0.3)) == "about_result"
    assert action(TALKS["sum"], "二级的", SECOND, reading="vary", **ranked("remote_filing", 0.3)) == "correct"


def test_a_sure_intent_is_answered_whatever_the_reading() -> None:
    assert action(TALKS["sum"], "异地怎么备案", reading="aspect", **ranked("remote_filing", 0.95)) == "answer"
    assert action(TALKS["topic"], "异地怎么备案", reading="vary", **ranked("remote_filing", 0.95)) == "answer"


def test_words_of_farewell_do_not_beat_a_case_that_goes_on() -> None:
    """继续吧 3700 sounds like a cancel or a farewell alone."""
    told = {"intent": "cancel", "route": "offer", "case": {"visits": [{"bill": "3700.00"}]}}
    assert action(TALKS["sum"], "继续吧 3700", amount("3700"), reading="correct", **told) == "correct"
    unsure = {"correct": SURELY - 0.3, "cancel": 0.6}
    assert action(TALKS["sum"], "算了吧 3700", amount("3700"), **{**told, "readings": unsure}) != "correct"


def test_an_unlikely_reading_decides_nothing() -> None:
    below = {"cancel": LIKELY - 0.1, "wait": LIKELY - 0.1, "new": 0.2}
    assert action(TALKS["question"], "那个", readings=below) != "cancel"


# --- urgent ---


@pytest.mark.parametrize("place", sorted(TALKS))
@pytest.mark.parametrize("reading", ["answer", "correct", "cancel", "wait", "handover", "person"])
def test_urgent_always_wins(place: str, reading: str) -> None:
    told = {"intent": "emergency", "route": "urgent", "reading": reading}
    assert action(TALKS[place], "室友晕倒了，三级医院", THIRD, **told) == "urgent"


def test_urgent_wins_inside_a_hand_over_and_ends_it() -> None:
    student = Dialogue(city="shanghai")
    student.say("转人工", "human_handover", reading="handover", route="chat")
    assert student.say("室友晕倒了", "emergency", reading="answer", route="urgent") == ["utter_emergency"]
    assert student.talk.open is None


# --- an open question ---


@pytest.fixture
def student() -> Dialogue:
    """Somebody in Shanghai."""
    return Dialogue(city="shanghai")


def worked_out_stay(student: Dialogue) -> None:
    """三级住院一万 with its sum."""
    heard = student.say("三级住院一万报多少", "calculate_inpatient", STAY, THIRD, amount("10000"), case=TERTIARY)
    assert "5,820.00" in heard[0]


def test_wait_keeps_the_question_without_asking_again(student: Dialogue) -> None:
    assert student.begins_stay() == [GRADE]
    assert student.say("我去问问", "nlu_fallback", reading="wait", route="offer") == ["utter_wait"]
    assert student.talk.open == "calculation"
    heard = student.say("问到了是三级", "inform", THIRD, reading="resume", route="inform")
    assert "60%" in heard[0] and "多少元" in heard[-1]


def test_not_knowing_asks_again_without_blame(student: Dialogue) -> None:
    student.begins_stay()
    heard = student.say("不知道几级", "unsure", reading="dont_know", route="chat")
    assert heard == ["utter_unsure_of_grade", GRADE]


def test_not_knowing_the_bill_is_told_where_it_stands(student: Dialogue) -> None:
    student.begins_stay()
    student.say("三级", "inform", THIRD, reading="answer", route="inform")
    help_, question = student.say("记不清了", "unsure", reading="dont_know", route="chat")
    assert help_ == "utter_unsure" and "没对上" not in question and "多少元" in question


def test_message_that_answers_nothing_is_told_so(student: Dialogue) -> None:
    student.begins_stay()
    (again,) = student.say("呃", "nlu_fallback", route="offer")
    assert again != GRADE and again.endswith(GRADE)


def test_answer_counts_although_it_sounds_like_not_knowing(student: Dialogue) -> None:
    """好像是三级 gives the grade."""
    student.begins_stay()
    heard = student.say("好像是三级", "unsure", THIRD, reading="dont_know", route="chat")
    assert "60%" in heard[0]


def test_cancelled_calculation_is_taken_up_again(student: Dialogue) -> None:
    student.begins_stay()
    student.say("三级", "inform", THIRD, reading="answer", route="inform")
    assert student.say("算了", "cancel", reading="cancel", route="chat") == ["utter_cancelled"]
    heard = student.say("还是算吧，一万", "inform", amount("10000"), case=BILL, reading="resume", route="inform")
    assert "5,820.00" in heard[0]


# --- hand-overs ---


def test_cancel_inside_a_hand_over_ends_it(student: Dialogue) -> None:
    """In whatever words: 别转了 is no answer to how one is reached."""
    worked_out_stay(student)
    student.say("转人工", "human_handover", reading="handover", route="chat")
    assert student.talk.open == "hand_over"
    assert student.say("别转了", "nlu_fallback", reading="cancel", route="offer") == ["utter_handover_cancelled"]
    assert student.talk.open is None and student.effect is None


def test_leaving_no_contact_is_no_cancel(student: Dialogue) -> None:
    worked_out_stay(student)
    student.say("转人工", "human_handover", reading="handover", route="chat")
    student.say("不用了", "deny", reading="cancel", route="chat")
    assert student.effect is not None and student.effect.kind == "open_ticket"


@pytest.mark.parametrize("asked_before", [True, False])
def test_hand_over_is_given_up_with_a_bill(student: Dialogue, asked_before: bool) -> None:
    """Whether it asks what it is about or how one is reached."""
    if asked_before:
        worked_out_stay(student)
    student.say("转人工", "human_handover", reading="handover", route="chat")
    case = {"visits": [{"care": "inpatient", "level": "2", "bill": "6000.00"}]}
    told = (STAY, SECOND, amount("6000"))
    heard = student.say("不等了，二级住院6000", "calculate_inpatient", *told, case=case, reading="new", route="answer")
    # (6,000 - 100) * 75 %
    assert "4,425.00" in heard[0] and len(heard) == 1
    assert student.talk.open is None and student.effect is None


def test_what_a_hand_over_is_about_may_be_told_with_facts(student: Dialogue) -> None:
    student.say("转人工", "human_handover", reading="handover", route="chat")
    (asked,) = student.say("三级医院的发票丢了", "claim_materials", THIRD, reading="answer", route="answer")
    assert "三级医院的发票丢了" in asked and student.talk.open == "hand_over"


# --- what was worked out or answered before ---


def test_resume_returns_to_the_earlier_sum(student: Dialogue) -> None:
    worked_out_stay(student)
    gap = {"lapsed_years": 3}
    student.say("断保三年要等几个月", "calculate_waiting", entity("years", "3", "lapsed"), case=gap, reading="new")
    heard = student.say("回到刚才那个住院", "nlu_fallback", STAY, reading="resume", route="offer")
    assert "5,820.00" in heard[0]


def test_question_on_the_student_share_after_another_topic_returns_to_the_sum(student: Dialogue) -> None:
    worked_out_stay(student)
    student.say("异地怎么备案", "remote_filing", reading="new", **_sure("remote_filing"))
    heard = student.say("那刚才我自己出多少", "premium", reading="aspect", route="answer")
    assert "4,180.00" in heard[0]


def _sure(intent: str) -> Dict[str, Any]:
    return {"route": "answer", "ranking": [{"name": intent, "confidence": 0.97}]}


def both_questions(student: Dialogue) -> List[str]:
    """Two numbered questions in one message."""
    questions = (
        {"text": "保费多少", "intent": "premium", "entities": []},
        {"text": "异地怎么备案", "intent": "remote_filing", "entities": []},
    )
    return student.say("1保费多少 2异地怎么备案", "several_questions", questions=questions, route="several")


@pytest.mark.parametrize("ordinal, part, topic", [("1", "医保费", "premium"), ("2", "备案", "remote_filing")])
def test_numbered_part_is_found_again(student: Dialogue, ordinal: str, part: str, topic: str) -> None:
    heard = both_questions(student)
    assert "355 元" in heard[0] and "备案" in heard[0]
    told = student.say("那个怎么办", "ask_how", entity("ordinal", ordinal), reading="aspect", route="chat")
    assert part in told[0] and student.talk.topic == topic


def test_number_of_a_new_question_means_no_part(student: Dialogue) -> None:
    """第一次住院 counts stays."""
    both_questions(student)
    student.say("第一次住院要备案吗", "nlu_fallback", entity("ordinal", "1"), reading="new", route="offer")
    assert student.talk.topic == "remote_filing"


def test_numbered_part_is_chosen(student: Dialogue) -> None:
    both_questions(student)
    heard = student.say("第一个", "nlu_fallback", entity("ordinal", "1"), reading="choose", route="offer")
    assert "355 元" in heard[0]


def test_ordinal_after_a_sum_is_no_question_of_an_earlier_message(student: Dialogue) -> None:
    """第二次住院 counts stays: the sum is explained, not the second question of before."""
    both_questions(student)
    worked_out_stay(student)
    ordinal = entity("ordinal", "2")
    heard = student.say("第二次住院也这么算吗", "nlu_fallback", ordinal, reading="explain", route="offer")
    assert "5,820.00" in heard[0]


@pytest.mark.parametrize("text", ["再说一遍", "没看懂"])
def test_repetition_of_an_answer_is_not_called_unwritten(student: Dialogue, text: str) -> None:
    student.say("医保费一年多少钱", "premium", reading="new", route="answer")
    heard = student.say(text, "nlu_fallback", reading="again", route="offer")
    assert "这一点文件没有写" not in heard[0]


def test_who_does_not_know_again_and_again_is_offered_a_person(student: Dialogue) -> None:
    student.begins_stay()
    for _ in range(4):
        student.say("不知道几级", "unsure", reading="dont_know", route="chat")
    assert student.talk.asking is not None and student.talk.asking.times > 1
