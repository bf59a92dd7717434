"""转人工: what is asked, and the ticket that follows."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from actions.hand_over import ActionAskHandoverInput, ActionOpenTicket, ValidateHandoverForm
from bot.desk.tickets import Desk
from bot.dialogue.hand_over import HandOver
from bot.store.engine import Sessions
from tests.actions.conftest import broken, loop, message, run, slots_of, tracker

NOON = datetime(2025, 10, 15, 4, 0, tzinfo=timezone.utc)
ASKED = message("门诊花了六千能报多少", "calculate_outpatient", {"entity": "amount", "value": "6000", "role": "bill"})
WISH = message("转人工", "human_handover")
CALCULATION = {
    "intent": "calculate_outpatient",
    "facts": {"visits": [{"care": "outpatient", "level": "3", "bill": "6000.00"}], "counted": "none"},
    "asking": {"fact": "level", "text": "?", "choices": []},
}


def opens(store: Sessions) -> ActionOpenTicket:
    return ActionOpenTicket(open_sessions=lambda: store, clock=lambda: NOON)


async def test_the_wish_ends_a_running_calculation_and_takes_its_question(known: None) -> None:
    on = tracker([loop("calculation_form"), ASKED, WISH, loop("handover_form")], calculation=CALCULATION)
    messages, events = await run(ValidateHandoverForm(), on)
    slots = slots_of(events)
    assert messages == []
    assert slots["handover"]["question"] == "门诊花了六千能报多少" and slots["handover"]["asking"] == "city"
    assert slots["calculation"]["asking"] is None and slots["calculation_input"] is None
    assert (slots["handover_input"], slots["requested_slot"]) == (None, "handover_input")


async def test_a_stale_hand_over_is_not_gone_on_with(known: None) -> None:
    stale = HandOver(question="旧的", city="other", asking="contact").dict()
    _, events = await run(ValidateHandoverForm(), tracker([ASKED, WISH, loop("handover_form")], handover=stale))
    assert slots_of(events)["handover"]["question"] == "门诊花了六千能报多少"


async def test_an_answer_completes_the_form_and_a_question_in_between_yields_no_slot(known: None) -> None:
    state = HandOver(question="保费", asking="contact").dict()
    done = tracker([WISH, loop("handover_form"), message("不留", "deny")], handover=state, city="lanzhou")
    _, events = await run(ValidateHandoverForm(), done)
    assert slots_of(events)["handover_input"] == "complete" and slots_of(events)["requested_slot"] is None
    aside = tracker(
        [WISH, loop("handover_form"), message("保费多少？", "premium")], handover=state, city="lanzhou", misses=1
    )
    _, events = await run(ValidateHandoverForm(), aside)
    assert slots_of(events) == {"requested_slot": "handover_input"}


async def test_asking_puts_the_question_with_its_choices(known: None) -> None:
    state = HandOver(question="保费").dict()
    messages, events = await run(ActionAskHandoverInput(), tracker([WISH], handover=state))
    assert [button["payload"] for button in messages[0]["buttons"]] == ["上海", "兰州", "别的城市"]
    assert slots_of(events)["handover"]["asking"] == "city"


async def test_the_ticket_holds_question_city_talk_and_calculation(known: None, store: Sessions) -> None:
    state = HandOver(question="门诊花了六千能报多少", intent="calculate_outpatient", contact="given")
    state = state.copy(update={"entities": [{"entity": "amount", "value": "6000", "role": "bill"}]})
    events = [ASKED, {"event": "bot", "text": "在哪级医院？"}, WISH]
    on = tracker(events, handover=state.dict(), city="shanghai", calculation={**CALCULATION, "asking": None})
    messages, done = await run(opens(store), on)
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
    assert slots_of(done) == {"handover": None, "handover_input": None}


async def test_another_city_stays_open_and_no_contact_is_no_order(known: None, store: Sessions) -> None:
    state = HandOver(question="在深圳怎么办", city="other", contact="none").dict()
    messages, _ = await run(opens(store), tracker([WISH], handover=state))
    assert Desk(store).list_tickets()[0].city is None and "ticket_contact" not in messages[0]["custom"]


async def test_the_same_question_again_is_the_same_ticket(known: None, store: Sessions) -> None:
    on = tracker([WISH], handover=HandOver(question="保费", city="other", contact="none").dict())
    first, _ = await run(opens(store), on)
    second, _ = await run(opens(store), on)
    assert "ticket_opened" in first[0]["custom"] and not second[0]["custom"]  # one ticket is counted once
    assert second[0]["response"] == "utter_ticket_repeated" and second[0]["number"] == first[0]["number"]
    assert len(Desk(store).list_tickets()) == 1


async def test_a_hand_over_that_ended_opens_nothing(known: None, store: Sessions) -> None:
    messages, _ = await run(opens(store), tracker([WISH], handover=HandOver(ended=True).dict()))
    assert messages[0]["response"] == "utter_handover_cancelled" and Desk(store).list_tickets() == []


async def test_with_the_database_down_the_student_gets_the_apology(known: None) -> None:
    state = HandOver(question="保费", city="other", contact="given").dict()
    action: Any = ActionOpenTicket(open_sessions=broken)
    messages, events = await run(action, tracker([WISH], handover=state))
    assert [each["text"][:2] for each in messages] == ["抱歉"] and events == []
