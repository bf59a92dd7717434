"""A calculation from its first message to its sum. Sums are worked out by hand from the documents' rates.

Shanghai, stays: tertiary 300 yuan, then 60 %; secondary 100, then 75 %. Visits: 300 yuan a year, then 70, 60, 50 %; on campus
80 % from the first fen. Serious illness: 60 % of what the student bears, 65 % for families with a low income.
Lanzhou, stays: 三甲 1,400 yuan, then 65 %; a second stay of the year begins at 80 % of the 1,400, which is 1,120.
"""

from typing import Any, Dict, List

import pytest

from bot.dialogue.calculation import begun_by_facts, start, update
from bot.dialogue.facts import Asking, CalculationState
from bot.dialogue.reading import edits_case
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.knowledge.dialogues import load_dialogues
from tests.dialogue.cases import after_answer, amount, entity, inpatient, outpatient, read_as, state, worked_out

TERTIARY = {"care": "inpatient", "level": "3", "bill": "9000.00"}
LANZHOU = {"care": "inpatient", "level": "3A", "bill": "10000.00"}


def sums(known: CalculationState, city: str = "shanghai") -> Dict[str, str]:
    """The money of a result, as yuan with two decimals."""
    result = worked_out(known, city).result
    assert result is not None and result.status == "ok", result
    return {name: f"{result.outputs[name]:.2f}" for name in ("fund", "own") if name in result.outputs}


@pytest.mark.parametrize(
    "known, city, fund, own",
    [
        # (9000 − 2000 − 300) × 60 %; 9000 − 4020
        (inpatient({**TERTIARY, "outside": "2000.00"}), "shanghai", "4020.00", "4980.00"),
        (inpatient({**TERTIARY, "covered": "7000.00"}), "shanghai", "4020.00", "4980.00"),
        (inpatient({"level": "3", "covered": "7000.00", "outside": "2000.00"}), "shanghai", "4020.00", "4980.00"),
        # (9000 − 300) × 60 %
        (inpatient(TERTIARY), "shanghai", "5220.00", "3780.00"),
        # (18652 − 2100 − 300) × 60 %; 18652 − 9751.20
        (inpatient({**TERTIARY, "bill": "18652.00", "outside": "2100.00"}), "shanghai", "9751.20", "8900.80"),
        # (10000 − 1400) × 65 % = 5590 and (10000 − 1120) × 65 % = 5772
        (inpatient(LANZHOU), "lanzhou", "5590.00", "4410.00"),
        (inpatient(LANZHOU, LANZHOU), "lanzhou", "11362.00", "8638.00"),
        (inpatient(LANZHOU, admission="2"), "lanzhou", "5772.00", "4228.00"),
        # (18000 + 2000 − 1400) × 65 %
        (inpatient({**LANZHOU, "bill": "18000.00", "emergency": "2000.00"}), "lanzhou", "12090.00", "7910.00"),
        # (400 − 300) × 50 %, then twice 400 × 50 %
        (outpatient(*[{"level": "3", "bill": "400.00"}] * 3, counted="none"), "shanghai", "450.00", "750.00"),
        # 200 and 100 of the deductible; (300 − 100) × 60 %; 100 × 80 % on campus
        (
            outpatient(
                {"level": "3", "bill": "200.00"}, {"level": "2", "bill": "300.00"}, {"level": "campus", "bill": "100.00"},
                counted="none",
            ),
            "shanghai", "200.00", "400.00",
        ),
        # (800 − 150) × 50 % after 150 of 300
        (outpatient({"level": "3", "bill": "800.00"}, counted="150"), "shanghai", "325.00", "475.00"),
        (outpatient({"level": "3", "bill": "800.00"}, counted="full"), "shanghai", "400.00", "400.00"),
        # (800 − 200 − 300) × 50 %
        (outpatient({"level": "3", "bill": "800.00", "outside": "200.00"}, counted="none"), "shanghai", "150.00", "650.00"),
    ],
)  # fmt: skip
def test_sum_of_a_case(known: CalculationState, city: str, fund: str, own: str) -> None:
    assert sums(known, city) == {"fund": fund, "own": own}


@pytest.mark.parametrize(
    "own, facts, second",
    [
        ("80000.00", {}, "48000.00"),
        ("120000.00", {"status": "dibao"}, "78000.00"),
        ("80000.00", {"visits": [{"bill": "200000.00"}]}, "48000.00"),
    ],
)
def test_serious_illness_pays_of_what_the_student_bears(own: str, facts: Dict[str, Any], second: str) -> None:
    result = worked_out(state("calculate_serious_illness", own=own, **facts)).result
    assert result is not None and f"{result.outputs['second_reimbursement']:.2f}" == second


def test_illness_that_the_documents_do_not_list_is_promised_nothing() -> None:
    result = worked_out(state("calculate_serious_illness", own="6000.00", disease="other")).result
    assert result is not None and result.status == "not_calculable" and "12393" in str(result.reason)


