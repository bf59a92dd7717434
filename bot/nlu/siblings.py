"""Siblings that words alone hardly tell apart: what the message states decides (an amount means a calculation). Pure.

A student who writes 住院花了一万 and one who writes 住院报多少 use the same words; only the first has a bill. Which topics a
calculation takes over, and what a message must state for it, stands in knowledge/dialogues.yml.
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Optional, Sequence, Set, Tuple

from bot.knowledge.dialogues import Dialogue
from bot.nlu.context import is_treated
from bot.nlu.intent_model import Decision
from bot.nlu.stated import stated_facts

Entity = Mapping[str, Any]
Dialogues = Mapping[str, Dialogue]

NAMED = {"other_city_insurance": "other_place", "out_of_scope_insurance": "other_insurance"}
"""Foreign intents that need a name: without the entity it is the student's own insurance that is meant."""
SURE = 0.6
"""Probability from which the classifier's choice between a rule and its calculation stands: its examples hold bills too."""
PLAUSIBLE = 0.2
"""Probability from which a topic is answered in place of a foreign insurance that the message does not name."""
_ON_THE_WAY = re.compile(
    r"异地|备案|外地|外省|省外|跨省|老家|家在|家里|回|去|来|从|到|户口|户籍|生源|看病|住院|看.{0,2}(医|门诊|急诊)|就医|转|停|原来|以前|之前|实习|放假|寒假|暑假|上学|读书|念书|换成|交着|保费|毕业|人|的我|考上|参保地"
)
_ASKS_TO_CALCULATE = re.compile(r"(算|计算|核算|估)一?(算|下|笔|个|看)|算算|(帮|想|要|给).{0,3}算|试算|计算器|算账|算钱")


def _states_case(dialogue: Dialogue, entities: Sequence[Entity], text: str) -> bool:
    """Whether a message holds a concrete case for a calculation."""
    stated: Set[str] = stated_facts(entities)
    elsewhere = [entity for entity in entities if entity["entity"] == "other_place"]
    if any(is_treated(text, entity["start"], entity["end"]) for entity in elsewhere):
        stated.add("stay_city")
    if (dialogue.stated and not stated & set(dialogue.stated)) or stated & set(dialogue.unless):
        return False
    return not dialogue.says or bool(stated & set(dialogue.told) or re.search(dialogue.says, text))


def special_case(intent: str, entities: Sequence[Entity], text: str, dialogues: Dialogues) -> Optional[str]:
    """The first dialogue without examples of its own that takes the intent over."""
    for name, dialogue in dialogues.items():
        takes_over = intent in dialogue.rules and (not dialogue.trained or name == "compare_places")
        if takes_over and _states_case(dialogue, entities, text):
            return name
    return None


def of_bare_facts(entities: Sequence[Entity], text: str, dialogues: Dialogues) -> Optional[str]:
    """The special calculation that a message of bare facts means (重残，住院，一万), None for a plain one."""
    cares = {entity["value"] for entity in entities if entity["entity"] == "care"}
    plain = next((name for name, dialogue in dialogues.items() if cares & set(dialogue.care)), None)
    return special_case(plain, entities, text, dialogues) if plain else None


def _general(intent: str, entities: Sequence[Entity], dialogues: Dialogues) -> Optional[str]:
    """The trained calculation that an intent belongs to; the kind of care that is named outranks the intent."""
    trained = {name: dialogue for name, dialogue in dialogues.items() if dialogue.trained and name != "compare_places"}
    own = next((name for name, dialogue in trained.items() if intent == name or intent in dialogue.rules), None)
    if own is None or not trained[own].care:
        return own
    cares = {entity["value"] for entity in entities if entity["entity"] == "care"}
    meant = [name for name, dialogue in trained.items() if cares & set(dialogue.care)]
    return "calculate_inpatient" if "calculate_inpatient" in meant else (meant[0] if meant else own)


def _own_insurance(decision: Decision, entities: Sequence[Entity], text: str, foreign: Set[str]) -> Tuple[str, str]:
    """Somebody else's insurance must be named; without the name it is the student's own that is meant."""
    places = {entity["entity"] for entity in entities} & {"city", "other_place"}
    if decision.route != "decline" and places == {"other_place"} and not _ON_THE_WAY.search(text):
        # 深圳大学生门诊报多少: another place, and nobody on the way to or from it
        return "other_city_insurance", "decline"
    needed = NAMED.get(decision.intent)
    if needed is None or any(entity["entity"] == needed for entity in entities):
        return decision.intent, decision.route
    name, score = next((name, score) for name, score in decision.ranking if name not in foreign)
    if score >= PLAUSIBLE or (needed == "other_place" and "city" in places):
        return name, "answer"
    return (name, "offer") if decision.ours >= PLAUSIBLE else (decision.intent, decision.route)


