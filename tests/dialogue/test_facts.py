from datetime import date
from typing import Any, Dict, List

import pytest

from bot.dialogue.facts import Asking, answer_to, build_inputs, dialogue_for, is_question, read_facts
from bot.knowledge.dialogues import load_dialogues

PLACES = Asking(
    fact="level",
    text="?",
    choices=[{"value": "campus", "title": "校内医疗机构"}, {"value": "tier3", "title": "三级医院"}],
)
LOW_INCOME = Asking(
    fact="status", text="?", choices=[{"value": True, "title": "是"}, {"value": False, "title": "不是"}]
)
AMOUNT = Asking(fact="amount", text="?")


def entity(name: str, value: str) -> Dict[str, Any]:
    return {"entity": name, "value": value}


def test_amounts_and_levels_are_lists_and_the_last_of_others_counts() -> None:
    facts = read_facts(
        [
            entity("amount", "1.00"),
            entity("amount", "2.00"),
            entity("admission", "2"),
            entity("admission", "3"),
            entity("city", "shanghai"),
        ]
    )
    assert facts == {"amount": ["1.00", "2.00"], "admission": "3"}


@pytest.mark.parametrize(
    "asking, text, entities, yes_no, facts",
    [
        (PLACES, "三级医院", [entity("level", "3")], None, {"level": ["tier3"]}),
        (PLACES, "三甲", [entity("level", "3A")], None, {"level": ["3A"]}),
        (PLACES, "2", [entity("number", "2")], None, {"level": ["tier3"]}),
        (PLACES, "3", [entity("number", "3")], None, {}),
        (LOW_INCOME, "对", [], True, {"status": True}),
        (LOW_INCOME, "不是", [], False, {"status": False}),
        (LOW_INCOME, "我家是低保", [entity("status", "dibao")], None, {"status": "dibao"}),
        (AMOUNT, "800", [entity("number", "800")], None, {"amount": ["800"]}),
        (AMOUNT, "八百块", [entity("amount", "800.00")], None, {"amount": ["800.00"]}),
        (AMOUNT, "不知道", [], None, {}),
    ],
)
def test_answers_to_an_open_question(
    asking: Asking, text: str, entities: List[Any], yes_no: Any, facts: Dict[str, Any]
) -> None:
    assert answer_to(asking, text, entities, yes_no) == facts


@pytest.mark.parametrize(
    "city, intent, facts, inputs",
    [
        (
            "shanghai",
            "calculate_outpatient",
            {"level": ["3A"], "amount": ["800"]},
            {"visits": [{"place": "tier3", "eligible": "800"}]},
        ),
        (
            "shanghai",
            "calculate_outpatient",
            {"amount": ["800"], "counted": "none"},
            {"visits": [{"eligible": "800"}], "counted": "0"},
        ),
        (
            "shanghai",
            "calculate_outpatient",
            {"level": ["1", "3"], "amount": ["200", "250"]},
            {"visits": [{"place": "tier1", "eligible": "200"}, {"place": "tier3", "eligible": "250"}]},
        ),
        (
            "shanghai",
            "calculate_outpatient",
            {"level": ["1"], "amount": ["200", "250"]},
            {"visits": [{"place": "tier1", "eligible": "200"}, {"place": "tier1", "eligible": "250"}]},
        ),
        (
            "lanzhou",
            "calculate_inpatient",
            {"level": ["3A"], "amount": ["9"], "admission": "2"},
            {"stays": [{"level": "3A", "eligible": "9"}], "earlier_stays": 1},
        ),
        ("lanzhou", "calculate_inpatient", {}, {"stays": [{}]}),
        ("shanghai", "calculate_waiting", {"lapsed_years": "2"}, {"lapsed_years": 2}),
        (
            "shanghai",
            "calculate_serious_illness",
            {"amount": ["20180"], "status": "low_income"},
            {"own": "20180", "low_income": True},
        ),
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
