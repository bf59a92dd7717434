"""A calculation in a conversation: which message feeds it, what is still to ask, when it can be worked out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from bot.dialogue.doubts import ROLE, role_question, with_role
from bot.dialogue.facts import (
    SMALLEST_BILL,
    Asking,
    CalculationState,
    Entity,
    answer_to,
    build_inputs,
    chosen_in,
    dialogue_for,
    is_question,
    read_facts,
    taken,
)
from bot.dialogue.moves import (
    MAIN_AMOUNT,
    difference,
    main_amounts,
    next_visit,
    stated_in_talk,
    told_as_spent_before,
    with_main_amount,
)
from bot.dialogue.reading import EDITS, LIKELY, is_read_as, likeliest, share, states_facts
from bot.dialogue.turn import UserTurn
from bot.dialogue.visits import amounts, has_amount, levels, merged, with_bill
from bot.knowledge.dialogues import CityDialogue, Dialogue
from bot.knowledge.topics import CITY_NAMES
from bot.policy.book import PolicyBook
from bot.policy.catalogue import calculate
from bot.policy.result import Question, Result

WAITING = "calculate_waiting"
YES_NO = {"affirm": True, "deny": False}
OPEN_INTENTS = ("inform", "affirm", "deny", "nlu_fallback")
"""Intents of messages that can answer an open question."""
STOPPING = ("crisis", "emergency", "human_handover", "cancel", "start_over", "erase_me", "goodbye", "thanks")
"""Intents that never feed a calculation, whatever facts the message holds (在三级医院天台上，不想活了)."""
CARE_QUESTION = Asking(
    fact="care",
    text="是门诊（急诊）还是住院？",
    choices=[{"value": "outpatient", "title": "门诊或急诊"}, {"value": "inpatient", "title": "住院"}],
)
CITY_QUESTION = Asking(
    fact="city",
    text="你的医保参在哪个城市？",
    choices=[{"value": "shanghai", "title": "上海"}, {"value": "lanzhou", "title": "兰州"}],
)


@dataclass(frozen=True)
class Outcome:
    """Where a calculation stands: exactly one of the three is set."""

    asking: Optional[Asking] = None
    topic: Optional[str] = None
    """The topic that answers where the city has no such calculation."""
    result: Optional[Result] = None
    beside: Optional[Result] = None
    """With `result`, which is for the stays: the result for the visits, where a case holds both."""
    compared: Tuple[Tuple[CalculationState, Outcome], ...] = ()
    """Each bill of a comparison with its own outcome (二级900还是三级1500划算); `result` is that of the first."""


def start(turn: UserTurn, dialogues: Mapping[str, Dialogue]) -> CalculationState:
    """A new calculation from the message that asks for it."""
    intent = dialogue_for(turn.intent, turn.entities, dialogues)
    if turn.intent in dialogues and turn.text.strip() == dialogues[turn.intent].title:
        # the words of a button are not the student's: 算算低保、重残能补多少 does not say which of them he is
        return CalculationState(intent=turn.intent)
    facts = read_facts(turn.entities, turn.case)
    if intent == "compare_places" and facts.get("alternatives") and len(set(amounts(facts["visits"]))) == 1:
        # one bill at several grades is what the comparison itself works out
        facts = {**facts, "visits": facts["visits"][:1], "alternatives": False}
    return CalculationState(intent=intent, facts=facts)


ONWARDS = ("calculate_inpatient", "calculate_observation", "calculate_outpatient")
"""Calculations whose share of the student a serious illness goes on from."""


def _kept_for(begun: CalculationState, state: Optional[CalculationState]) -> CalculationState:
    """A comparison without a bill of its own compares the bill that was just worked out; a serious illness goes on from what
    the student bears of the stay."""
    if begun.intent == "calculate_serious_illness" and state and state.intent in ONWARDS and not begun.facts:
        own = summed(state.before, state.outputs).get("own") if state.before else state.outputs.get("own")
        return begun.copy(update={"facts": {**begun.facts, "own": own}}) if own else begun
    if begun.intent != "compare_places" or state is None or begun.amounts or not state.amounts:
        return begun
    kept = {name: state.facts[name] for name in ("visits", "counted") if name in state.facts}
    return begun.copy(update={"facts": {**begun.facts, **kept}})


def begun_by_facts(turn: UserTurn, dialogues: Mapping[str, Dialogue]) -> Optional[CalculationState]:
    """A calculation that bare facts begin: a kind of care and an amount (门诊两千三，二级医院), or years of a gap."""
    facts = read_facts(turn.entities, turn.case)
    intent = WAITING if "lapsed_years" in facts else dialogue_for("", turn.entities, dialogues)
    has_amount = bool(amounts(facts.get("visits", [])) or facts.get("doubts"))
    if not intent and amounts(facts.get("visits", [])) and levels(facts["visits"]):
        # 三级，4000: only the kind of care is open
        return CalculationState(intent=VISITS_AND_STAYS[0], facts={**facts, "care_open": True})
    if not intent or not (has_amount or "lapsed_years" in facts):
        return None
    return CalculationState(intent=intent, facts=facts)


def gives_answer(state: Optional[CalculationState], turn: UserTurn) -> bool:
    """Whether a message gives the very fact that was asked for, whatever else the classifier heard in it."""
    return state is not None and _answers(state, turn)


def update(
    state: Optional[CalculationState], turn: UserTurn, dialogues: Mapping[str, Dialogue], *, active: bool
) -> Optional[CalculationState]:
    """The calculation after a message, or None when the message has nothing to do with it.

    `active`: whether a question of the calculation is open. A request for the same calculation then adds to it; otherwise
    it begins anew.
    """
    if turn.intent in STOPPING:
        return None
    answers = active and state is not None and _answers(state, turn)
    edits = (
        state is not None and states_facts(turn) and share(turn, EDITS) >= max(LIKELY, turn.readings.get("new", 0.0))
    )
    of_its_own = active and state is not None and turn.intent != state.intent and _is_sure(turn, dialogues)
    if turn.intent in dialogues and (of_its_own or not (answers or edits)):
        begun = start(turn, dialogues)
        same = active and state is not None and state.intent == begun.intent
        return _merged(state, begun.intent, begun.facts, turn) if same and state else _kept_for(begun, state)
    if state is None:
        return None
    if not active and not edits and turn.intent not in OPEN_INTENTS:
        return None
    is_answer = active and is_read_as(turn, "answer")
    if not (answers or edits or is_answer or turn.intent in OPEN_INTENTS):
        return None
    return _edited(state, turn, dialogues, active=active)


SURELY_ANOTHER = 0.85
"""Confidence from which a request for another calculation is one, although the message could be an answer."""


def _is_sure(turn: UserTurn, dialogues: Mapping[str, Dialogue]) -> bool:
    """Whether a message surely asks for another calculation; one of visits or stays must be named."""
    cares = dialogues[turn.intent].care if turn.intent in dialogues else ()
    if cares and not set(cares) & set(turn.values("care")):
        return False
    return bool(turn.ranking) and float(turn.ranking[0]["confidence"]) >= SURELY_ANOTHER


def _edited(
    state: CalculationState, turn: UserTurn, dialogues: Mapping[str, Dialogue], *, active: bool
) -> Optional[CalculationState]:
    """The case with what a message changes of it; None when it changes nothing."""
    bill = None if active else difference(turn.text, turn.entities, state)
    if bill:
        return state.copy(update={"facts": with_main_amount(state, bill)})
    stated = stated_in_talk(turn.entities, turn.case)
    tells_bill = bool(amounts(stated.get("visits", [])) or stated.get("own"))
    if not active and likeliest(turn, EDITS) == "another" and main_amounts(state) and tells_bill:
        following = next_visit(state, stated)
        return state.copy(update={"facts": following, "before": summed(state.before, state.outputs)})
    facts = (
        answer_to(state.asking, turn.text, turn.entities, YES_NO.get(turn.intent), turn.case, state.visits)
        if active and state.asking
        else read_facts(turn.entities, turn.case)
    )
    spent = _corrected_deductible(state, turn)
    if spent and not active:
        return state.copy(update={"facts": {**state.facts, "counted": spent}})
    figure = state.facts.get(MAIN_AMOUNT.get(state.intent, ""))
    if not active and (figure or not amounts(facts.get("visits", []))):
        facts = _replacing(state, turn, facts)
    facts = _with_only_amount(state, facts)
    if active and state.asking and state.asking.fact == ROLE and ROLE in facts:
        return state.copy(update={"facts": with_role(state.facts, str(facts[ROLE])), "asking": None})
    intent = dialogue_for(state.intent, turn.entities, dialogues)
    if _is_before_stay(state, turn, facts) or state.intent in MAIN_AMOUNT:
        intent = state.intent
    if active and state.asking and state.asking.fact == "care" and facts.get("care") and intent in VISITS_AND_STAYS:
        intent = next(name for name in VISITS_AND_STAYS if facts["care"] in dialogues[name].care)
    tells_earlier = bool(amounts(turn.case.get("visits") or [])) and facts.get("counted") in ("none", "full")
    if likeliest(turn, EDITS) in ("fact", "answer") and tells_earlier and state.amounts:
        # 没用过，今年就在校医院看过一次，35: what was spent before is no bill
        facts = {name: value for name, value in facts.items() if name != "visits"}
    facts = _without_inner(state, facts)
    facts = _in_stay(state, turn, facts) if intent == VISITS_AND_STAYS[1] == state.intent else facts
    mentions_city = any(entity["entity"] == "city" for entity in turn.entities)
    if not facts and intent == state.intent and not mentions_city:
        return None
    if facts.get("status") in SUBSIDISED and intent in dialogues[SUBSIDY].rules:
        intent = SUBSIDY
    return _merged(state, intent, facts, turn)


SUBSIDY = "calculate_subsidy"
SUBSIDISED = ("dibao", "severe_disability")
"""Students for whom a visit or a stay is worked out with what the government adds."""


def _with_only_amount(state: CalculationState, facts: Mapping[str, Any]) -> Dict[str, Any]:
    """The one amount of a message, unsure by itself, is the bill where a case still has none (住院报多少, 三甲, 一万二)."""
    doubts = facts.get("doubts", [])
    main = state.facts.get(MAIN_AMOUNT.get(state.intent, ""))
    if set(facts) & {"own", "fund_paid", "aside", "counted"}:
        return dict(facts)
    if len(doubts) != 1 or amounts(facts.get("visits", [])) or state.amounts or main or state.facts.get("doubts"):
        return dict(facts)
    rest = {name: value for name, value in facts.items() if name not in ("doubts", "visits")}
    bill = f"{Decimal(str(doubts[0]['value'])):.2f}"
    if state.intent in MAIN_AMOUNT:
        return {**rest, MAIN_AMOUNT[state.intent]: bill}
    known = merged(state.visits, list(facts.get("visits", [])))
    return {**rest, "visits": with_bill(known, bill, None)}


def _without_inner(state: CalculationState, facts: Mapping[str, Any]) -> Dict[str, Any]:
    """What a message says of a cost inside the known bill that is no medical one: it is taken out of the bill."""
    inner = [entry for entry in facts.get("aside", []) if entry.get("inside")]
    if not inner or not state.amounts:
        return dict(facts)
    known = state.visits
    taken_out = sum((Decimal(str(entry["value"])) for entry in inner), Decimal(str(known[-1].get("outside") or 0)))
    return {**facts, "visits": [*known[:-1], {**known[-1], "outside": f"{taken_out:.2f}"}]}


def _is_before_stay(state: CalculationState, turn: UserTurn, facts: Mapping[str, Any]) -> bool:
    """Whether a message adds the emergency bill before a stay that was told already."""
    told = facts.get("visits", [])
    emergencies = [visit for visit in told if visit.get("care") == "emergency" and visit.get("bill")]
    adds = likeliest(turn, EDITS) in ("fact", "correct", "answer")
    return (
        bool(emergencies)
        and len(emergencies) == len(told)
        and bool(state.amounts)
        and adds
        and (state.intent == VISITS_AND_STAYS[1])
    )


SUMMED = ("fund", "own")
"""Outputs that add up over the visits of a talk."""


def summed(before: Mapping[str, str], outputs: Mapping[str, str]) -> Dict[str, str]:
    """The sums in yuan of the visits so far; empty when one of them has none."""
    if not all(name in outputs for name in SUMMED):
        return {}
    return {name: f"{Decimal(before.get(name, '0')) + Decimal(outputs[name]):.2f}" for name in SUMMED}


def _in_stay(state: CalculationState, turn: UserTurn, facts: Mapping[str, Any]) -> Dict[str, Any]:
    """What a message tells of a stay, where it means something else alone: 首次 counts stays, an emergency was before it."""
    told = dict(facts)
    ordinals = turn.values("ordinal")
    if ordinals and told.get("counted") == "none" and "admission" not in told:
        told.pop("counted")
        told["admission"] = ordinals[-1]
    if _is_before_stay(state, turn, facts):
        known = state.visits
        told["visits"] = [*known[:-1], {**known[-1], "emergency": told["visits"][0]["bill"]}]
        told.pop("care", None)
    return told


_KEEPS_ROLE = (
    "outside",
    "covered",
    "used",
    "excluded",
    "last_year",
    "deposit",
    "premium",
    "other_person",
    "denied",
    "phone",
)


def _is_sum(entity: Entity) -> bool:
    """Whether a number can be a sum: 两笔一共 tells none."""
    return entity["entity"] == "amount" or Decimal(str(entity["value"])) >= SMALLEST_BILL


def _replacing(state: CalculationState, turn: UserTurn, facts: Mapping[str, Any]) -> Dict[str, Any]:
    """The one amount of a correction (哦不，是一万三; 要是一万二呢) takes the place of what the case is about."""
    figures = [
        entity
        for entity in turn.entities
        if entity["entity"] in ("amount", "number") and entity["value"] and not _keeps_role(entity) and _is_sum(entity)
    ]
    is_one = len(figures) == 1 and figures[0].get("unit") not in ("year", "day", "age", "month")
    if not is_one or "counted" in facts or "remaining" in facts:
        return dict(facts)
    value = f"{Decimal(str(figures[0]['value'])):.2f}"
    rest = taken(facts, value, "own", "fund_paid", "years", "counted")
    told = state.copy(update={"facts": {**state.facts, "visits": merged(state.visits, list(rest.get("visits", [])))}})
    changed = with_main_amount(told, value)
    names = ("visits", "own", "fund_paid", "counted")
    return {**rest, **{name: changed[name] for name in names if name in changed}}


def _corrected_deductible(state: CalculationState, turn: UserTurn) -> Optional[str]:
    """What was spent before this visit, corrected (看错了，之前花了250); None when the message corrects something else."""
    figures = [entity for entity in turn.entities if entity["entity"] in ("amount", "number") and entity["value"]]
    if state.intent != VISITS_AND_STAYS[0] or len(figures) != 1:
        return None
    return str(figures[0]["value"]) if told_as_spent_before(turn.text, figures[0]) else None


_TOLD_SURELY = 0.8
"""Probability from which the role of a single amount stands in a correction."""


def _keeps_role(entity: Entity) -> bool:
    """Whether an amount of a correction is told with a role of its own (里面自费两千), and not only a new figure."""
    sure = entity.get("confidence_role", 1.0) >= _TOLD_SURELY or entity.get("role") in ("denied", "phone")
    return entity.get("role") in _KEEPS_ROLE and sure


def _answers(state: CalculationState, turn: UserTurn) -> bool:
    """Whether a message gives the very fact that was asked for, whatever else the classifier heard in it."""
    if state.asking is None or is_question(turn.text):
        return False
    picked = chosen_in(state.asking, turn.text, turn.entities, YES_NO.get(turn.intent))
    facts = read_facts(turn.entities, turn.case)
    told = facts.get("visits", [])
    has_amount = bool(amounts(told) or facts.get("doubts"))
    given = {**facts, **({"amount": True} if has_amount else {}), **({"level": True} if levels(told) else {})}
    return picked is not None or state.asking.fact in given


def _merged(state: CalculationState, intent: str, facts: Mapping[str, Any], turn: UserTurn) -> CalculationState:
    """The case with what a message tells: facts replace, visits are merged, what is set aside is kept beside it."""
    told = list(facts.get("visits", []))
    if likeliest(turn, EDITS) == "correct" and len(levels(told)) > max(len(amounts(told)), 1):
        # 三甲写错，三乙: what is said last is meant
        told = told[-1:]
    kept = {**state.facts, **facts, "visits": merged(state.visits, told)}
    if "care_open" not in state.facts:
        # a bare answer tells nothing of the care, and it was clear before
        kept.pop("care_open", None)
    if intent == WAITING and "years" in facts and "lapsed_years" not in facts:
        # 那要是四年呢 after a waiting period means the years of the gap
        kept["lapsed_years"] = facts["years"]
    kept["aside"] = _with_aside(state.facts.get("aside", []), facts.get("aside", []))
    return CalculationState(
        intent=intent,
        facts={name: value for name, value in kept.items() if value not in ([], None)},
        before=state.before if intent == state.intent else {},
    )


def _with_aside(known: Sequence[Any], told: Sequence[Any]) -> List[Any]:
    return [*known, *(one for one in told if one not in known)]


def advance(
    state: CalculationState,
    *,
    city: Optional[str],
    cohort: Optional[str],
    today: date,
    book: PolicyBook,
    dialogues: Mapping[str, Dialogue],
) -> Outcome:
    """Work the calculation out, or say what to ask next.

    Raises InvalidInput: a fact is impossible, such as an amount of a billion yuan.
    """
    if city is None:
        return Outcome(asking=CITY_QUESTION)
    spec = dialogues[state.intent].cities[city]
    if spec.topic:
        plain = spec.plain and state.amounts and _plain(state, dialogues)
        if not plain:
            return Outcome(topic=spec.topic)
        # a status for which the city has no calculation of its own changes no payment
        plainly = state.copy(update={"intent": plain})
        return advance(plainly, city=city, cohort=cohort, today=today, book=book, dialogues=dialogues)
    assert spec.calculation is not None
    settled = bool(state.facts.get(MAIN_AMOUNT.get(state.intent, "")))
    open_role = None if settled else role_question(state.facts)
    if open_role:
        return Outcome(asking=open_role)
    if state.facts.get("care_open") and city in ONLY_STAYS and _counts_stays(state):
        stays = {name: value for name, value in state.facts.items() if name not in ("care_open", "counted")}
        stay = state.copy(update={"intent": VISITS_AND_STAYS[1], "facts": {"admission": "1", **stays}})
        return advance(stay, city=city, cohort=cohort, today=today, book=book, dialogues=dialogues)
    if state.facts.get("care_open") and state.intent in VISITS_AND_STAYS and not state.facts.get("care"):
        return Outcome(asking=CARE_QUESTION)
    compared = _alternatives(state)
    if compared:
        done = [advance(one, city=city, cohort=cohort, today=today, book=book, dialogues=dialogues) for one in compared]
        return next(
            (one for one in done if one.asking), Outcome(result=done[0].result, compared=tuple(zip(compared, done)))
        )
    both = _stays_and_visits(state)
    if both:
        done = [advance(part, city=city, cohort=cohort, today=today, book=book, dialogues=dialogues) for part in both]
        for part, outcome in zip(both, done):
            if outcome.asking:
                return Outcome(asking=_of_whole(outcome.asking, part, state))
        return Outcome(result=done[0].result, beside=done[1].result)
    if state.facts.get("lapsed_years_high"):
        ends = [
            advance(one, city=city, cohort=cohort, today=today, book=book, dialogues=dialogues)
            for one in _ends_of_gap(state)
        ]
        if all(end.result for end in ends):
            return Outcome(result=_spanned(ends[0].result, ends[1].result))  # type: ignore[arg-type]
    facts = _with_figures(state.facts, city, book, min(today, book.latest_day(city)))
    result = calculate(spec.calculation, build_inputs(spec, facts, city, today), book=book, today=today, cohort=cohort)
    for question in result.missing:
        alike = _same_refusal(question, result, spec, facts, city, book=book, today=today, cohort=cohort)
        if alike:
            return Outcome(result=alike)
        fact = spec.fact_of(question.field) or question.field
        choices: List[Mapping[str, Any]] = [
            {"value": choice.value, "title": choice.title} for choice in question.choices
        ]
        asked = [dict(choice) for choice in choices]
        return Outcome(asking=Asking(fact=fact, text=question.text, choices=asked, row=spec.row_of(question.field)))
    return Outcome(result=result)


ONLY_STAYS = ("lanzhou",)
"""Cities in which only stays are counted in a year: 头一次 with a grade and a bill tells a stay."""


def _counts_stays(state: CalculationState) -> bool:
    return bool(levels(state.visits)) and (state.facts.get("counted") == "none" or "admission" in state.facts)


def _plain(state: CalculationState, dialogues: Mapping[str, Dialogue]) -> Optional[str]:
    """The plain calculation of the care that a case tells."""
    cares = {visit.get("care") for visit in state.visits} | {state.facts.get("care")}
    return next((name for name, spec in dialogues.items() if spec.trained and cares & set(spec.care)), None)


STAYS = ("inpatient", "observation")
VISITS_AND_STAYS = ("calculate_outpatient", "calculate_inpatient")


def _alternatives(state: CalculationState) -> List[CalculationState]:
    """The bills that a message compares, each as a case of its own; empty when it compares none."""
    priced = [visit for visit in state.visits if has_amount(visit)]
    if (
        not state.facts.get("alternatives")
        or len(priced) < 2
        or state.intent not in (*VISITS_AND_STAYS, "compare_places")
    ):
        return []
    cares = {visit.get("care") for visit in priced} | {state.facts.get("care")}
    stay = state.intent == "calculate_inpatient" or bool(cares & set(STAYS))
    intent = "calculate_inpatient" if stay else "calculate_outpatient"
    rest = {name: value for name, value in state.facts.items() if name not in ("alternatives", "visits")}
    return [CalculationState(intent=intent, facts={**rest, "visits": [visit]}) for visit in priced]


def _stays_and_visits(state: CalculationState) -> Optional[Tuple[CalculationState, CalculationState]]:
    """The case as one of stays and one of visits, where it holds both (门诊三百，后来住院八千); None otherwise."""
    if state.intent not in VISITS_AND_STAYS:
        return None
    stays = [visit for visit in state.visits if visit.get("care") in STAYS]
    others = [visit for visit in state.visits if visit.get("care") in ("outpatient", "emergency")]
    if not stays or not others or len(stays) + len(others) < len(state.visits):
        return None
    facts = {name: value for name, value in state.facts.items() if name != "doubts"}
    return (
        CalculationState(intent="calculate_inpatient", facts={**facts, "visits": stays}),
        CalculationState(intent="calculate_outpatient", facts={**facts, "visits": others}),
    )


def _of_whole(asking: Asking, part: CalculationState, state: CalculationState) -> Asking:
    """A question about a visit of a part of the case, as one about that visit of the whole case."""
    if asking.row is None:
        return asking
    rows = [index for index, visit in enumerate(state.visits) if visit in part.visits]
    return asking.copy(update={"row": rows[asking.row]})


def _ends_of_gap(state: CalculationState) -> List[CalculationState]:
    """五六年没交 as two cases: of five and of six years."""
    high = state.facts["lapsed_years_high"]
    rest = {name: value for name, value in state.facts.items() if name != "lapsed_years_high"}
    return [state.copy(update={"facts": {**rest, "lapsed_years": years}}) for years in (rest["lapsed_years"], high)]


def _spanned(low: Result, high: Result) -> Result:
    """One result from the lower end of one to the upper end of the other."""
    changes: Dict[str, Any] = {
        "status": "range",
        "low": low.low or low.outputs,
        "high": high.high or high.outputs,
        "outputs": {},
        "steps": [*low.steps, *(step for step in high.steps if step not in low.steps)],
    }
    return low.copy(update=changes)


def _same_refusal(
    question: Question,
    result: Result,
    spec: CityDialogue,
    facts: Mapping[str, Any],
    city: str,
    *,
    book: PolicyBook,
    today: date,
    cohort: Optional[str],
) -> Optional[Result]:
    """The refusal that every answer to a question gives (保费 of a year without a document): then it is not asked."""
    if len(result.missing) != 1 or "." in question.field or not question.choices:
        return None
    inputs = build_inputs(spec, facts, city, today)
    assert spec.calculation is not None
    answers = [
        calculate(spec.calculation, {**inputs, question.field: choice.value}, book=book, today=today, cohort=cohort)
        for choice in question.choices
    ]
    return answers[0] if all(answer.status == "out_of_coverage" for answer in answers) else None


def in_both_cities(
    state: CalculationState, *, today: date, book: PolicyBook, dialogues: Mapping[str, Dialogue]
) -> Dict[str, Outcome]:
    """The same facts worked out in every city: city -> outcome. Raises InvalidInput."""
    return {
        city: advance(state, city=city, cohort=None, today=today, book=book, dialogues=dialogues) for city in CITY_NAMES
    }


def _with_figures(facts: Mapping[str, Any], city: str, book: PolicyBook, on: date) -> Mapping[str, Any]:
    """The facts with 起付线用完了, and with what is left of it, as the amount that was used."""
    left = facts.get("remaining")
    if (facts.get("counted") != "full" and not left) or city != "shanghai":
        return facts
    deductible = Decimal(str(book.resolve("sh.outpatient.deductible", cohort="sh.all", on=on).value))
    used = max(deductible - Decimal(str(left)), Decimal(0)) if left and facts.get("counted") != "full" else deductible
    return {**facts, "counted": str(used)}
