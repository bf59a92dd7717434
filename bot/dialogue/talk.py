"""What a conversation knows: the one state that a message is read against and that a reply changes. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from pydantic import BaseModel, Extra, ValidationError

from bot.dialogue.facts import Asking, CalculationState
from bot.dialogue.feedback import Thumb
from bot.dialogue.hand_over import HandOver
from bot.dialogue.turn import Asked, UserTurn, last_value

TALK = "talk"
"""Rasa's slot that holds it."""


class Talk(BaseModel):
    """The state of a conversation. Kept in a slot as plain data; nothing personal stands in it."""

    city: Optional[str] = None
    """shanghai or lanzhou: where the student is insured, as far as he told."""
    cohort: Optional[str] = None
    """fresh2025, fresh2024, continuing or graduate."""
    status: Optional[str] = None
    """dibao, low_income or severe_disability."""
    disease: Optional[str] = None
    case: Optional[CalculationState] = None
    """What is or was worked out, with the question that is open."""
    earlier: Optional[CalculationState] = None
    """The last visit or stay that was worked out before the present case, which is of another kind."""
    parts: List[str] = []
    """The intents of the questions that one message asked, in order: 第二个 means one of them."""
    dropped: Optional[CalculationState] = None
    """A calculation that was ended before it was finished."""
    person: Optional[str] = None
    """Whose case it is when it is somebody else's (室友); None for the student's own."""
    others: Dict[str, CalculationState] = {}
    """The cases that are not spoken of now, by person; the student's own under ''."""
    topic: Optional[str] = None
    """The topic of the last answer; None after a calculation."""
    question: Optional[Asked] = None
    """The last thing that the student wanted to know."""
    hand_over: Optional[HandOver] = None
    """The hand-over to a person that is going on."""
    thumb: Optional[Thumb] = None
    """The thumb down about which was asked what is missing."""
    thumbs_asked: List[str] = []
    """Subjects of thumbs that were asked about already."""
    erasing: bool = False
    """Whether the student was asked if everything stored of him is to be deleted."""
    misses: int = 0
    """How many messages in a row were not understood."""

    class Config:
        extra = Extra.forbid

    @staticmethod
    def read(stored: Optional[Mapping[str, Any]], city: Optional[str] = None) -> Talk:
        """The talk from its slot, in the installation's city while none was told.

        What an earlier release stored in another form is not read: the talk begins anew.
        """
        try:
            talk = Talk(**stored) if stored else Talk()
        except ValidationError:
            talk = Talk()
        return talk if talk.city or not city else talk.copy(update={"city": city})

    def with_(self, **changes: Any) -> Talk:
        """The same with changes."""
        return self.copy(update=changes)

    def told(self, turn: UserTurn) -> Talk:
        """The talk with what a message says of the student himself; two cities in one message say nothing of his own."""
        changes = {name: value for name in ("cohort", "status", "disease") if (value := last_value(turn, name))}
        cities = turn.values("city")
        if len(cities) == 1:
            changes["city"] = cities[0]
        return self.with_(**changes) if changes else self

    @property
    def asking(self) -> Optional[Asking]:
        """The open question of the calculation."""
        return self.case.asking if self.case else None

    @property
    def open(self) -> Optional[str]:
        """What the assistant waits for: hand_over, feedback, erase or calculation; None when nothing is open."""
        if self.hand_over:
            return "hand_over"
        if self.erasing:
            return "erase"
        if self.thumb:
            return "feedback"
        return "calculation" if self.asking else None

    def without_question(self) -> Talk:
        """The same with nothing open; what is known of the case stays."""
        case = self.case.copy(update={"asking": None}) if self.case else None
        return self.with_(case=case, hand_over=None, thumb=None, erasing=False)
