"""Questions on the policy: the answer of a topic, of several in one message, more of it, one aspect of it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from bot.dialogue.facts import CalculationState, read_facts
from bot.dialogue.outcome import Done, Spoken, says, text
from bot.dialogue.progress import situation, stay_deductible
from bot.dialogue.rates import place_rates
from bot.dialogue.reading import REFERS, likeliest
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.dialogue.visits import levels
from bot.knowledge.aspects import load_aspects, render_aspect
from bot.knowledge.base import Answer, Situation
from bot.knowledge.coverage import load_inventory, statements
from bot.knowledge.dialogues import level_names
from bot.knowledge.render import render, render_brief, render_statements
from bot.knowledge.statements import Ranked, shares_words, statements_of
from bot.knowledge.unwritten import load_unwritten, render_unwritten
from bot.reply import Suggestion
from bot.settings import KNOWLEDGE

CERTAIN = 0.9
"""Confidence from which an answer stands alone."""
PERHAPS = 0.05
"""Probability from which another topic is offered beside a less certain answer."""


def answer(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """The answer to the topic that the message asks for."""
    return answer_topic(turn.intent, turn, talk, sources)


def answer_topic(topic: str, turn: UserTurn, talk: Talk, sources: Sources, *, detailed: bool = False) -> Done:
    """The answer to a topic; to a message that names both cities, the answers of both."""
    known = situation(turn, talk, sources)
    if len(turn.values("city")) > 1:
        known = replace(known, city=None)
    found = sources.knowledge.answer(topic, known)
    others = [] if detailed else _beside(topic, turn, sources)
    lead, also = ([], []) if detailed else _around(topic, turn, found, known, sources)
    reply = render(found, sources.knowledge, city=known.city, detailed=detailed, beside=others, lead=lead, also=also)
    return says(_opened(topic, turn, talk, sources).with_(topic=topic), reply)


def _opened(topic: str, turn: UserTurn, talk: Talk, sources: Sources) -> Talk:
    """The talk with the calculation that the rates of a topic leave open: 三级, then 一万二, complete it."""
    if talk.asking:
        return talk
    name = next((name for name, spec in sources.dialogues.items() if topic in spec.opens), None)
    told = read_facts(turn.entities, turn.case)
    same = talk.case is not None and talk.case.intent == name
    if name is None or (same and talk.case and (talk.case.amounts or not told)):
        return talk
    return talk.with_(case=CalculationState(intent=name, facts=told))


MOST_STATEMENTS = 3
"""Best statements of a question that are shown, those of the short answer among them."""


def _around(
    topic: str, turn: UserTurn, found: Answer, known: Situation, sources: Sources
) -> Tuple[List[str], List[str]]:
    """(before, after) the short answer: the best statement of the question where the short answer lacks it, then the next."""
    is_title = turn.text.strip() in (found.title, sources.title(topic))
    if len(found.cities) != 1 or turn.route != "answer" or turn.intent != topic or is_title:
        return [], []
    one = found.cities[0]
    rate = rate_sentence(topic, turn, one.city, sources)
    if rate:
        return [rate], []
    priors = {str(entry["name"]): float(entry["confidence"]) for entry in turn.ranking}
    ranked = statements_of(one.city, known.cohort, sources.today).rank(turn.text, priors)[:MOST_STATEMENTS]
    beside = [each.sentence.text for each in ranked if each.sentence.text not in one.short]
    leads = bool(ranked) and ranked[0].sentence.text in beside
    return (beside[:1], beside[1:]) if leads else ([], beside)


def rate_sentence(topic: str, turn: UserTurn, city: str, sources: Sources) -> Optional[str]:
    """Deductible and rate of the one grade that a question on the rates names (兰州三甲住院报多少, 第三次住院)."""
    grades = set(turn.values("level"))
    name = next((name for name, spec in sources.dialogues.items() if topic in spec.opens), None)
    if name:
        case = CalculationState(intent=name, facts=read_facts(turn.entities, turn.case))
        later = stay_deductible(case, turn, Talk(city=city), sources)
        if later:
            return later
    spec = sources.dialogues[name].cities[city] if name else None
    if len(grades) != 1 or spec is None or spec.rates is None:
        return None
    place = level_names(city).get(grades.pop())
    rates = place_rates(spec.rates, city, sources.knowledge.book, sources.today)
    return next((one.sentence for one in rates if one.place == place), None)


def unwritten(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """A thing that no document names: said to be unwritten, with whom to ask."""
    thing = load_unwritten()[turn.values("unwritten")[0]]
    return says(talk, render_unwritten(thing, situation(turn, talk, sources).city))


def doubted(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """A doubt about the answer to a topic: its nearest statements once more, with the rate of the grade that was named."""
    assert talk.topic is not None
    done = _stated(talk.topic, turn, talk, sources)
    grades = levels(talk.case.visits) if talk.case else []
    spec = sources.dialogues[talk.case.intent].cities.get(talk.city or "") if talk.case else None
    if not grades or spec is None or spec.rates is None or talk.city is None:
        return done
    places = {level_names(talk.city).get(grade) for grade in grades}
    rates = place_rates(spec.rates, talk.city, sources.knowledge.book, sources.today)
    named = [text(one.sentence) for one in rates if one.place in places]
    return replace(done, says=(*named, *done.says))


def details(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """More on the topic of the last answer."""
    if not talk.topic:
        return says(talk, Spoken("utter_nothing_to_detail"))
    return answer_topic(talk.topic, turn, talk, sources, detailed=True)


def beside(topic: str, ranking: Sequence[Mapping[str, Any]]) -> List[str]:
    """The next likely intent of a message whose first one, the topic, is not certain; at most one."""
    if not ranking or ranking[0]["name"] != topic or ranking[0]["confidence"] >= CERTAIN:
        return []
    return [entry["name"] for entry in ranking[1:2] if entry["confidence"] >= PERHAPS]


def _beside(topic: str, turn: UserTurn, sources: Sources) -> List[Suggestion]:
    titles = sources.titles(beside(topic, turn.ranking))
    return [Suggestion(title=title, message=title) for title in titles]


def brief(topics: Sequence[str], turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Several topics in one bubble, the lead of each."""
    known = situation(turn, talk, sources)
    found = [sources.knowledge.answer(topic, known) for topic in topics]
    return says(talk.with_(topic=topics[-1]), render_brief(found, sources.knowledge, city=known.city))


