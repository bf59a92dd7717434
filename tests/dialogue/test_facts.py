"""What a message tells becomes facts, and facts become the input of a city's calculation."""

from datetime import date
from typing import Any, Dict, List

import pytest

from bot.dialogue.facts import Asking, answer_to, build_inputs, dialogue_for, is_question, read_facts
from bot.knowledge.dialogues import load_dialogues
from tests.dialogue.cases import amount, entity

PLACES = Asking(
    fact="level",
    text="?",
    choices=[{"value": "campus", "title": "校内医疗机构"}, {"value": "tier3", "title": "三级医院"}],
)
LOW_INCOME = Asking(
    fact="status", text="?", choices=[{"value": True, "title": "是"}, {"value": False, "title": "不是"}]
)
AMOUNT = Asking(fact="amount", text="?", row=0)
REPAID = Asking(fact="repaid_years", text="?")
BURDEN = Asking(fact="own", text="?")
LEVEL_OF_SECOND = PLACES.copy(update={"row": 1})


def test_case_of_a_message_is_taken_as_it_is() -> None:
    case = {
        "visits": [{"care": "inpatient", "level": "3A", "bill": "9000.00", "outside": "2000.00"}],
        "admission": 2,
        "aside": [{"value": "50.00", "role": "excluded", "word": "打车"}],
    }
    facts = read_facts([amount("9000"), amount("2000", "outside"), amount("50", "excluded")], case)
    assert facts == {"visits": case["visits"], "aside": case["aside"], "admission": "2"}


def test_amount_without_a_case_is_no_fact() -> None:
    """What a number does is told by the case alone, never guessed from the entity."""
    assert read_facts([amount("600", "guess"), amount("900", "bill")]) == {}


@pytest.mark.parametrize(
    "told, facts",
    [
        ([entity("status", "dibao"), entity("city", "shanghai")], {"status": "dibao"}),
        ([entity("gate", "waiting")], {"waiting": True}),
        ([entity("gate", "unfiled")], {"filed": False}),
        ([entity("level", "2")], {"visits": [{"level": "2"}]}),
        ([entity("level", "2"), entity("level", "3")], {"visits": [{"level": "2"}, {"level": "3"}]}),
        ([entity("year", "2025", "calendar")], {"calendar_year": "2025"}),
        ([entity("year", "2", "study")], {}),
        ([entity("number", "3", "other", unit="year")], {"years": "3"}),
        ([entity("denied", "dialysis=yes")], {"dialysis": "no"}),
        ([entity("disease", "other")], {"disease": "other", "dialysis": "no"}),
    ],
)
def test_words_are_facts_of_their_own(told: List[Any], facts: Dict[str, Any]) -> None:
    assert read_facts(told) == facts


def test_day_of_the_receipt_is_meant_and_not_today() -> None:
    dates = [entity("date", "--11-29", "today"), entity("date", "--03-01", "receipt")]
    assert read_facts(dates)["date"] == "--03-01"
    assert read_facts(dates[:1])["date"] == "--11-29"


def test_denied_day_is_no_day() -> None:
    assert read_facts([entity("date", "--11-29", "denied")]) == {}


def test_lapsed_years_of_a_spoken_range_keep_both_ends() -> None:
    facts = read_facts([], {"lapsed_years": 5, "lapsed_years_high": 6, "repaid_years": 0})
    assert facts == {"lapsed_years": "5", "lapsed_years_high": "6", "repaid_years": "0"}


@pytest.mark.parametrize(
    "asking, text, entities, yes_no, facts",
    [
        (PLACES, "三级医院", [entity("level", "3")], None, {"visits": [{"level": "tier3"}]}),
        (PLACES, "三甲", [entity("level", "3A")], None, {"visits": [{"level": "3A"}]}),
        (PLACES, "2", [entity("number", "2", "other")], None, {"visits": [{"level": "tier3"}]}),
        (PLACES, "3", [entity("number", "3", "other")], None, {}),
        (LOW_INCOME, "对", [], True, {"status": True}),
        (LOW_INCOME, "不是", [], False, {"status": False}),
        (LOW_INCOME, "我家是低保", [entity("status", "dibao")], None, {"status": "dibao"}),
        (AMOUNT, "800", [entity("number", "800", "other")], None, {"visits": [{"bill": "800.00"}]}),
        (AMOUNT, "八百块", [amount("800", "own_share")], None, {"visits": [{"bill": "800.00"}]}),
        (AMOUNT, "不知道", [], None, {}),
        (REPAID, "两年", [entity("number", "2", "other", unit="year")], None, {"repaid_years": 2}),
        (REPAID, "3", [entity("number", "3", "other")], None, {"repaid_years": 3}),
        (REPAID, "从来没补过，一直在交", [], None, {"repaid_years": 0}),
        (BURDEN, "12000", [entity("number", "12000", "other")], None, {"own": "12000"}),
    ],
)
def test_answers_to_an_open_question(
    asking: Asking, text: str, entities: List[Any], yes_no: Any, facts: Dict[str, Any]
) -> None:
    assert answer_to(asking, text, entities, yes_no) == facts


def test_answer_to_the_amount_goes_to_the_visit_that_was_asked_about() -> None:
    known = [{"level": "3A", "bill": "800.00"}, {"level": "2"}]
    facts = answer_to(AMOUNT.copy(update={"row": 1}), "500", [entity("number", "500", "other")], None, {}, known)
    assert facts == {"visits": [{"level": "3A", "bill": "800.00"}, {"level": "2", "bill": "500.00"}]}


def test_answer_to_the_place_goes_to_the_visit_that_was_asked_about() -> None:
    known = [{"level": "2", "bill": "200.00"}, {"bill": "450.00"}]
    facts = answer_to(LEVEL_OF_SECOND, "三级医院", [entity("level", "3")], None, {}, known)
    assert facts["visits"] == [{"level": "2", "bill": "200.00"}, {"level": "tier3", "bill": "450.00"}]


