"""Calculations in a talk: begun by a message, gone on with, asked for what is missing, said. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import List, Optional, Sequence

from bot.dialogue.answering import answer_topic
from bot.dialogue.calculation import (
    VISITS_AND_STAYS,
    WAITING,
    Outcome,
    begun_by_facts,
    in_both_cities,
    start,
    update,
)
from bot.dialogue.choosing import told_in
from bot.dialogue.facts import CalculationState, dialogue_for, read_facts
from bot.dialogue.given import describe, set_aside
from bot.dialogue.moves import is_another_bill
from bot.dialogue.outcome import Done, Say, Spoken, says, text
from bot.dialogue.phrases import phrase
from bot.dialogue.progress import informed, progress, situation, stay_deductible
from bot.dialogue.rates import PlaceRate, place_rates
from bot.dialogue.reading import EDITS, likeliest, share, states_facts
from bot.dialogue.render import (
    render_both,
    render_cities,
    render_compared,
    render_question,
    render_rate,
    render_result,
)
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.dialogue.visits import are_exact, levels
from bot.knowledge.dialogues import level_names
from bot.knowledge.render import render
from bot.policy.errors import InvalidInput
from bot.reply import Reply, Suggestion

NO_ANSWER = ("nlu_fallback", "inform", "affirm", "deny", "out_of_scope", "out_of_scope_campus")
"""Intents of messages that were meant as an answer to the open question but do not answer it."""
CASE_ENTITIES = {"amount", "number", "years"}
"""Entities that belong to a calculation, even right after the answer to a topic."""
KEPT_FACTS = {"visits", "care", "counted", "admission", "own", "remaining"}
"""Facts of a case that are kept although no calculation is asked for."""
ABOUT_STUDENT = {"city", "cohort", "status", "person"}
RATES = {
    "calculate_outpatient": "outpatient_rate",
    "calculate_inpatient": "inpatient_rate",
    "calculate_serious_illness": "serious_illness",
}
"""Calculations that both cities have -> the topic that compares their rules without a bill."""
_NOT_TOLD_BY_TITLE = ("role", "level", "care", "amount")
"""Facts that are read from the words and roles of a message, not from the titles of the choices."""


def calculate(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Begin the calculation that the message asks for, or go on with the one that has asked."""
    before, active = talk.case, talk.asking is not None
    updated = update(before, turn, sources.dialogues, active=active)
    if updated is None:
        raise ValueError("the message has nothing to do with a calculation")
    switched: List[Say] = []
    if active and before and before.intent != updated.intent:
        title = sources.dialogues[updated.intent].title
        switched.append(text(phrase("switched", turn.before, title=title)))
    try:
        if not active and turn.text.strip() != sources.dialogues[updated.intent].title:
            updated = _with_told_choices(updated, turn, talk, sources)
        done = say_outcome(updated, turn, talk, sources)
    except InvalidInput as fault:
        kept = before if before and before.intent == updated.intent else CalculationState(intent=updated.intent)
        done = _asked(kept, turn, talk, sources)
        return replace(done, says=(*switched, text(fault.message_zh), *done.says))
    return replace(done, says=(*switched, *done.says))


def _with_told_choices(case: CalculationState, turn: UserTurn, talk: Talk, sources: Sources) -> CalculationState:
    """The case with the choices that its first message names already (转诊备案8月20号办的): they are not asked for.

    Raises InvalidInput for an impossible fact.
    """
    is_elsewhere = "other_place" in turn.stated
    while True:
        asking = progress(case, turn, talk, sources).asking
        if asking is None or not asking.choices or asking.fact in (*_NOT_TOLD_BY_TITLE, *case.facts):
            return case
        value = told_in(asking.choices, turn.text, is_elsewhere=is_elsewhere)
        if value is None:
            return case
        case = case.copy(update={"facts": {**case.facts, asking.fact: value}})


