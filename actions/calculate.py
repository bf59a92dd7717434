"""The calculation form: gathers facts, asks for the missing one, says the result."""

from __future__ import annotations

from decimal import Decimal
from typing import List, Optional

from pydantic import ValidationError
from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import CALCULATION, LAST_TOPIC, REQUESTED, GuardedAction, city_of, last_said, say, user_turn
from actions.topic import answer_topic
from bot.dialogue.calculation import Outcome, advance, update
from bot.dialogue.choosing import told_in
from bot.dialogue.facts import CalculationState
from bot.dialogue.given import describe, set_aside
from bot.dialogue.phrases import phrase
from bot.dialogue.render import render_both, render_compared, render_question, render_result
from bot.dialogue.visits import are_exact
from bot.knowledge.dialogues import load_dialogues
from bot.policy.errors import InvalidInput
from bot.reply import Reply, Suggestion

KNOWN_BEFORE = ("status", "disease")
"""Slots that hold what was told outside a calculation and belongs to each."""
FORM = "calculation_form"
INPUT = "calculation_input"
"""The form's one slot: it is filled when nothing is missing. What is missing, the calculator itself says."""
COMPLETE = "complete"
NO_ANSWER = ("nlu_fallback", "inform", "affirm", "deny", "unsure", "out_of_scope", "out_of_scope_campus")
"""Intents of messages that were meant as an answer to the open question but do not answer it."""


def state_of(tracker: Tracker) -> Optional[CalculationState]:
    """The calculation that the conversation is about; None when an earlier release stored it in another form."""
    data = tracker.get_slot(CALCULATION)
    try:
        return CalculationState(**data) if data else None
    except ValidationError:
        return None


def informed(state: CalculationState, tracker: Tracker) -> CalculationState:
    """The calculation with what the student told of himself before it was begun: 低保, the illness."""
    told = {name: tracker.get_slot(name) for name in KNOWN_BEFORE}
    if told.get("disease") == "chronic":
        told["disease"] = None
    return state.copy(update={"facts": {**{name: value for name, value in told.items() if value}, **state.facts}})


def progress(action: GuardedAction, state: CalculationState, tracker: Tracker) -> Outcome:
    """Where a calculation stands for this student. Raises InvalidInput for an impossible fact."""
    situation = action.situation(tracker)
    return advance(
        informed(state, tracker),
        city=situation.city,
        cohort=situation.cohort,
        today=situation.today,
        book=action.knowledge.book,
        dialogues=load_dialogues(),
    )


_NOT_TOLD_BY_TITLE = ("role", "level", "care", "amount")
"""Facts that are read from the words and roles of a message, not from the titles of the choices."""


def _with_told_choices(action: GuardedAction, state: CalculationState, tracker: Tracker) -> CalculationState:
    """The calculation with the choices that its first message names already (转诊备案8月20号办的): they are not asked for.

    Raises InvalidInput for an impossible fact.
    """
    turn = user_turn(tracker)
    is_elsewhere = any(entity["entity"] == "other_place" for entity in turn.entities)
    while True:
        asking = progress(action, state, tracker).asking
        if asking is None or not asking.choices or asking.fact in (*_NOT_TOLD_BY_TITLE, *state.facts):
            return state
        value = told_in(asking.choices, turn.text, is_elsewhere=is_elsewhere)
        if value is None:
            return state
        state = state.copy(update={"facts": {**state.facts, asking.fact: value}})


def _events(state: CalculationState, outcome: Outcome) -> List[EventType]:
    kept = state.copy(update={"asking": outcome.asking})
    missing = outcome.asking is not None
    return [
        SlotSet(CALCULATION, kept.dict()),
        SlotSet(INPUT, None if missing else COMPLETE),
        SlotSet(REQUESTED, INPUT if missing else None),
    ]