def last_topic(talk: Talk, sources: Sources) -> Optional[str]:
    """The last topic, or after a calculation the topic whose rules it applied."""
    if talk.topic or talk.case is None:
        return talk.topic
    rules = sources.dialogues[talk.case.intent].rules
    return next((name for name in rules if name in sources.knowledge.topic_ids), None)


def refer(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """A question on the subject of the last answer: what the statements of its topic, or of a nearer one, say of it."""
    topic = last_topic(talk, sources)
    if topic is None:
        return says(talk, Spoken("utter_nothing_to_refer_to"))
    if turn.intent in load_aspects():
        return _aspect(topic, turn, talk, sources)
    meant = meant_topic(topic, turn, sources)
    if meant != topic:
        return answer_topic(meant, turn, talk, sources)
    return _stated(topic, turn, talk, sources)


def _aspect(topic: str, turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """What a topic says on the aspect that the intent names (去哪办, 要带什么)."""
    known, knowledge = situation(turn, talk, sources), sources.knowledge
    found, inventory = knowledge.answer(topic, known), load_inventory(KNOWLEDGE)
    rows = [row for one in found.cities for row in statements(knowledge, inventory, one.city, topic, known.cohort)]
    aspect = load_aspects()[turn.intent]
    return says(talk.with_(topic=topic), render_aspect(aspect, found, rows, knowledge, city=known.city))


LINE, LAST = 0.7, 0.3
"""Weights of the topic that the words name and of the topic of the last answer (measured on follow-ups, docs/nlu.md)."""


def mixed(topic: str, turn: UserTurn) -> Dict[str, float]:
    """Probability of each topic for a message on the subject of the last answer."""
    alone = {str(one["name"]): LINE * float(one["confidence"]) for one in turn.ranking}
    return {**alone, topic: alone.get(topic, 0.0) + LAST}


def meant_topic(topic: str, turn: UserTurn, sources: Sources) -> str:
    """The topic that a question after an answer is about: the last one, unless the words surely name another."""
    priors = {name: p for name, p in mixed(topic, turn).items() if name in sources.knowledge.topic_ids}
    best = max(priors, key=lambda name: priors[name])
    is_answered = turn.route == "answer" and best == turn.intent
    return best if is_answered and priors[best] > priors[topic] + OTHER_TOPIC else topic


OTHER_TOPIC = 0.1
"""How much likelier another topic must be than the last one."""


def _stated(topic: str, turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """The statements of the last topic that come nearest to the question."""
    known = situation(turn, talk, sources)
    found = sources.knowledge.answer(topic, known)
    if not found.cities:
        return says(talk.with_(topic=topic), render(found, sources.knowledge, city=known.city))
    lines = [nearest(topic, turn, one.city, known, sources) for one in found.cities]
    told = likeliest(turn, REFERS) != "aspect" or any(
        shares_words(turn.text, ranked.sentence) for ranking in lines for ranked in ranking
    )
    reply = render_statements(found, lines, sources.knowledge, is_told=told)
    return says(talk.with_(topic=topic), reply)


def nearest(topic: str, turn: UserTurn, city: str, known: Situation, sources: Sources) -> List[Ranked]:
    """The best statements of a city for a question that follows the answer to a topic."""
    index = statements_of(city, known.cohort, sources.today)
    return index.rank(turn.text, mixed(topic, turn))[:MOST_STATED]


MOST_STATED = 3
"""Statements that a follow-up is answered with."""