def _asked(case: CalculationState, turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """The question for what the case misses."""
    asking = case.asking or progress(case, turn, talk, sources).asking
    if asking is None:
        raise ValueError("nothing is missing")
    return ask_again(talk.with_(case=case.copy(update={"asking": asking})), turn)


def ask_again(talk: Talk, turn: UserTurn, *, missed: bool = True) -> Done:
    """The open question once more. A question in between is no misunderstanding: after its answer it is put as before.

    `missed`: whether a message that was meant as an answer did not give one.
    """
    assert talk.case is not None and talk.asking is not None
    asking = talk.asking
    if asking.times == 0 or not missed or turn.intent in NO_ANSWER:
        asking = asking.copy(update={"times": asking.times + 1})
    case = talk.case.copy(update={"asking": asking})
    return says(talk.with_(case=case), render_question(asking, turn.before, missed=missed))


def known_rates(case: CalculationState, city: Optional[str], sources: Sources) -> List[PlaceRate]:
    """Deductible and rate of every place of care in the city, for the care of a case; none where the book has none."""
    spec = sources.dialogues[case.intent].cities.get(city or "")
    if spec is None or spec.rates is None or city is None:
        return []
    return place_rates(spec.rates, city, sources.knowledge.book, sources.today)


def _rate_of_case(case: CalculationState, turn: UserTurn, talk: Talk, sources: Sources) -> Optional[Reply]:
    """What is paid at the one place that a case names, as long as its bill is not known."""
    city = situation(turn, talk, sources).city
    grades = set(levels(case.visits))
    if len(grades) != 1 or city is None:
        return None
    later = stay_deductible(case, turn, talk, sources)
    if later:
        return text(later)
    place = level_names(city).get(grades.pop())
    found = next((one for one in known_rates(case, city, sources) if one.place == place), None)
    return render_rate(found, sources.knowledge.book) if found else None


def say_outcome(case: CalculationState, turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Where a calculation stands: its result, the topic that answers instead, or the question for what is missing.

    Raises InvalidInput for an impossible fact.
    """
    outcome = progress(case, turn, talk, sources)
    if outcome.asking:
        asked = _asked(case.copy(update={"asking": outcome.asking}), turn, talk, sources)
        rate = _rate_of_case(case, turn, talk, sources) if outcome.asking.fact == "amount" else None
        return replace(asked, says=(rate, *asked.says)) if rate else asked
    if outcome.topic:
        return answer_topic(outcome.topic, turn, talk.with_(case=case.copy(update={"asking": None})), sources)
    assert outcome.result is not None
    sums = {name: str(value) for name, value in outcome.result.outputs.items() if isinstance(value, Decimal)}
    finished = case.copy(update={"asking": None, "outputs": sums})
    return says(talk.with_(case=finished, topic=None), _result(outcome, case, turn, talk, sources))


def _result(outcome: Outcome, case: CalculationState, turn: UserTurn, talk: Talk, sources: Sources) -> Reply:
    assert outcome.result is not None
    city, book = situation(turn, talk, sources).city or "", sources.knowledge.book
    spec, told = sources.dialogues[case.intent].cities[city], informed(case, talk)
    given, aside = describe(told, city, spec), set_aside(told, spec)
    following = _next(case, city, sources)
    exact = are_exact(told.visits)
    if outcome.compared:
        return render_compared(outcome.compared, city, book, aside=aside, next_=following)
    if outcome.beside:
        return render_both(outcome.result, outcome.beside, book, given=given, aside=aside, exact=exact, next_=following)
    return render_result(outcome.result, book, given=given, aside=aside, exact=exact, next_=following)


def _next(case: CalculationState, city: str, sources: Sources) -> Sequence[Suggestion]:
    """What one could ask after the result: titles of topics and of other calculations."""
    titles = sources.titles(list(sources.dialogues[case.intent].next), city)
    return [Suggestion(title=title, message=title) for title in titles]


def follow_up(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """A message that only gives facts (那三级呢、是兰州的): the last answer for the new city, or the case with the fact."""
    if talk.topic and not (turn.stated & CASE_ENTITIES or (talk.case and states_facts(turn))):
        return answer_topic(talk.topic, turn, talk, sources)
    return correct(turn, talk, sources)


def correct(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Work the last calculation out again with what the message states, or begin one from bare facts."""
    other = dialogue_for("", turn.entities, sources.dialogues)
    if talk.topic in RATES.values() and set(read_facts(turn.entities, turn.case)) == {"care"} and other in RATES:
        return answer_topic(RATES[other], turn, talk, sources)
    case, begun = talk.case, begun_by_facts(turn, sources.dialogues)
    if case and begun and _is_of_its_own(begun, case, turn, sources):
        case = None
    turn = replace(turn, intent="inform")
    updated = update(case, turn, sources.dialogues, active=talk.asking is not None) if case else begun
    if updated is None:
        return _noted(turn, talk, sources)
    try:
        return say_outcome(updated, turn, talk, sources)
    except InvalidInput as fault:
        return says(talk, text(fault.message_zh))


def onwards(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """What the serious-illness insurance adds to the stay that was worked out."""
    return calculate(replace(turn, intent="calculate_serious_illness", readings={}), talk, sources)


def _noted(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Bare facts that begin no calculation are kept for the next message; a kind of care alone is answered by its rates."""
    facts = read_facts(turn.entities, turn.case)
    if not set(facts) & KEPT_FACTS or talk.case:
        about_student = turn.stated <= ABOUT_STUDENT
        return says(talk, Spoken("utter_noted" if about_student else "utter_ask_what_to_calculate"))
    intent = dialogue_for("", turn.entities, sources.dialogues)
    if intent in RATES and not levels(facts.get("visits", [])):
        return answer_topic(RATES[intent], turn, talk, sources)
    if intent:
        return say_outcome(CalculationState(intent=intent, facts=facts), turn, talk, sources)
    draft = CalculationState(intent=VISITS_AND_STAYS[0], facts={**facts, "care_open": True})
    return says(talk.with_(case=draft), Spoken("utter_ask_what_to_calculate"))


def _is_of_its_own(begun: CalculationState, case: CalculationState, turn: UserTurn, sources: Sources) -> bool:
    """Whether bare facts begin a case beside the last one: years of a gap, or a bill with its care that is no next visit."""
    if begun.intent == WAITING != case.intent:
        return True
    if not is_another_bill(turn.entities):
        return False
    is_other = begun.intent != case.intent and (turn.intent in sources.dialogues or likeliest(turn, EDITS) == "another")
    return is_other or turn.readings.get("new", 0.0) > share(turn, EDITS)


def of_several(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """The calculation among the questions of one message."""
    try:
        return say_outcome(start(turn, sources.dialogues), turn, talk, sources)
    except InvalidInput as fault:
        return says(talk, text(fault.message_zh))


def compare_cities(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """上海和兰州哪个报得多: the same bill in both cities, or the rates of both when no bill is told."""
    case = _to_compare(turn, talk, sources)
    if case is None or not (case.amounts or case.facts.get("own")):
        topic = RATES.get(case.intent if case else "", "benefit_table")
        known = situation(turn, talk, sources)
        found = sources.knowledge.answer(topic, replace(known, city=None, cohort=None))
        return says(talk.with_(topic=topic), render(found, sources.knowledge))
    book = sources.knowledge.book
    try:
        outcomes = in_both_cities(case, today=sources.today, book=book, dialogues=sources.dialogues)
    except InvalidInput as fault:
        return says(talk, text(fault.message_zh))
    return says(talk.with_(case=case, topic=None), render_cities(outcomes, case, book))


def _to_compare(turn: UserTurn, talk: Talk, sources: Sources) -> Optional[CalculationState]:
    """The bill of the message, else of the last calculation."""
    last = talk.case
    known = dict(last.facts) if last else {}
    before = "calculate_serious_illness" if "大病" in turn.text else last.intent if last else ""
    intent = dialogue_for(before, turn.entities, sources.dialogues)
    facts = {**known, **read_facts(turn.entities, turn.case)}
    return CalculationState(intent=intent, facts=facts) if intent in RATES else None