def test_amount_that_comes_while_the_place_is_asked_for_is_kept() -> None:
    facts = answer_to(PLACES, "8000", [entity("number", "8000", "other")], None, {}, [{"care": "inpatient"}])
    assert facts == {"visits": [{"care": "inpatient", "bill": "8000.00"}]}


def test_bill_of_an_answer_with_its_parts_is_taken_whole() -> None:
    case = {"visits": [{"bill": "9000.00", "outside": "2000.00"}]}
    told = [amount("9000"), amount("2000", "outside")]
    assert answer_to(AMOUNT, "9000，里面自费2000", told, None, case, [{"level": "3"}]) == {"visits": case["visits"]}


@pytest.mark.parametrize("role", ["denied", "excluded", "phone", "premium", "wealth"])
def test_number_that_is_no_bill_answers_no_question_for_one(role: str) -> None:
    assert answer_to(AMOUNT, "…", [amount("500", role)], None) == {}


def test_amount_of_another_person_answers_a_question_for_one() -> None:
    """他花了五百, where the case is his."""
    assert answer_to(AMOUNT, "他花了五百", [amount("500", "other_person")], None) == {"visits": [{"bill": "500.00"}]}


@pytest.mark.parametrize(
    "city, intent, facts, inputs",
    [
        (
            "shanghai",
            "calculate_outpatient",
            {"visits": [{"level": "3A", "bill": "800"}]},
            {"visits": [{"place": "tier3", "eligible": "800"}]},
        ),
        (
            "shanghai",
            "calculate_outpatient",
            {"visits": [{"bill": "800"}], "counted": "none"},
            {"visits": [{"eligible": "800"}], "counted": "0"},
        ),
        (
            "shanghai",
            "calculate_outpatient",
            {"visits": [{"level": "1", "bill": "200"}, {"level": "3", "bill": "250"}]},
            {"visits": [{"place": "tier1", "eligible": "200"}, {"place": "tier3", "eligible": "250"}]},
        ),
        (
            "shanghai",
            "calculate_outpatient",
            {"visits": [{"level": "campus", "bill": "100"}, {"bill": "250"}]},
            {"visits": [{"place": "campus", "eligible": "100"}, {"eligible": "250"}]},
        ),
        (
            "shanghai",
            "calculate_inpatient",
            {"visits": [{"level": "3", "bill": "9000", "outside": "2000"}]},
            {"stays": [{"level": "tier3", "total": "9000", "outside": "2000"}]},
        ),
        (
            "shanghai",
            "calculate_inpatient",
            {"visits": [{"level": "3", "bill": "9000", "covered": "7000"}]},
            {"stays": [{"level": "tier3", "eligible": "7000", "total": "9000"}]},
        ),
        (
            "lanzhou",
            "calculate_inpatient",
            {"visits": [{"level": "3A", "bill": "9"}], "admission": "2"},
            {"stays": [{"level": "3A", "eligible": "9"}], "earlier_stays": 1},
        ),
        (
            "lanzhou",
            "calculate_inpatient",
            {"visits": [{"level": "3A", "bill": "18000", "emergency": "2000"}]},
            {"stays": [{"level": "3A", "eligible": "18000", "emergency_before": "2000"}]},
        ),
        ("lanzhou", "calculate_inpatient", {}, {"stays": [{}]}),
        ("shanghai", "calculate_waiting", {"lapsed_years": "2"}, {"lapsed_years": 2}),
        (
            "shanghai",
            "calculate_serious_illness",
            {"own": "20180", "status": "low_income"},
            {"own": "20180", "low_income": True},
        ),
        ("shanghai", "calculate_serious_illness", {"visits": [{"bill": "200000"}]}, {}),
        (
            "lanzhou",
            "calculate_chronic_outpatient",
            {"visits": [{"bill": "500"}, {"bill": "300"}], "dialysis": "no"},
            {"eligible": "800.00", "dialysis": False},
        ),
        ("shanghai", "calculate_clawback", {"visits": [{"bill": "3000"}]}, {"fund_paid": "3000"}),
        (
            "shanghai",
            "calculate_inpatient",
            {"visits": [{"level": "3", "bill": "9000"}], "waiting": True, "third_party": True},
            {"stays": [{"level": "tier3", "eligible": "9000"}], "waiting": True, "third_party": True},
        ),
        ("shanghai", "calculate_waiting", {"lapsed_years": "2", "waiting": True}, {"lapsed_years": 2}),
    ],
)
def test_facts_become_the_input_of_the_citys_calculation(
    city: str, intent: str, facts: Dict[str, Any], inputs: Dict[str, Any]
) -> None:
    assert build_inputs(load_dialogues()[intent].cities[city], facts, city, date(2025, 10, 15)) == inputs


@pytest.mark.parametrize(
    "intent, care, meant",
    [
        ("calculate_outpatient", ["inpatient"], "calculate_inpatient"),
        ("calculate_inpatient", ["outpatient"], "calculate_outpatient"),
        ("calculate_inpatient", ["emergency", "inpatient"], "calculate_inpatient"),
        ("calculate_outpatient", [], "calculate_outpatient"),
        ("calculate_waiting", ["outpatient"], "calculate_waiting"),
    ],
)
def test_kind_of_care_outranks_the_classifier(intent: str, care: List[str], meant: str) -> None:
    assert dialogue_for(intent, [entity("care", value) for value in care], load_dialogues()) == meant


def test_questions_are_told_from_answers() -> None:
    assert is_question("三甲报几成") and is_question("急诊也算吗")
    assert not is_question("在三甲看的") and not is_question("八百")