# --- stays and visits in one case ---


def test_stay_and_visit_of_one_case_are_worked_out_each_by_its_rules() -> None:
    visit = {"care": "outpatient", "level": "2", "bill": "800.00"}
    outcome = worked_out(inpatient(visit, TERTIARY, counted="none"))
    assert outcome.result is not None and outcome.beside is not None
    assert f"{outcome.result.outputs['fund']:.2f}" == "5220.00"
    # (800 − 300) × 60 %
    assert f"{outcome.beside.outputs['fund']:.2f}" == "300.00"


def test_emergency_beside_a_stay_is_a_visit() -> None:
    emergency = {"care": "emergency", "level": "3", "bill": "1300.00"}
    outcome = worked_out(outpatient(TERTIARY, emergency, counted="none"))
    # (1300 − 300) × 50 %
    assert outcome.beside is not None and f"{outcome.beside.outputs['fund']:.2f}" == "500.00"


def test_what_either_part_misses_is_asked_for_before_anything_is_told() -> None:
    outcome = worked_out(inpatient({"care": "outpatient", "bill": "800.00"}, TERTIARY, counted="none"))
    assert outcome.result is None and outcome.asking is not None and outcome.asking.fact == "level"


def test_place_that_is_asked_for_in_a_case_of_both_is_given_to_its_own_visit() -> None:
    """The question is about the second visit of the case, the stay before it keeps its grade."""
    known = inpatient(TERTIARY, {"care": "outpatient", "bill": "800.00"}, counted="none")
    asked = known.copy(update={"asking": worked_out(known).asking})
    changed = after_answer(asked, "一级医院或社区卫生服务中心", entity("level", "1"))
    assert [visit.get("level") for visit in changed.visits] in (["3", "1"], ["3", "tier1"])


def test_only_stays_are_no_case_of_both() -> None:
    assert worked_out(inpatient(TERTIARY, {**TERTIARY, "care": "observation"})).beside is None


# --- gates ---


@pytest.mark.parametrize(
    "gate, status, part",
    [
        ("waiting", "not_covered", "等待期"),
        ("third_party", "not_calculable", "12393"),
        ("insured_elsewhere", "not_calculable", "参保地"),
    ],
)
@pytest.mark.parametrize("known", [outpatient(), inpatient({"bill": "9000.00"}), inpatient(TERTIARY)])
def test_gate_answers_before_anything_is_asked(known: CalculationState, gate: str, status: str, part: str) -> None:
    outcome = worked_out(known.copy(update={"facts": {**known.facts, gate: True}}))
    assert outcome.asking is None and outcome.result is not None
    assert outcome.result.status == status and part in str(outcome.result.reason)


def test_nothing_is_paid_while_the_waiting_period_runs() -> None:
    result = worked_out(outpatient({"level": "3", "bill": "1100.00"}, waiting=True)).result
    assert result is not None
    assert {name: f"{value:.2f}" for name, value in result.outputs.items()} == {"fund": "0.00", "own": "1100.00"}


def test_gate_of_a_case_of_both_closes_both() -> None:
    outcome = worked_out(inpatient({"care": "outpatient", "bill": "800.00"}, TERTIARY, waiting=True))
    assert outcome.result is not None and outcome.beside is not None
    assert {outcome.result.status, outcome.beside.status} == {"not_covered"}


# --- topics that answer, and the plain calculation behind them ---


def test_status_without_a_calculation_of_its_own_changes_no_payment() -> None:
    """Lanzhou has no subsidy to work out; a bill of a student with one gets the plain sum."""
    known = state("calculate_subsidy", status="dibao", visits=[LANZHOU])
    assert sums(known, "lanzhou") == {"fund": "5590.00", "own": "4410.00"}


def test_status_without_a_bill_gets_the_topic() -> None:
    outcome = worked_out(state("calculate_subsidy", status="dibao"), "lanzhou")
    assert outcome.topic == "subsidy" and outcome.result is None


def test_city_is_asked_for_first() -> None:
    outcome = worked_out(inpatient(TERTIARY), None)
    assert outcome.asking is not None and outcome.asking.fact == "city"


# --- messages ---


def test_message_begins_with_its_whole_case() -> None:
    case = {
        "visits": [{**TERTIARY, "outside": "2000.00"}],
        "aside": [{"value": "50.00", "role": "excluded", "word": "打车"}],
    }
    turn = UserTurn("…", "calculate_inpatient", [entity("care", "inpatient"), amount("9000")], case)
    assert start(turn, load_dialogues()).facts == {**case, "care": "inpatient"}


def test_words_of_a_button_tell_no_fact() -> None:
    dialogues = load_dialogues()
    turn = UserTurn(dialogues["calculate_subsidy"].title, "calculate_subsidy", [entity("status", "dibao")])
    assert start(turn, dialogues).facts == {}


