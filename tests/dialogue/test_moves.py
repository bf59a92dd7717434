"""What a message does to the calculation that was just worked out."""

from typing import Any, Dict, List, Mapping, Optional, Tuple

import pytest
from rasa.core.channels.channel import UserMessage

from bot.dialogue.calculation import update
from bot.dialogue.facts import CalculationState
from bot.dialogue.moves import changed_amount, is_another_bill, next_visit, stated_in_talk
from bot.dialogue.respond import action_for
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.engine.processor import BEFORE, SAID, SAID_BEFORE
from bot.knowledge.base import knowledge
from bot.knowledge.dialogues import load_dialogues
from tests.dialogue.cases import ON, after, amount, entity, inpatient, outpatient, state

Parsed = Tuple[List[Dict[str, Any]], Mapping[str, Any]]
RESULT = "助手：按这些算的：上海，三甲，800 元"
"""What was said before a message that goes on with a result."""


async def parsed(assistant: Any, text: str) -> Parsed:
    """Entities and case of a message that comes after a result."""
    found = await assistant.parse(text, before=RESULT)
    return found["entities"], found.get("case") or {}


TOLD = "按这些算的：上海，三甲，800 元。医保报销 250.00 元，自己付 550.00 元。"
"""The same as the reading model is told it."""


async def turn_after_result(assistant: Any, text: str) -> UserTurn:
    """A message that comes after a result, read by the trained model."""
    message = UserMessage(text, metadata={BEFORE: RESULT, SAID: TOLD, SAID_BEFORE: "三甲门诊800能报多少"})
    return UserTurn.of(text, await assistant.agent.processor.parse_message(message))


def visit(**facts: Any) -> CalculationState:
    return outpatient({"level": "3A", "bill": "800.00"}, **facts)


@pytest.mark.parametrize(
    "text, meant",
    [
        ("搞错了，不是门诊是住院", True),
        ("那要是二级医院呢", True),
        ("换成住院会报几成", True),
        ("里面自费两千", True),
        ("其中200是自费", True),
        ("起付线用过一百五", True),
        ("起付线已经用完了", True),
        ("不是八百是九百", True),
        ("那二级医院要带什么材料", False),
        ("住院要备案吗", False),
        ("自费的两千要怎么报", False),
        ("起付线用完了吗", False),
        ("谢谢", False),
    ],
)
async def test_message_that_changes_the_case_is_told_from_a_new_question(
    assistant: Any, text: str, meant: bool
) -> None:
    told = await turn_after_result(assistant, text)
    talk = Talk(
        city="shanghai", case=visit(counted="none").copy(update={"outputs": {"fund": "250.00", "own": "550.00"}})
    )
    chosen = action_for(told, talk, Sources(knowledge(), ON))
    assert (chosen in ("action_correct", "action_calculate", "action_follow_up")) is meant, (chosen, told.readings)


@pytest.mark.parametrize(
    "text, next_one",
    [("下个月又去了一次560", True), ("后来又看了一次门诊300", True), ("要是560呢", False)],
)
async def test_another_visit_is_recognised(assistant: Any, text: str, next_one: bool) -> None:
    told = await turn_after_result(assistant, text)
    changed = update(visit(counted="none"), told, load_dialogues(), active=False)
    assert changed is not None and ("800" in str(changed.facts["counted"])) is next_one, told.readings


@pytest.mark.parametrize(
    "text, bill",
    [
        ("再多五千呢", "5800.00"),
        ("多花两百呢", "1000.00"),
        ("少两百呢", "600.00"),
        ("涨到一万呢", "10000.00"),
        ("翻倍呢", "1600.00"),
        ("减半呢", "400.00"),
        ("少一千呢", None),
        ("五千呢", None),
        ("那二级呢", None),
    ],
)
async def test_difference_changes_the_last_bill(assistant: Any, text: str, bill: Optional[str]) -> None:
    entities, _ = await parsed(assistant, text)
    assert changed_amount(text, entities, ["300.00", "800.00"]) == bill


async def test_difference_of_nothing_is_none(assistant: Any) -> None:
    entities, _ = await parsed(assistant, "再多五千呢")
    assert changed_amount("再多五千呢", entities, []) is None


