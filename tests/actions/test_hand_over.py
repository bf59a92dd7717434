"""转人工: what is asked, and the ticket that follows."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, List

import pytest

from actions.answers import ActionAnswer
from actions.desk import ActionHandOver
from bot.desk.tickets import Desk
from bot.dialogue.facts import Asking, CalculationState
from bot.dialogue.hand_over import HandOver
from bot.dialogue.talk import TALK, Talk
from bot.dialogue.turn import Asked
from bot.store.engine import Sessions
from tests.actions.conftest import broken, message, run, talk_after, tracker

NOON = datetime(2025, 10, 15, 4, 0, tzinfo=timezone.utc)
SIX_THOUSAND = {"entity": "amount", "value": "6000", "role": "bill"}
ASKED = message("门诊花了六千能报多少", "calculate_outpatient", SIX_THOUSAND)
WISH, NO_CONTACT = message("转人工", "human_handover"), message("不留", "deny")
QUESTION = Asked(
    text="门诊花了六千能报多少", intent="calculate_outpatient", entities=[{"entity": "amount", "value": "6000"}]
)
CASE = CalculationState(
    intent="calculate_outpatient",
    facts={"visits": [{"care": "outpatient", "level": "3", "bill": "6000.00"}], "counted": "none"},
)
GRADE = Asking(fact="level", text="在哪级医院？")

pytestmark = pytest.mark.usefixtures("known")


def hands_over(store: Sessions) -> ActionHandOver:
    return ActionHandOver(open_sessions=lambda: store, clock=lambda: NOON)


def waiting(question: str = "保费", city: str = "other", **known: Any) -> Talk:
    """A talk in which only the contact is still asked for."""
    return Talk(hand_over=HandOver(question=question, city=city, asking="contact"), **known)


def choices(reply: Dict[str, Any]) -> List[str]:
    return [button["payload"] for button in reply["buttons"]]


async def test_the_wish_ends_a_running_calculation_and_takes_its_question(store: Sessions) -> None:
    on = tracker([ASKED, WISH], Talk(case=CASE.copy(update={"asking": GRADE}), question=QUESTION))
    messages, events = await run(hands_over(store), on)
    kept = talk_after(events)
    assert len(messages) == 1 and choices(messages[0]) == ["上海", "兰州", "别的城市"]
    assert kept.hand_over is not None and kept.hand_over.question == "门诊花了六千能报多少"
    assert kept.hand_over.asking == "city" and kept.asking is None
    assert kept.case == CASE  # what is known of it stays, for the ticket and for questions about it


async def test_a_question_in_between_is_answered_and_the_open_one_put_again(store: Sessions) -> None:
    aside = tracker([WISH, message("保费多少？", "premium")], waiting(city="lanzhou"))
    messages, events = await run(ActionAnswer(), aside)
    assert "355 元" in messages[0]["text"] and "不留联系方式" in choices(messages[1])
    assert talk_after(events).open == "hand_over" and Desk(store).list_tickets() == []


async def test_the_contact_is_asked_for_with_the_question_before_a_ticket_is_opened(store: Sessions) -> None:
    asked = Talk(hand_over=HandOver(question="保费怎么退", asking="city"))
    city = {"entity": "city", "value": "lanzhou"}
    messages, events = await run(hands_over(store), tracker([WISH, message("兰州", "inform", city)], asked))
    assert "“保费怎么退”" in messages[0]["text"] and choices(messages[0]) == ["不留联系方式", "换个问题"]
    assert talk_after(events).open == "hand_over" and Desk(store).list_tickets() == []


async def test_the_ticket_holds_question_city_talk_and_calculation(store: Sessions) -> None:
    known = Talk(city="shanghai", case=CASE, question=QUESTION)
    state = HandOver(question=QUESTION.text, intent=QUESTION.intent, entities=QUESTION.entities, asking="contact")
    before = known.with_(hand_over=state)
    events = [
        ASKED,
        {"event": "bot", "text": "在哪级医院？"},
        {"event": "slot", "name": TALK, "value": known.with_(case=CASE.copy(update={"asking": GRADE})).dict()},
        WISH,
        {"event": "bot", "text": "想让老师联系你的话，发手机号"},
        {"event": "slot", "name": TALK, "value": before.dict()},
        message("138****5678", "inform"),
    ]
    messages, done = await run(hands_over(store), tracker(events, before))
    ticket = Desk(store).list_tickets()[0]
    assert messages[0]["response"] == "utter_ticket_opened" and messages[0]["number"] == ticket.number
    assert messages[0]["custom"] == {
        "ticket_contact": ticket.number,
        "ticket_opened": {"category": "money", "priority": "high"},
    }
    assert "现在不是办公时间，下次上班是今天 13:30" in messages[0]["hours"]
    assert (ticket.question, ticket.city, ticket.channel) == ("门诊花了六千能报多少", "shanghai", "web")
    assert (ticket.category, ticket.priority, ticket.contact) == ("money", "high", None)
    assert [(turn.who, turn.text) for turn in ticket.transcript] == [
        ("学生", "门诊花了六千能报多少"), ("助手", "在哪级医院？"), ("学生", "转人工"),
    ]  # fmt: skip
    calculation = ticket.calculation or {}
    assert calculation["name"] == "shanghai.outpatient" and calculation["outputs"]["fund"] == "2850.00"
    assert calculation["facts"]["visits"] == [{"care": "outpatient", "level": "3", "bill": "6000.00"}]
    assert talk_after(done) == known


async def test_another_city_stays_open_and_no_contact_is_no_order(store: Sessions) -> None:
    messages, _ = await run(hands_over(store), tracker([WISH, NO_CONTACT], waiting("在深圳怎么办")))
    assert Desk(store).list_tickets()[0].city is None and "ticket_contact" not in messages[0]["custom"]


async def test_the_same_question_again_is_the_same_ticket(store: Sessions) -> None:
    on = tracker([WISH, NO_CONTACT], waiting())
    first, _ = await run(hands_over(store), on)
    second, _ = await run(hands_over(store), on)
    assert "ticket_opened" in first[0]["custom"] and not second[0]["custom"]  # one ticket is counted once
    assert second[0]["response"] == "utter_ticket_repeated" and second[0]["number"] == first[0]["number"]
    assert len(Desk(store).list_tickets()) == 1


async def test_who_has_no_question_after_all_opens_nothing(store: Sessions) -> None:
    on = tracker([WISH, message("不用了", "deny")], Talk(hand_over=HandOver(asking="question")))
    messages, events = await run(hands_over(store), on)
    assert [each["response"] for each in messages] == ["utter_handover_cancelled"]
    assert talk_after(events).open is None and Desk(store).list_tickets() == []


async def test_with_the_database_down_the_student_gets_the_apology_and_can_answer_again() -> None:
    action: Any = ActionHandOver(open_sessions=broken)
    messages, events = await run(action, tracker([WISH, NO_CONTACT], waiting()))
    assert [each["text"][:2] for each in messages] == ["抱歉"] and events == []
