"""👍 and 👎: kept with what the last answer was about; after a 👎 the student is asked once what was missing."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import LAST_TOPIC, REQUESTED, GuardedAction, is_open, user_turn, was_answered
from actions.calculate import state_of
from actions.desk import DeskAction
from actions.hand_over import questions
from bot.desk.feedback import record_feedback
from bot.dialogue.feedback import Thumb, commented

FORM = "feedback_form"
INPUT = "feedback_input"
STATE = "feedback"
ASKED = "feedback_asked"
"""Slot: subjects of which it was asked already what was missing."""


def subject_of(tracker: Tracker) -> Optional[Thumb]:
    """What a thumb is about: the last topic, else the last calculation that was worked out."""
    topic, state = tracker.get_slot(LAST_TOPIC), state_of(tracker)
    if topic:
        return Thumb(kind="topic", subject=topic)
    return Thumb(kind="calculation", subject=state.intent) if state and state.asking is None else None


def thumb_of(tracker: Tracker) -> Optional[Thumb]:
    """The thumb down that is being asked about."""
    data = tracker.get_slot(STATE)
    return Thumb(**data) if data else None


class _Records(DeskAction):
    """Shared: keeping a thumb."""

    def record(self, thumb: Thumb, value: Literal["up", "down"], tracker: Tracker) -> None:
        """Keep a thumb of this sender. Raises StoreUnavailable."""
        subject: Dict[str, Any] = {thumb.kind: thumb.subject}
        comment = thumb.comment or ""
        record_feedback(self.sessions, tracker.sender_id, value, comment=comment, at=self.clock(), **subject)


class ActionFeedback(_Records):
    """Keeps a thumb; asks what was missing when it points down for the first time."""

    def name(self) -> str:
        return "action_feedback"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        thumb = subject_of(tracker)
        liked = user_turn(tracker).intent == "feedback_up"
        if thumb is None:
            dispatcher.utter_message(response="utter_feedback_on_nothing")
            return []
        self.record(thumb, "up" if liked else "down", tracker)
        if liked:
            dispatcher.utter_message(response="utter_feedback_up")
            return []
        asked = tracker.get_slot(ASKED) or []
        if thumb.subject in asked:
            dispatcher.utter_message(response="utter_feedback_again")
            return []
        return [
            SlotSet(STATE, thumb.dict()),
            SlotSet(ASKED, [*asked, thumb.subject]),
            SlotSet(INPUT, None),
            FollowupAction(FORM),
        ]


class ValidateFeedbackForm(GuardedAction):
    """Takes the next message as what was missing, unless it is about something else: then the form ends silently."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        thumb = thumb_of(tracker)
        if thumb is None:
            return [SlotSet(REQUESTED, None)]
        if not is_open(FORM, tracker):
            return [SlotSet(REQUESTED, INPUT)]
        if was_answered(FORM, tracker):
            return [SlotSet(STATE, None), SlotSet(REQUESTED, None)]
        said = commented(thumb, user_turn(tracker), questions(self))
        if said is None:
            return []
        return [SlotSet(STATE, said.dict()), SlotSet(INPUT, said.comment), SlotSet(REQUESTED, None)]


class ActionFeedbackComment(_Records):
    """Keeps what was missing and offers a person."""

    def name(self) -> str:
        return "action_feedback_comment"

    def perform(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        thumb = thumb_of(tracker)
        if thumb is not None:
            if thumb.comment:
                self.record(thumb, "down", tracker)
            dispatcher.utter_message(response="utter_feedback_noted" if thumb.comment else "utter_feedback_closed")
        return [SlotSet(STATE, None), SlotSet(INPUT, None)]
