"""Actions beside answers and sums: chat, refusals, offers, an end."""

from __future__ import annotations

from typing import List

from rasa_sdk import Tracker
from rasa_sdk.events import AllSlotsReset, EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import TalkAction
from bot.dialogue.outcome import Done


class ActionSpeak(TalkAction):
    """Says the response that an intent has of its own."""

    def name(self) -> str:
        return "action_speak"


class ActionYesNo(TalkAction):
    """Hears a yes or a no."""

    def name(self) -> str:
        return "action_yes_no"


class ActionUrgent(TalkAction):
    """Says the next step in an emergency or a crisis."""

    def name(self) -> str:
        return "action_urgent"


class ActionDecline(TalkAction):
    """Names what is not ours as such."""

    def name(self) -> str:
        return "action_decline"


class ActionOffer(TalkAction):
    """Offers meanings of a message that was not understood."""

    def name(self) -> str:
        return "action_offer"


class ActionCancel(TalkAction):
    """Ends what is open."""

    def name(self) -> str:
        return "action_cancel"


class ActionGoodbye(TalkAction):
    """Returns a farewell."""

    def name(self) -> str:
        return "action_goodbye"


class ActionStartOver(TalkAction):
    """Forgets everything that was told."""

    def name(self) -> str:
        return "action_start_over"

    def carry_out(self, done: Done, dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
        return [AllSlotsReset()]


class ActionWait(TalkAction):
    """Waits while the student looks something up."""

    def name(self) -> str:
        return "action_wait"


class ActionDontKnow(TalkAction):
    """Tells where something can be found out."""

    def name(self) -> str:
        return "action_dont_know"


class ActionAcknowledge(TalkAction):
    """Hears that an answer was taken in."""

    def name(self) -> str:
        return "action_acknowledge"


class ActionAskCorrection(TalkAction):
    """Asks what a wrong figure is instead."""

    def name(self) -> str:
        return "action_ask_correction"


class ActionRefuseRecords(TalkAction):
    """Refuses to look somebody's records up."""

    def name(self) -> str:
        return "action_refuse_records"
