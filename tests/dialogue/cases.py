"""Hand-made entities, cases and turns, as the NLU hands them on."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, List, Mapping, Optional

from bot.dialogue.calculation import Outcome, advance, update
from bot.dialogue.facts import CalculationState
from bot.dialogue.respond import respond
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.knowledge.base import knowledge
from bot.knowledge.dialogues import load_dialogues
from bot.reply import Reply

ON = date(2025, 10, 15)


def entity(name: str, value: str, role: str = "", start: int = 0, **more: Any) -> Dict[str, Any]:
    """An entity with its role; `start`: its place in the message, in characters."""
    return {"entity": name, "value": value, "start": start, **({"role": role} if role else {}), **more}


def amount(value: str, role: str = "bill", start: int = 0) -> Dict[str, Any]:
    """An amount in yuan with a role."""
    return entity("amount", value, role, start, unit="money")


def state(intent: str, **facts: Any) -> CalculationState:
    """A calculation with facts."""
    return CalculationState(intent=intent, facts=facts)


def outpatient(*visits: Dict[str, Any], **facts: Any) -> CalculationState:
    """Visits to outpatient clinics."""
    return state("calculate_outpatient", visits=list(visits), **facts)


def inpatient(*visits: Dict[str, Any], **facts: Any) -> CalculationState:
    """Stays in hospital."""
    return state("calculate_inpatient", visits=list(visits), **facts)


def read_as(reading: str) -> Mapping[str, float]:
    """The readings of a message that is surely one thing; of none when empty."""
    return {reading: 1.0} if reading else {}


def after(
    known: CalculationState, text: str, *entities: Any, case: Any = None, intent: str = "inform", reading: str = ""
) -> CalculationState:
    """The calculation after a message that comes when its result was told."""
    turn = UserTurn(text=text, intent=intent, entities=entities, case=case or {}, readings=read_as(reading))
    changed = update(known, turn, load_dialogues(), active=False)
    assert changed is not None, f"{text!r} is taken for something else than the calculation"
    return changed


def worked_out(known: CalculationState, city: Optional[str] = "shanghai") -> Outcome:
    """Where a calculation stands on 2025-10-15."""
    return advance(known, city=city, cohort=None, today=ON, book=knowledge().book, dialogues=load_dialogues())


def after_answer(
    asked: CalculationState, text: str, *entities: Any, case: Any = None, intent: str = "inform", reading: str = ""
) -> CalculationState:
    """The calculation after a message that answers its open question."""
    turn = UserTurn(text=text, intent=intent, entities=entities, case=case or {}, readings=read_as(reading))
    changed = update(asked, turn, load_dialogues(), active=True)
    assert changed is not None, f"{text!r} is taken for no answer"
    return changed


class Dialogue:
    """A student who talks to the dispatcher."""

    def __init__(self, **known: Any) -> None:
        self.talk = Talk(**known)
        self.sources = Sources(knowledge(), ON)
        self.effect: Any = None
        self._last: str = ""

    def say(self, text: str, intent: str, *entities: Any, reading: str = "", **more: Any) -> List[str]:
        """Send a message; returns the texts that are said, and the names of responses of the domain."""
        readings = more.pop("readings", None) or read_as(reading)
        turn = UserTurn(text, intent, entities, before=self._last or None, readings=readings, **more)
        done = respond(turn, self.talk, self.sources)
        # the talk is kept between two messages as plain data
        self.talk, self.effect = Talk.read(done.talk.dict()), done.effect
        heard = [each.text if isinstance(each, Reply) else each.name for each in done.says]
        self._last = heard[-1] if heard else ""
        return heard

    def begins_stay(self) -> List[str]:
        """算算住院能报多少, the words of a button."""
        return self.say("算算住院能报多少", "calculate_inpatient")
