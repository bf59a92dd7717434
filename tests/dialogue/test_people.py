"""Whose case is worked out: those of two people are kept apart, in the city of each.

Sums by hand. Shanghai, stays: tertiary 300 yuan, then 60 %; secondary 100, then 75 %: of 10,000 yuan 5,820 and 7,425.
Lanzhou, stays: 三甲 1,400 yuan, then 65 %; of 10,000 yuan 5,590.
"""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from tests.dialogue.cases import Dialogue, amount, entity

ROOMMATE, FRIEND = entity("person", "roommate"), entity("person", "friend")
MYSELF, HE, FIRST = entity("person", "self"), entity("person", "third"), entity("person", "first")
STAY = entity("care", "inpatient")
OWN_SUM, OF_SECONDARY, IN_LANZHOU = "5,820.00", "7,425.00", "5,590.00"


def stay(level: str, bill: str = "10000.00") -> Dict[str, Any]:
    """The case of a message that tells one stay."""
    return {"visits": [{"care": "inpatient", "level": level, "bill": bill}]}


def tells(student: Dialogue, text: str, level: str, *who: Any, reading: str = "person") -> List[str]:
    """A message with a whole stay of 10,000 yuan."""
    entities = (*who, STAY, entity("level", level), amount("10000"))
    return student.say(text, "inform", *entities, case=stay(level), reading=reading, route="inform")


@pytest.fixture
def student() -> Dialogue:
    """Somebody in Shanghai whose own stay was worked out."""
    student = Dialogue(city="shanghai")
    heard = student.say(
        "我三级医院住院一万报多少", "calculate_inpatient", STAY, entity("level", "3"), amount("10000"), case=stay("3")
    )
    assert OWN_SUM in heard[0]
    return student


def test_another_persons_stay_is_worked_out_beside_ones_own(student: Dialogue) -> None:
    assert OF_SECONDARY in tells(student, "我室友二级住院一万", "2", ROOMMATE)[0]
    assert student.talk.person == "roommate"


def test_going_back_to_oneself_gives_the_first_sum(student: Dialogue) -> None:
    tells(student, "我室友二级住院一万", "2", ROOMMATE)
    heard = student.say("那我自己呢", "nlu_fallback", MYSELF, reading="person", route="offer")
    assert OWN_SUM in heard[0] and OF_SECONDARY not in heard[0]
    assert student.talk.person is None


def test_one_goes_to_and_fro_between_two_people(student: Dialogue) -> None:
    tells(student, "我室友二级住院一万", "2", ROOMMATE)
    student.say("那我自己呢", "nlu_fallback", MYSELF, reading="person", route="offer")
    heard = student.say("室友那个再说一遍", "nlu_fallback", ROOMMATE, reading="again", route="offer")
    assert OF_SECONDARY in heard[0]
    heard = student.say("我的呢", "nlu_fallback", MYSELF, reading="person", route="offer")
    assert OWN_SUM in heard[0]


def test_he_is_who_was_spoken_of_last(student: Dialogue) -> None:
    tells(student, "我室友二级住院一万", "2", ROOMMATE)
    tells(student, "我朋友三级住院一万", "3", FRIEND)
    student.say("我自己呢", "nlu_fallback", MYSELF, reading="person", route="offer")
    student.say("他要是一级呢", "inform", HE, entity("level", "1"), reading="vary", route="inform")
    assert student.talk.person == "friend"


def test_what_is_changed_of_one_person_changes_nothing_of_the_other(student: Dialogue) -> None:
    tells(student, "我室友二级住院一万", "2", ROOMMATE)
    # (20,000 - 100) * 75 %
    changed = student.say(
        "说错了，他是两万", "inform", HE, amount("20000"), case={"visits": [{"bill": "20000.00"}]}, reading="correct"
    )
    assert "14,925.00" in changed[0]
    assert OWN_SUM in student.say("那我自己呢", "nlu_fallback", MYSELF, reading="person", route="offer")[0]