@pytest.mark.parametrize(
    "entities, case, intent",
    [
        (
            [entity("care", "outpatient"), amount("2300")],
            {"visits": [{"care": "outpatient", "level": "2", "bill": "2300.00"}]},
            "calculate_outpatient",
        ),
        ([entity("years", "3", "lapsed")], {"lapsed_years": 3}, "calculate_waiting"),
        (
            [entity("care", "inpatient"), amount("7000", "covered")],
            {"visits": [{"care": "inpatient", "covered": "7000.00"}]},
            "calculate_inpatient",
        ),
    ],
)
def test_bare_facts_begin_a_calculation(entities: List[Any], case: Dict[str, Any], intent: str) -> None:
    begun = begun_by_facts(UserTurn("…", "inform", entities, case), load_dialogues())
    assert begun is not None and begun.intent == intent


@pytest.mark.parametrize(
    "entities, case",
    [
        ([entity("care", "outpatient")], {}),
        ([amount("600", "guess")], {"aside": [{"value": "600.00", "role": "guess"}]}),
        ([amount("50", "excluded"), entity("care", "outpatient")], {"aside": [{"value": "50.00", "role": "excluded"}]}),
    ],
)
def test_number_that_is_no_bill_begins_no_calculation(entities: List[Any], case: Dict[str, Any]) -> None:
    assert begun_by_facts(UserTurn("…", "inform", entities, case), load_dialogues()) is None


def test_message_of_another_kind_stops_and_feeds_nothing() -> None:
    turn = UserTurn("在三级医院天台上，不想活了", "crisis", [entity("level", "3")])
    assert update(inpatient(TERTIARY), turn, load_dialogues(), active=True) is None


def test_comparison_after_a_sum_compares_the_bill_of_the_sum() -> None:
    known = outpatient({"level": "3", "bill": "800.00"}, counted="none")
    changed = update(known, UserTurn("在哪里看更划算", "compare_places"), load_dialogues(), active=False)
    assert changed is not None and changed.amounts == ["800.00"]
    result = worked_out(changed).result
    # campus 800 × 80 %; (800 − 300) × 70, 60 and 50 %
    assert result is not None
    assert {place: f"{fund:.2f}" for place, fund in result.outputs.items()} == {
        "campus": "640.00", "tier1": "350.00", "tier2": "300.00", "tier3": "250.00",
    }  # fmt: skip


def test_what_is_set_aside_is_kept_beside_what_comes_later() -> None:
    taxi = {"value": "50.00", "role": "excluded", "word": "打车"}
    asked = state("calculate_outpatient", visits=[{"bill": "950.00"}], aside=[taxi]).copy(
        update={"asking": Asking(fact="level", text="?", choices=[{"value": "tier3", "title": "三级医院"}], row=0)}
    )
    changed = after_answer(asked, "三级医院，不是二级", entity("level", "3"))
    assert changed.facts["aside"] == [taxi]


def test_every_visit_whose_place_is_open_is_asked_about() -> None:
    """Two visits, the place of the second is open: the answer is its place alone."""
    known = outpatient({"level": "2", "bill": "200.00"}, {"bill": "450.00"}, counted="full")
    asking = worked_out(known).asking
    assert asking is not None and (asking.fact, asking.row) == ("level", 1)
    for text, grade in (("三级医院", "3"), ("在三甲看的", "3A")):
        changed = after_answer(known.copy(update={"asking": asking}), text, entity("level", grade))
        # 200 × 60 % and 450 × 50 %
        assert sums(changed) == {"fund": "345.00", "own": "305.00"}


@pytest.mark.parametrize(
    "text, entities, case, reading, goes_on",
    [
        ("里面自费两千", [amount("2000", "outside", 4)], {"visits": [{"outside": "2000.00"}]}, "fact", True),
        ("那要是二级医院呢", [entity("level", "2", start=3)], {}, "vary", True),
        ("再多五千呢", [entity("number", "5000", "other", 2)], {}, "", True),
        (
            "下个月又住了一次院8000",
            [amount("8000", start=9), entity("care", "inpatient")],
            {"visits": [{"care": "inpatient", "bill": "8000.00"}]},
            "another",
            True,
        ),
        ("二级医院要带什么材料", [entity("level", "2")], {}, "new", False),
        ("二级医院要带什么", [entity("level", "2")], {}, "aspect", False),
        ("出院带药怎么报", [], {}, "vary", False),
        ("一年保费多少", [], {}, "new", False),
    ],
)
def test_message_that_goes_on_with_the_sum_is_told_from_another_question(
    text: str, entities: List[Any], case: Dict[str, Any], reading: str, goes_on: bool
) -> None:
    """Whatever its words sound like alone: it must read as a change of the case and state something of one."""
    turn = UserTurn(text, "serious_illness", entities, case, readings=read_as(reading))
    assert edits_case(turn, Talk(case=inpatient(TERTIARY))) is goes_on
    assert not edits_case(turn, Talk(topic="premium"))
