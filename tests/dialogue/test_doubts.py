"""A number whose role the words do not give is asked about, and the answer gives it its role."""

from typing import Any, Dict, List

import pytest

from bot.dialogue.doubts import MEANINGS, ROLE, role_question, with_role
from bot.dialogue.facts import CalculationState, chosen_in
from tests.dialogue.cases import after_answer, amount, inpatient, worked_out

STAY = {"care": "inpatient", "level": "3", "bill": "9000.00"}
DOUBT = {"value": "2000.00", "candidates": ["another", "part", "outside", "aside"]}


def doubtful() -> CalculationState:
    return inpatient(STAY, doubts=[DOUBT])


def test_question_names_the_number_and_what_it_could_be() -> None:
    asking = role_question(doubtful().facts)
    assert asking is not None and asking.fact == ROLE
    assert asking.text.startswith("2,000 元是") and asking.text.endswith("？")
    assert all(part in asking.text for part in ("另一次", "总额", "自费", "没有关系"))
    assert [choice["value"] for choice in asking.choices] == DOUBT["candidates"]
    assert len({choice["title"] for choice in asking.choices}) == 4


def test_no_doubt_no_question() -> None:
    assert role_question({}) is None and role_question({"visits": [STAY], "doubts": []}) is None


def test_buttons_of_the_meanings_differ() -> None:
    """Two buttons of one question that say the same could not be told apart."""
    assert len({title for _, title in MEANINGS.values()}) == len(MEANINGS)


@pytest.mark.parametrize(
    "role, changed",
    [
        ("another", {"visits": [STAY, {"care": "inpatient", "level": "3", "bill": "2000.00"}]}),
        ("part", {"visits": [{**STAY, "parts": ["2000.00"]}]}),
        ("outside", {"visits": [{**STAY, "outside": "2000.00"}]}),
        ("own", {"visits": [STAY], "own": "2000.00"}),
        ("used", {"visits": [STAY], "counted": "2000.00"}),
        ("fund_paid", {"visits": [STAY], "fund_paid": "2000.00"}),
        ("aside", {"visits": [STAY], "aside": [{"value": "2000.00", "role": "other"}]}),
    ],
)
def test_answer_gives_the_number_its_role(role: str, changed: Dict[str, Any]) -> None:
    assert with_role(doubtful().facts, role) == changed


def test_covered_part_leaves_the_bill_that_it_is_of() -> None:
    """9,000 of which 7,000 are covered stays a bill of 9,000: the rest is the student's."""
    facts = with_role(
        inpatient(STAY, doubts=[{"value": "7000.00", "candidates": ["covered", "aside"]}]).facts, "covered"
    )
    assert facts["visits"] == [{**STAY, "covered": "7000.00"}]


def test_only_number_of_a_case_becomes_its_bill() -> None:
    facts = {"visits": [{"level": "2"}], "doubts": [{"value": "800.00", "candidates": ["counted", "aside"]}]}
    assert with_role(facts, "counted") == {"visits": [{"level": "2", "bill": "800.00"}]}
    assert with_role({"doubts": facts["doubts"]}, "another") == {"visits": [{"bill": "800.00"}]}


def test_doubts_are_asked_about_one_after_the_other() -> None:
    facts = inpatient(STAY, doubts=[DOUBT, {**DOUBT, "value": "50.00"}]).facts
    left = with_role(facts, "outside")
    asking = role_question(left)
    assert asking is not None and asking.text.startswith("50 元是")
    assert role_question(with_role(left, "aside")) is None


def test_nothing_is_worked_out_while_a_number_is_in_doubt() -> None:
    outcome = worked_out(doubtful())
    assert outcome.result is None and outcome.asking is not None and outcome.asking.fact == ROLE


@pytest.mark.parametrize(
    "text, fund, own",
    [
        # (7000 − 300) × 60 % = 4,020.00 of 9,000
        ("里面的自费", "4020.00", "4980.00"),
        # (9000 − 300) × 60 % = 5,220.00 and (2000 − 300) × 60 % = 1,020.00 of 11,000
        ("另一次的费用", "6240.00", "4760.00"),
        ("总额里的一项", "5220.00", "3780.00"),
        ("和报销无关", "5220.00", "3780.00"),
    ],
)
def test_sum_follows_the_button_that_is_tapped(text: str, fund: str, own: str) -> None:
    asked = doubtful().copy(update={"asking": role_question(doubtful().facts)})
    outcome = worked_out(after_answer(asked, text))
    assert outcome.result is not None
    assert {name: str(outcome.result.outputs[name]) for name in ("fund", "own")} == {"fund": fund, "own": own}


@pytest.mark.parametrize(
    "text, role", [("1", "another"), ("3", "outside"), ("里面的自费", "outside"), ("天气不错", None)]
)
def test_choice_is_taken_by_its_number_or_its_words(text: str, role: Any) -> None:
    asking = role_question(doubtful().facts)
    entities: List[Any] = [{"entity": "number", "value": text}] if text.isdigit() else []
    assert asking is not None and chosen_in(asking, text, entities, None) == role


def test_button_of_a_part_that_is_read_as_amounts_all_the_same_gives_the_role() -> None:
    """自费 2000 in words instead of the button: it is a self-paid part of the bill, and asked no second time."""
    asked = doubtful().copy(update={"asking": role_question(doubtful().facts)})
    case = {"visits": [{"outside": "2000.00"}]}
    changed = after_answer(asked, "是自费的2000", amount("2000", "outside", 4), case=case)
    assert changed.visits == [{**STAY, "outside": "2000.00"}]
    assert not changed.facts.get("doubts")
