"""Siblings that words alone hardly tell apart: what the message states decides (an amount means a calculation). Pure.

A student who writes 住院花了一万 and one who writes 住院报多少 use the same words; only the first has a bill.
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Optional, Sequence, Set, Tuple

from bot.nlu.intent_model import Decision

Entity = Mapping[str, Any]

RULES_OF = {
    "calculate_outpatient": ("outpatient_rate", "campus_clinic"),
    "calculate_inpatient": ("inpatient_rate", "observation_stay", "repeat_admission"),
    "calculate_serious_illness": ("serious_illness",),
    "calculate_waiting": ("waiting_period",),
}
"""Calculation -> the topics that state its rules; the first is the one to answer when there is nothing to calculate."""
NEEDS = {
    "calculate_outpatient": {"amount"},
    "calculate_inpatient": {"amount"},
    "calculate_serious_illness": {"amount"},
    "calculate_waiting": {"lapsed_years", "years", "repaid_years"},
}
"""Calculation -> entities of which one makes a message a concrete case."""
BY_CARE = {
    "outpatient": "calculate_outpatient",
    "emergency": "calculate_outpatient",
    "inpatient": "calculate_inpatient",
    "observation": "calculate_inpatient",
}
_ASKS_TO_CALCULATE = re.compile(
    r"(算|计算|核算|估)一?(算|下|笔|个|看)|算算|怎么算|(帮|想|要|给).{0,3}算|试算|计算器|算账|算钱"
)
CERTAIN = 0.95
"""Probability above which the classifier outranks the missing facts."""
_POLICY_FIGURE = re.compile(
    r"(起付线?|起付标准|封顶线?|门槛费?|最高|上限|限额|[还再]要?扣)(是|为)?(多少)?[\d一二三四五六七八九]"
    r"|[\d万千百](元|块)?的?(起付|封顶|门槛|上限|限额)"
)


def _has_case(calculation: str, entities: Sequence[Entity], text: str) -> bool:
    stated: Set[str] = {entity["entity"] for entity in entities}
    if not stated & NEEDS[calculation]:
        return False
    # 起付线300是每年吗, 8万封顶: the figure belongs to the rule, not to the student
    return not _POLICY_FIGURE.search(text)


def _calculation_of(intent: str, entities: Sequence[Entity]) -> Optional[str]:
    """The calculation that an intent belongs to; the kind of care that is named outranks the intent."""
    own = next((name for name, topics in RULES_OF.items() if intent == name or intent in topics), None)
    if own not in ("calculate_outpatient", "calculate_inpatient"):
        return own
    cares = {BY_CARE[entity["value"]] for entity in entities if entity["entity"] == "care"}
    if "calculate_inpatient" in cares:
        return "calculate_inpatient"
    return cares.pop() if cares else own


def settle(decision: Decision, entities: Sequence[Entity], text: str, foreign: Set[str]) -> Tuple[str, str]:
    """(intent, route) after the facts of the message have been heard."""
    intent, route = decision.intent, decision.route
    if intent == "other_city_insurance" and not any(entity["entity"] == "other_place" for entity in entities):
        # without the name of another place it is the student's own insurance that is meant
        own = [(name, score) for name, score in decision.ranking if name not in foreign]
        intent, route = own[0][0], "answer" if own[0][1] >= 0.2 else "offer"
    if route == "decline":
        return intent, route
    calculation = _calculation_of(intent, entities)
    if calculation is None:
        return intent, route
    contenders = {calculation, *RULES_OF[calculation], "calculate_outpatient", "calculate_inpatient"}
    second = next((name for name, _ in decision.ranking if name != intent and name not in foreign), "")
    between_siblings = route == "answer" or second in contenders
    if _has_case(calculation, entities, text) or _ASKS_TO_CALCULATE.search(text):
        return (calculation, "answer") if between_siblings else (intent, route)
    if intent == "calculate_waiting" and decision.confidence >= CERTAIN:
        # a gap told as a story (从大一到大三都没交) is a case; the form asks for the years
        return intent, route
    if intent == calculation or (route == "offer" and second == calculation):
        return (RULES_OF[calculation][0] if intent == calculation else intent), "answer"
    return intent, route
