"""What a question is sorted as. Expected values are worked out by hand from triage.yml and knowledge/."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Dict

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.rules import RULES, DeskRulesError, TriageRules, read_rules, triage_rules
from bot.desk.triage import NOTHING_PRESSES, Case, Triage, triage
from bot.knowledge.base import knowledge

TODAY = date(2025, 10, 15)


def sorted_as(question: str, today: date = TODAY, **known: Any) -> Triage:
    return triage(Case(question=question, **known), today, triage_rules(), knowledge().book)


@pytest.mark.parametrize(
    "question, intent, category",
    [
        ("住院能报多少", "inpatient_rate", "money"),
        ("怎么确认参保", "enroll_confirm", "enrolment"),
        ("确认什么时候截止", "enroll_deadline", "deadline"),
        ("报销要带什么", "claim_materials", "claim"),
        ("你们太差劲了", "complain", "complaint"),
        ("我同学昏过去了", "emergency", "emergency"),
        ("我不想活了", "crisis", "emergency"),
        ("转人工", "human_handover", "other"),
        ("今天天气怎么样", None, "other"),
        # no intent, or one that says nothing: words decide
        ("转人工，我的发票丢了", "human_handover", "claim"),
        ("退款还没到账", None, "money"),
        ("参保失败了", None, "enrolment"),
        ("还来得及吗", None, "deadline"),
        # complaint and emergency go before the intent
        ("我要投诉，报销比例不对", "outpatient_rate", "complaint"),
        ("他昏迷了怎么办", "observation_stay", "emergency"),
        # an emergency that is over is a question about money
        ("昏迷抢救花的钱能报多少", "observation_stay", "money"),
    ],
)
def test_category(question: str, intent: Any, category: str) -> None:
    assert sorted_as(question, intent=intent).category == category


@pytest.mark.parametrize(
    "amount, priority",
    [("4999.99", "normal"), ("5000.00", "high"), ("5000.01", "high")],
)
def test_amount_from_five_thousand_yuan_on_is_high(amount: str, priority: str) -> None:
    found = sorted_as("这个怎么算", entities=({"entity": "amount", "value": amount},))
    assert (found.priority, found.stake) == (priority, Decimal(amount))


@pytest.mark.parametrize(
    "question, stake",
    [
        ("花了5000元", "5000.00"),
        ("花了 12,345.67 元", "12345.67"),
        ("住院1.2万", "12000.00"),
        ("３千块", "3000.00"),
        ("先800元，后来6000块", "6000.00"),
        ("打12393，我是2025级", None),
        ("全校2万人", None),
    ],
)
def test_amount_is_read_from_the_words(question: str, stake: Any) -> None:
    assert sorted_as(question).stake == (Decimal(stake) if stake else None)


def test_amount_of_the_last_calculation_counts_and_its_reason_names_it() -> None:
    result = {"outputs": {"fund": "7020.00", "own": "4980.00"}, "rows": {"stays": [{"eligible": "12000.00"}]},
              "steps": [{"value": "250000.00"}]}  # fmt: skip
    found = sorted_as("为什么这么少", calculation=result)
    assert (found.priority, found.stake) == ("high", Decimal("12000.00"))
    assert found.reason == "涉及金额 12000.00 元（不少于 5000.00 元）"


def test_facts_of_an_unfinished_calculation_count() -> None:
    facts = {"intent": "calculate_inpatient", "facts": {"amount": ["800.00", "9000.00"], "level": ["3A"]}}
    assert sorted_as("帮我算", calculation=facts).stake == Decimal("9000.00")


def test_what_is_no_amount_is_left_out() -> None:
    entities = (
        {"entity": "amount", "value": "NaN"},
        {"entity": "amount", "value": None},
        {"entity": "years", "value": "9999"},
    )
    assert sorted_as("？", entities=entities, calculation={"outputs": "7020.00x", "facts": None}).stake is None


@pytest.mark.parametrize(
    "today, priority, words",
    [
        # sh.enroll.closes is 2025-12-31
        (date(2025, 12, 23), "normal", NOTHING_PRESSES),
        (date(2025, 12, 24), "high", "截止日 2025-12-31 还有 7 天"),
        (date(2025, 12, 31), "high", "截止日 2025-12-31 就是今天"),
        (date(2026, 1, 1), "normal", NOTHING_PRESSES),
    ],
)
def test_known_deadline_within_seven_days_is_high(today: date, priority: str, words: str) -> None:
    found = sorted_as("怎么确认参保", today, intent="enroll_confirm", city="shanghai")
    assert (found.priority, found.reason) == (priority, words)


def test_deadline_of_one_city_presses_nobody_of_the_other() -> None:
    late = date(2025, 12, 30)
    assert sorted_as("怎么参保", late, intent="enroll_confirm", city="lanzhou").priority == "normal"
    assert sorted_as("怎么参保", late, intent="enroll_confirm").priority == "high"
    assert sorted_as("住院报多少", late, intent="inpatient_rate", city="shanghai").priority == "normal"


@pytest.mark.parametrize(
    "value, priority",
    [
        ("2025-10-22", "high"),
        ("2025-10-23", "normal"),
        ("2025-10-14", "normal"),
        ("--10-20", "high"),
        ("this-10-20", "high"),
        ("last-10-20", "normal"),
        ("2025-02-30", "normal"),
        ("nonsense", "normal"),
    ],
)
def test_date_of_the_question_is_a_deadline_where_deadlines_are_asked_for(value: str, priority: str) -> None:
    entities = ({"entity": "date", "value": value},)
    assert sorted_as("学校说这天截止", intent="enroll_deadline", city="lanzhou", entities=entities).priority == priority
    assert sorted_as("这天看的病报多少", intent="outpatient_rate", entities=entities).priority == "normal"


def test_last_day_of_a_calculation_is_a_deadline() -> None:
    result: Dict[str, Any] = {"outputs": {"last_day": "2025-10-18", "passed": False}}
    found = sorted_as("来不来得及交材料", intent="claim_materials", calculation=result)
    assert (found.priority, found.reason) == ("high", "截止日 2025-10-18 还有 3 天")


def test_several_reasons_stand_in_the_order_of_their_weight() -> None:
    found = sorted_as("花了8000块，昏迷了，急急急", intent="emergency")
    assert found.priority == "urgent"
    assert found.reason == ("急症或危机，先确认本人已经求助；涉及金额 8000.00 元（不少于 5000.00 元）；学生说事情很急")


@pytest.mark.parametrize("question", ["我要投诉", "明天截止了怎么办", "下周要手术，特别急", "马上出院了"])
def test_words_of_hurry_and_complaint_are_high(question: str) -> None:
    assert sorted_as(question).priority == "high"


@given(st.text(max_size=200), st.none() | st.sampled_from(["emergency", "premium", "没有的意图"]))
def test_every_text_is_sorted_with_a_reason(question: str, intent: Any) -> None:
    found = sorted_as(question, intent=intent)
    assert found.reason and (found.priority == "normal") == (found.reason == NOTHING_PRESSES)


def test_every_intent_of_the_rules_exists() -> None:
    from bot.knowledge.dialogues import load_dialogues
    from bot.settings import PROJECT

    domain = yaml.safe_load((PROJECT / "domain.yml").read_text("utf-8"))["intents"]
    known = {*domain, *knowledge().topic_ids, *load_dialogues()}
    rules = triage_rules()
    named = {intent for rule in rules.categories for intent in rule.intents}
    named |= {intent for deadline in rules.deadline.known for intent in deadline.intents}
    assert named - known == set()


def test_every_topic_and_calculation_has_a_category() -> None:
    from bot.knowledge.dialogues import load_dialogues

    named = {intent for rule in triage_rules().categories for intent in rule.intents}
    contacts = {"hotline", "office_location", "official_channels"}
    assert {*knowledge().topic_ids, *load_dialogues()} - named == contacts


def test_every_known_deadline_is_a_day_of_the_knowledge() -> None:
    days = {each.parameter: each.days(knowledge().book) for each in triage_rules().deadline.known}
    assert days == {"sh.enroll.closes": [date(2025, 12, 31)], "sh.family_fund.deadline": [date(2024, 12, 20)]}


@pytest.mark.parametrize(
    "change, said",
    [
        (("name: claim", "name: claims"), "categories"),
        (("name: claim", "name: money"), "twice: money"),
        (("- premium_payment", "- premium"), "twice: premium"),
        (("priority: urgent", "priority: fast"), "priority"),
        (("words: [截止,", "words: ['(截止',"), "regular expression"),
        (('yuan: "5000.00"', "yuan: much"), "money.yuan"),
        (("  days: 7", "  days: 7\n  weeks: 1"), "deadline.weeks"),
        (("\nurgency:", "\nurgency: ["), "not readable"),
    ],
)
def test_rules_that_are_not_in_order_are_refused_by_file_and_key(change: Any, said: str, tmp_path: Path) -> None:
    text = RULES.read_text("utf-8")
    assert change[0] in text
    path = tmp_path / "triage.yml"
    path.write_text(text.replace(change[0], change[1], 1), "utf-8")
    with pytest.raises(DeskRulesError, match=said) as caught:
        read_rules(path, TriageRules)
    assert str(caught.value).startswith("triage.yml: ")
