from typing import Any, Dict, List, Optional

import pytest

from bot.dialogue.facts import CalculationState
from bot.dialogue.moves import changed_amount, is_next_visit, means_calculation, next_visit, stated_in_talk
from bot.nlu.entities import entity_finder
from bot.nlu.text import normalise


def entities(text: str) -> List[Dict[str, Any]]:
    return entity_finder().find(normalise(text))


def visit(**facts: Any) -> CalculationState:
    return CalculationState(intent="calculate_outpatient", facts={"level": ["3A"], "amount": ["800.00"], **facts})


@pytest.mark.parametrize(
    "text, meant",
    [
        ("搞错了，不是门诊是住院", True),
        ("那要是二级医院呢", True),
        ("换成住院会报几成", True),
        ("那二级医院要带什么材料", False),
        ("住院要备案吗", False),
        ("谢谢", False),
    ],
)
def test_message_that_changes_the_bill_is_told_from_a_new_question(text: str, meant: bool) -> None:
    assert means_calculation(text, entities(text)) is meant


@pytest.mark.parametrize(
    "text, amounts",
    [
        ("再多五千呢", ["5800.00"]),
        ("多花两百呢", ["1000.00"]),
        ("少两百呢", ["600.00"]),
        ("少一千呢", None),
        ("五千呢", None),
        ("那二级呢", None),
    ],
)
def test_difference_changes_the_last_bill(text: str, amounts: Optional[List[str]]) -> None:
    assert changed_amount(text, entities(text), ["800.00"]) == amounts


@pytest.mark.parametrize("text, next_one", [("下个月又去了一次560", True), ("后来又看了一次门诊300", True), ("560", False)])
def test_another_visit_is_recognised(text: str, next_one: bool) -> None:
    assert is_next_visit(text, entities(text), visit()) is next_one


def test_deductible_goes_on_with_what_was_spent_before() -> None:
    facts = stated_in_talk(entities("下个月又去了一次560"))
    assert facts == {"amount": ["560.00"]}
    assert next_visit(visit(counted="none"), facts)["counted"] == "800.00"
    assert next_visit(visit(counted="200"), facts)["counted"] == "1000.00"
    assert next_visit(visit(counted="full"), facts)["counted"] == "full"


def test_visit_on_campus_does_not_count_towards_the_deductible() -> None:
    state = visit(counted="none").copy(
        update={"facts": {"level": ["campus"], "amount": ["800.00"], "counted": "none"}}
    )
    after = next_visit(state, {"amount": ["560.00"], "level": ["2"]})
    assert (after["counted"], after["level"], after["amount"]) == ("0", ["2"], ["560.00"])


def test_two_visits_are_worked_out_together_when_it_is_unknown_what_was_spent_before() -> None:
    after = next_visit(visit(), {"amount": ["560.00"], "level": ["2"]})
    assert (after["amount"], after["level"]) == (["800.00", "560.00"], ["3A", "2"])
    assert "counted" not in after


def test_another_stay_is_the_next_of_the_year() -> None:
    stay = CalculationState(intent="calculate_inpatient", facts={"level": ["3A"], "amount": ["10000.00"]})
    after = next_visit(stay, {"amount": ["8000.00"]})
    assert (after["admission"], after["amount"]) == ("2", ["8000.00"])
    assert next_visit(stay.copy(update={"facts": after}), {"amount": ["1.00"]})["admission"] == "3"