@pytest.mark.parametrize(
    "text, own_calculation",
    [("又住了一次院，二级，2100", True), ("门诊900能报多少", True), ("又花了2100", False)],
)
async def test_bill_with_its_care_is_a_calculation_of_its_own(assistant: Any, text: str, own_calculation: bool) -> None:
    entities, _ = await parsed(assistant, text)
    assert is_another_bill(entities) is own_calculation


@pytest.mark.parametrize("counted, then", [("none", "800"), ("200", "1000"), ("full", "full")])
def test_deductible_goes_on_with_what_was_spent_before(counted: str, then: str) -> None:
    told = stated_in_talk([amount("560")], {"visits": [{"bill": "560.00"}]})
    facts = next_visit(visit(counted=counted), told)
    assert facts["visits"] == [{"level": "3A", "bill": "560.00"}]
    assert facts["counted"].removesuffix(".00") == then


def test_bare_number_of_some_size_is_the_bill_of_another_visit() -> None:
    assert stated_in_talk([entity("number", "560", "other")], {})["visits"] == [{"bill": "560.00"}]
    assert "visits" not in stated_in_talk([entity("number", "3", "other")], {})


def test_visit_on_campus_does_not_count_towards_the_deductible() -> None:
    known = outpatient({"level": "campus", "bill": "800.00"}, counted="none")
    facts = next_visit(known, {"visits": [{"level": "2", "bill": "560.00"}]})
    assert (facts["counted"], facts["visits"]) == ("0", [{"level": "2", "bill": "560.00"}])


def test_only_the_covered_part_of_a_visit_counts_towards_the_deductible() -> None:
    """Of 250 yuan 100 are self-paid: 150 of the deductible are used (起付线只算符合医保规定的)."""
    known = outpatient({"level": "2", "bill": "250.00", "outside": "100.00"}, counted="none")
    assert next_visit(known, {"visits": [{"bill": "560.00"}]})["counted"].removesuffix(".00") == "150"
    covered = outpatient({"level": "2", "bill": "250.00", "covered": "150.00"}, counted="none")
    assert next_visit(covered, {"visits": [{"bill": "560.00"}]})["counted"].removesuffix(".00") == "150"


def test_two_visits_are_worked_out_together_when_it_is_unknown_what_was_spent_before() -> None:
    facts = next_visit(visit(), {"visits": [{"level": "2", "bill": "560.00"}]})
    assert facts["visits"] == [{"level": "3A", "bill": "800.00"}, {"level": "2", "bill": "560.00"}]
    assert "counted" not in facts


def test_another_stay_is_the_next_of_the_year() -> None:
    stay = inpatient({"level": "3A", "bill": "10000.00"})
    facts = next_visit(stay, {"visits": [{"bill": "8000.00"}]})
    assert (facts["admission"], facts["visits"]) == ("2", [{"level": "3A", "bill": "8000.00"}])
    third = next_visit(stay.copy(update={"facts": facts}), {"visits": [{"bill": "1.00"}]})
    assert third["admission"] == "3"


def test_two_stays_before_make_the_next_one_the_third() -> None:
    stays = inpatient({"level": "3A", "bill": "10000.00"}, {"level": "3A", "bill": "10000.00"})
    assert next_visit(stays, {"visits": [{"bill": "8000.00"}]})["admission"] == "3"


def test_what_the_fund_paid_for_a_stay_counts_towards_the_ceiling() -> None:
    stay = inpatient({"level": "3A", "bill": "10000.00"}).copy(update={"outputs": {"fund": "5590.00"}})
    assert next_visit(stay, {"visits": [{"bill": "8000.00"}]})["fund_before"] == "5590.00"


def test_another_burden_goes_on_with_the_one_before() -> None:
    ill = state("calculate_serious_illness", own="20000.00")
    facts = next_visit(ill, {"own": "5000.00"})
    assert (facts["own"], facts["burden_before"]) == ("5000.00", "20000.00")


# --- the same through a whole message, after the result was told ---


