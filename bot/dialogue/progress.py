"""Where a calculation stands for the student of a talk. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Mapping, Optional

from bot.dialogue.calculation import Outcome, advance
from bot.dialogue.facts import CalculationState
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.dialogue.visits import levels
from bot.knowledge.base import Situation
from bot.policy.errors import InvalidInput
from bot.policy.parameters import COHORT_TITLES

DOCUMENTS: Mapping[str, tuple[str, Optional[str]]] = {
    "qa": ("shanghai", None),
    "fresh": ("shanghai", "fresh2025"),
    "xianda": ("shanghai", "fresh2024"),
    "letter": ("lanzhou", None),
}
"""A document that a message names -> the city and the students that it is for."""
FRESH_IN_LANZHOU = "fresh"
"""Lanzhou's documents speak of new students without the year."""


def situation(turn: UserTurn, talk: Talk, sources: Sources) -> Situation:
    """What is known of the student when a question is answered."""
    named_city, named_cohort = DOCUMENTS.get((turn.values("document") or [""])[0], (None, None))
    cohort, city = named_cohort or talk.cohort, named_city or talk.city
    prefix = {"shanghai": "sh.", "lanzhou": "lz."}.get(city or "", "")
    cohort = FRESH_IN_LANZHOU if (cohort, city) == ("fresh2025", "lanzhou") else cohort
    known = f"{prefix}{cohort}" if cohort and prefix else None
    # not every city tells every kind of student apart: there are graduates in Lanzhou's documents only
    return Situation(today=sources.today, city=city, cohort=known if known in COHORT_TITLES else None)


def informed(case: CalculationState, talk: Talk) -> CalculationState:
    """The case with what the student told of himself before it was begun: 低保, the illness."""
    told = {"status": talk.status, "disease": None if talk.disease == "chronic" else talk.disease}
    return case.copy(update={"facts": {**{name: value for name, value in told.items() if value}, **case.facts}})


def progress(case: CalculationState, turn: UserTurn, talk: Talk, sources: Sources) -> Outcome:
    """Where a calculation stands for this student. Raises InvalidInput for an impossible fact."""
    known = situation(turn, talk, sources)
    return advance(
        informed(case, talk),
        city=known.city,
        cohort=known.cohort,
        today=sources.today,
        book=sources.knowledge.book,
        dialogues=sources.dialogues,
    )


PROBE = "1000000.00"
"""A bill in yuan that is larger than every deductible."""


def stay_deductible(case: CalculationState, turn: UserTurn, talk: Talk, sources: Sources) -> Optional[str]:
    """The deductible of a later stay of the year, worked out by the calculator; None for a first stay or without a grade."""
    admission = Decimal(str(case.facts.get("admission") or 1))
    grades = levels(case.visits)
    if case.intent != "calculate_inpatient" or admission < 2 or len(grades) != 1:
        return None
    probe = case.copy(update={"facts": {**case.facts, "visits": [{"level": grades[0], "bill": PROBE}]}})
    try:
        result = progress(probe, turn, talk, sources).result
    except InvalidInput:
        return None
    steps = [step for step in result.steps if "起付" in step.label] if result else []
    if not steps or result is None:
        return None
    told = "；".join(f"{step.label} {step.expression} = {step.value} 元" for step in steps)
    reading = "".join(one.text for one in result.assumptions if "递减" in one.text)
    return f"今年第 {admission:f} 次住院：{told}。{reading}"