class ValidateCalculationForm(GuardedAction):
    """Takes what a message says about the calculation and decides whether anything is still to ask.

    A message that says nothing about it yields no slot, so that Rasa lets another rule answer and then asks again.
    """

    def name(self) -> str:
        return f"validate_{FORM}"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        state = state_of(tracker)
        # the form is active from the message that begins it; a question is open only once one was asked
        in_form = (tracker.active_loop or {}).get("name") == FORM
        active = in_form and state is not None and state.asking is not None
        turn = user_turn(tracker)
        updated = update(state, turn, load_dialogues(), active=active)
        if updated is None:
            return [SlotSet(REQUESTED, INPUT)]
        if active and state and state.intent != updated.intent:
            title = load_dialogues()[updated.intent].title
            dispatcher.utter_message(text=phrase("switched", last_said(tracker), title=title))
        try:
            if not active and turn.text.strip() != load_dialogues()[updated.intent].title:
                updated = _with_told_choices(self, updated, tracker)
            return _events(updated, progress(self, updated, tracker))
        except InvalidInput as fault:
            return self._refused(state, updated, fault, dispatcher)

    @staticmethod
    def _refused(
        state: Optional[CalculationState],
        updated: CalculationState,
        fault: InvalidInput,
        dispatcher: CollectingDispatcher,
    ) -> List[EventType]:
        """Say what is wrong with a fact and forget what the message said, so that it is asked for again."""
        dispatcher.utter_message(text=fault.message_zh)
        kept = state if state and state.intent == updated.intent else CalculationState(intent=updated.intent)
        return [SlotSet(CALCULATION, kept.dict()), SlotSet(INPUT, None), SlotSet(REQUESTED, INPUT)]


class ActionAskCalculationInput(GuardedAction):
    """Asks for the fact that the calculator misses."""

    def name(self) -> str:
        return f"action_ask_{FORM}_{INPUT}"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        state = state_of(tracker)
        if state is None and tracker.get_slot(CALCULATION):
            # an earlier release asked; what it stored is not read any more, so the case begins anew
            dispatcher.utter_message(response="utter_ask_what_to_calculate")
            return [ActiveLoop(None), SlotSet(REQUESTED, None), SlotSet(CALCULATION, None)]
        if state is None:
            raise ValueError("the form asks although no calculation was begun")
        asking = state.asking or progress(self, state, tracker).asking
        if asking is None:
            raise ValueError("the form asks although nothing is missing")
        # a question in between is no misunderstanding: after its answer the open one is put as before
        if asking.times == 0 or user_turn(tracker).intent in NO_ANSWER:
            asking = asking.copy(update={"times": asking.times + 1})
        say(dispatcher, render_question(asking, last_said(tracker)))
        return [SlotSet(CALCULATION, state.copy(update={"asking": asking}).dict())]


class ActionCalculate(GuardedAction):
    """Says the result of a calculation whose facts are complete."""

    def name(self) -> str:
        return "action_calculate"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        state = state_of(tracker)
        if state is None:
            raise ValueError("a result is wanted although no calculation was begun")
        return say_outcome(self, state, dispatcher, tracker)


def _next(action: GuardedAction, state: CalculationState, city: str) -> List[Suggestion]:
    """What one could ask after the result: titles of topics and of other calculations."""
    dialogues = load_dialogues()
    titles = (
        dialogues[name].title if name in dialogues else action.knowledge.title(name, city)
        for name in dialogues[state.intent].next
    )
    return [Suggestion(title=title, message=title) for title in titles if title]


def say_outcome(
    action: GuardedAction, state: CalculationState, dispatcher: CollectingDispatcher, tracker: Tracker
) -> List[EventType]:
    """Say where a calculation stands: its result, the topic that answers instead, or go and ask for what is missing."""
    outcome = progress(action, state, tracker)
    kept: List[EventType] = [SlotSet(CALCULATION, state.copy(update={"asking": outcome.asking}).dict())]
    if outcome.asking:
        return [*kept, SlotSet(INPUT, None), FollowupAction(FORM)]
    if outcome.topic:
        return [*kept, *answer_topic(action, outcome.topic, dispatcher, tracker)]
    assert outcome.result is not None
    city = city_of(tracker) or ""
    spec = load_dialogues()[state.intent].cities[city]
    told = informed(state, tracker)
    given, aside = describe(told, city, spec), set_aside(told, spec)
    following = _next(action, state, city)
    exact = are_exact(told.visits)
    book = action.knowledge.book
    reply: Reply = (
        render_compared(outcome.compared, city, book, aside=aside, next_=following)
        if outcome.compared
        else render_both(outcome.result, outcome.beside, book, given=given, aside=aside, exact=exact, next_=following)
        if outcome.beside
        else render_result(outcome.result, book, given=given, aside=aside, exact=exact, next_=following)
    )
    say(dispatcher, reply)
    sums = {name: str(value) for name, value in outcome.result.outputs.items() if isinstance(value, Decimal)}
    done = state.copy(update={"asking": None, "outputs": sums})
    return [SlotSet(CALCULATION, done.dict()), SlotSet(INPUT, None), SlotSet(LAST_TOPIC, None)]