def test_next_visit_takes_the_place_of_the_one_that_is_paid() -> None:
    case = {"visits": [{"bill": "560.00"}]}
    changed = after(visit(counted="none"), "下个月又去了一次560", amount("560"), case=case, reading="another")
    assert changed.facts == {"visits": [{"level": "3A", "bill": "560.00"}], "counted": "800.00"}


def test_difference_is_added_to_the_last_bill() -> None:
    changed = after(visit(counted="none"), "再多五千呢", entity("number", "5000", "other", start=2))
    assert changed.amounts == ["5800.00"] and changed.facts["counted"] == "none"


def test_difference_of_a_burden_changes_the_burden() -> None:
    ill = state("calculate_serious_illness", own="20000.00")
    assert after(ill, "再多五千呢", entity("number", "5000", "other", start=2)).facts == {"own": "25000.00"}


def test_difference_of_a_bill_is_no_bill_of_its_own_even_where_the_role_says_so() -> None:
    changed = after(visit(), "再多5000块呢", amount("5000", start=2), case={"visits": [{"bill": "5000.00"}]})
    assert changed.visits == [{"level": "3A", "bill": "5800.00"}]


def test_self_paid_part_is_added_to_the_bill_that_is_known() -> None:
    stay = inpatient({"level": "3", "bill": "9000.00"})
    changed = after(stay, "里面自费两千", amount("2000", "outside", 4), case={"visits": [{"outside": "2000.00"}]})
    assert changed.visits == [{"level": "3", "bill": "9000.00", "outside": "2000.00"}]


def test_deductible_that_is_told_later_is_added() -> None:
    told = amount("150", "used", 5)
    changed = after(
        visit(), "起付线用过一百五", told, case={"counted": "150"}, intent="calculate_outpatient", reading="fact"
    )
    assert changed.facts == {"visits": [{"level": "3A", "bill": "800.00"}], "counted": "150"}


@pytest.mark.parametrize(
    "text, role, case",
    [
        ("哦不，是一万三", "bill", {"visits": [{"bill": "13000.00"}]}),
        ("说错了，是一万三", "own_share", {"own": "13000.00"}),
        ("要是一万三呢", "own_share", {"own": "13000.00"}),
        ("要是一万三呢", "guess", {"aside": [{"value": "13000.00", "role": "guess"}]}),
    ],
)
def test_one_amount_of_a_correction_replaces_the_bill(text: str, role: str, case: Mapping[str, Any]) -> None:
    """Whatever role the amount would have elsewhere: what is corrected is what the calculation is about."""
    changed = after(inpatient({"level": "3", "bill": "12000.00"}), text, amount("13000", role), case=case)
    assert changed.facts == {"visits": [{"level": "3", "bill": "13000.00"}]}


def test_corrected_amount_is_named_as_taken_back() -> None:
    case = {"visits": [{"bill": "900.00"}], "aside": [{"value": "800.00", "role": "denied"}]}
    changed = after(visit(), "不是八百是九百", amount("800", "denied", 2), amount("900", start=5), case=case)
    assert changed.visits == [{"level": "3A", "bill": "900.00"}]
    assert changed.facts["aside"] == [{"value": "800.00", "role": "denied"}]


def test_correction_of_a_burden_stays_a_burden() -> None:
    ill = state("calculate_serious_illness", own="20000.00")
    changed = after(ill, "说错了，是三万", entity("number", "30000", "other", start=5))
    assert changed.facts == {"own": "30000.00"}
    billed = after(ill, "说错了，是三万", amount("30000", start=5), case={"visits": [{"bill": "30000.00"}]})
    assert billed.facts["own"] == "30000.00"


def test_another_grade_changes_nothing_but_the_grade() -> None:
    changed = after(visit(counted="none"), "那要是二级医院呢", entity("level", "2"))
    assert changed.facts == {"visits": [{"level": "2", "bill": "800.00"}], "counted": "none"}


def test_new_bill_after_a_result_is_no_addition_to_the_old_one() -> None:
    case = {"visits": [{"care": "outpatient", "level": "2", "bill": "300.00"}]}
    changed = after(
        visit(counted="none"),
        "二级门诊300能报多少",
        amount("300"),
        case=case,
        intent="calculate_outpatient",
        reading="new",
    )
    assert changed.visits == case["visits"]