def test_each_is_paid_in_his_own_city(student: Dialogue) -> None:
    lanzhou = (ROOMMATE, entity("city", "lanzhou"))
    assert IN_LANZHOU in tells(student, "我室友在兰州，三甲住院一万", "3A", *lanzhou)[0]
    assert student.talk.city == "lanzhou"
    own = student.say("那我自己呢", "nlu_fallback", MYSELF, reading="person", route="offer")
    assert OWN_SUM in own[0] and student.talk.city == "shanghai"
    again = student.say("室友的再说一遍", "nlu_fallback", ROOMMATE, reading="again", route="offer")
    assert IN_LANZHOU in again[0] and student.talk.city == "lanzhou"


def test_person_who_is_only_quoted_in_a_doubt_switches_nothing(student: Dialogue) -> None:
    heard = student.say("我室友说能报七成啊", "nlu_fallback", ROOMMATE, reading="doubt", route="offer")
    assert OWN_SUM in heard[0]
    assert student.talk.person is None and student.talk.others == {}


def test_several_people_of_one_message_switch_nothing(student: Dialogue) -> None:
    student.say("室友和朋友都住过院", "inform", ROOMMATE, FRIEND, reading="person", route="inform")
    assert student.talk.person is None


def test_my_of_a_relation_is_not_the_student_himself(student: Dialogue) -> None:
    tells(student, "我室友二级住院一万", "2", ROOMMATE)
    student.say("我室友那次是三级", "inform", FIRST, ROOMMATE, entity("level", "3"), reading="correct", route="inform")
    assert student.talk.person == "roommate"


def test_case_of_a_person_who_tells_no_bill_begins_with_the_bill_spoken_of(student: Dialogue) -> None:
    heard = student.say("我室友去的二级呢", "inform", ROOMMATE, entity("level", "2"), reading="person", route="inform")
    assert OF_SECONDARY in heard[0]
    assert OWN_SUM in student.say("那我自己呢", "nlu_fallback", MYSELF, reading="person", route="offer")[0]


def test_open_question_of_one_person_is_not_answered_by_anothers_case() -> None:
    student = Dialogue(city="shanghai")
    student.say("我住院能报多少", "calculate_inpatient", STAY)
    assert student.talk.open == "calculation"
    assert OF_SECONDARY in tells(student, "我室友二级住院一万", "2", ROOMMATE)[0]
    assert student.talk.others[""].amounts == [] and student.talk.others[""].visits == []


def test_first_person_that_is_named_without_a_case_before_is_kept_as_whose_it_is() -> None:
    student = Dialogue(city="shanghai")
    heard = student.say(
        "我室友三级住院一万报多少", "calculate_inpatient", ROOMMATE, STAY, entity("level", "3"), amount("10000"),
        case=stay("3"), reading="new",
    )  # fmt: skip
    assert OWN_SUM in heard[0] and student.talk.person == "roommate"
    assert OF_SECONDARY in tells(student, "我自己二级住院一万", "2", MYSELF)[0]
    assert student.talk.person is None and set(student.talk.others) == {"roommate"}


def test_case_of_somebody_unnamed_is_not_the_students_own(student: Dialogue) -> None:
    student.say("他要是二级呢", "inform", HE, entity("level", "2"), reading="person", route="inform")
    assert OWN_SUM in student.say("那我自己呢", "nlu_fallback", MYSELF, reading="person", route="offer")[0]


def test_who_is_asked_is_not_whose_case_it_is(student: Dialogue) -> None:
    student.say("我去问一下同学", "nlu_fallback", entity("person", "classmate"), reading="wait", route="offer")
    assert student.talk.person is None


def test_asking_what_somebody_got_gives_his_sum_beside_an_open_question(student: Dialogue) -> None:
    tells(student, "我室友二级住院一万", "2", ROOMMATE)
    student.say("那我朋友住院5000", "inform", FRIEND, STAY, amount("5000"), reading="person", route="inform")
    heard = student.say("我室友报多少来着", "nlu_fallback", ROOMMATE, reading="again", route="offer")
    assert OF_SECONDARY in " ".join(heard)