_OWN_INSURANCE = re.compile(r"(?:居民|大学生|学生|我的)医保|居保|医保(?:还|再|能|那)")
_COMPARES = re.compile(r"各报|哪个|哪边|哪里|哪儿|哪座|比|差|区别|不一样|还是|划算|更(高|多|好|省)|谁")
_BOTH_CITIES = re.compile(r"两个?(?:城市|地方|座城|地)|两边")
COMPARE_CITIES = "compare_cities"
"""Intent of a message that names both cities and compares them."""


def compares_cities(entities: Sequence[Entity], text: str) -> bool:
    """上海和兰州哪个报得多: both cities, none of them as the place of a treatment only."""
    named = {entity["value"] for entity in entities if entity["entity"] == "city"}
    return (len(named) > 1 or bool(_BOTH_CITIES.search(text))) and bool(_COMPARES.search(text))


_ASKS_SUM = re.compile(r"报多少|报几|能报|给报|报销多少|报得?了?多少|自己(付|掏|出|花)|报回|退多少|给多少")


def _of_told_care(entities: Sequence[Entity], dialogues: Dialogues) -> Optional[str]:
    """The calculation of the care or the grade that a message tells beside its bill."""
    cares = {entity["value"] for entity in entities if entity["entity"] == "care"}
    if "inpatient" in cares:
        return "calculate_inpatient"
    meant = next((name for name, spec in dialogues.items() if spec.trained and cares & set(spec.care)), None)
    return meant or ("calculate_outpatient" if any(e["entity"] == "level" for e in entities) else None)


def _asks_for_sum(calculation: Optional[str], entities: Sequence[Entity], text: str, dialogues: Dialogues) -> bool:
    """Whether a message has a bill and asks what is paid of it: then no rule answers it (校医院看病200，报多少钱)."""
    has_bill = "amount" in stated_facts(entities) and bool(_ASKS_SUM.search(text))
    return bool(calculation and has_bill and _states_case(dialogues[calculation], entities, text))


def settle(
    decision: Decision, entities: Sequence[Entity], text: str, foreign: Set[str], dialogues: Dialogues
) -> Tuple[str, str]:
    """(intent, route) after the facts of the message have been heard."""
    intent, route = _own_insurance(decision, entities, text, foreign)
    names = {entity["entity"] for entity in entities}
    bill = "amount" in stated_facts(entities) and bool(names & {"care", "level"}) and not names & {"other_place", "other_insurance"}
    if route == "decline":
        beside = any(entity.get("role") == "other_paid" for entity in entities) and bool(_OWN_INSURANCE.search(text))
        campus = bill and intent in ("out_of_scope", "out_of_scope_campus")
        paid_elsewhere = intent == "out_of_scope_insurance" and beside and "amount" in stated_facts(entities)
        told = _of_told_care(entities, dialogues) if campus or paid_elsewhere else None
        return (told, "answer") if told else (intent, route)
    gates = {entity["value"] for entity in entities if entity["entity"] == "gate"}
    if bill and gates & {"waiting", "third_party"} and intent not in dialogues:
        # whether anything is paid in a wait, or when somebody else is liable, the calculator says
        return _of_told_care(entities, dialogues) or intent, "answer"
    paid = {"compare_places", *(name for name, dialogue in dialogues.items() if dialogue.care)}
    if compares_cities(entities, text) and intent in {*paid, *(topic for name in paid for topic in dialogues[name].rules)}:
        return COMPARE_CITIES, "answer"
    special = special_case(intent, entities, text, dialogues)
    if special:
        return special, "answer"
    calculation = _general(intent, entities, dialogues)
    if calculation is None and intent not in dialogues and _ASKS_SUM.search(text) and {"amount"} <= stated_facts(entities):
        told = _of_told_care(entities, dialogues)
        if told:
            return told, "answer"
    wanted = bool(_ASKS_TO_CALCULATE.search(text)) or _asks_for_sum(calculation, entities, text, dialogues)
    if calculation is None or (route == "answer" and decision.confidence >= SURE and not wanted):
        return intent, route
    rules = dialogues[calculation].rules
    second = next((name for name, _ in decision.ranking if name != intent and name not in foreign), "")
    between_siblings = (
        route == "answer"
        or intent == calculation
        or second
        in {
            calculation,
            *rules,
            "calculate_outpatient",
            "calculate_inpatient",
        }
    )
    if wanted or _states_case(dialogues[calculation], entities, text):
        return (calculation, "answer") if between_siblings else (intent, route)
    if intent in {dialogue.rules[0] for dialogue in dialogues.values() if dialogue.trained and dialogue.care}:
        # the rates of the kind of care that is named, whichever of the two the classifier heard
        intent = rules[0]
    if intent == calculation or (route == "offer" and second in {calculation, *rules}):
        return (rules[0] if intent == calculation else intent), "answer"
    return intent, route
