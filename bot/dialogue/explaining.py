"""Questions about the last answer: how it was worked out, where it stands, how sure it is, what is remembered. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import List, Optional

from bot.dialogue.answering import answer_topic, doubted, last_topic, nearest
from bot.dialogue.calculating import known_rates
from bot.dialogue.calculation import SUMMED, summed
from bot.dialogue.facts import CalculationState
from bot.dialogue.given import describe
from bot.dialogue.outcome import Done, Spoken, says, text
from bot.dialogue.progress import progress, situation
from bot.dialogue.rates import PLACE_TITLES
from bot.dialogue.reading import REFERS, likeliest
from bot.dialogue.render import render_certainty, render_reason, render_restated
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.dialogue.visits import levels
from bot.knowledge.base import CityAnswer
from bot.knowledge.coverage import load_inventory, statements
from bot.knowledge.dialogues import level_names
from bot.knowledge.quotes import quotes
from bot.knowledge.render import cite, render_sources
from bot.knowledge.statements import shares_words
from bot.knowledge.topics import CITY_NAMES
from bot.policy.parameters import COHORT_TITLES
from bot.policy.result import Result
from bot.reply import Reply, Suggestion
from bot.settings import KNOWLEDGE


def last_result(turn: UserTurn, talk: Talk, sources: Sources) -> Optional[Result]:
    """The last calculation, worked out again; None when the last answer was a topic or nothing is complete."""
    if talk.case is None or talk.topic:
        return None
    return progress(talk.case, turn, talk, sources).result


def last_answers(turn: UserTurn, talk: Talk, sources: Sources) -> List[CityAnswer]:
    """The last topic's answers, one a city."""
    return list(sources.knowledge.answer(talk.topic, situation(turn, talk, sources)).cities) if talk.topic else []


def reason(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """怎么算出来的: every step; for a topic its fuller answer."""
    result = last_result(turn, talk, sources)
    if result is not None:
        return says(talk, render_reason(result, sources.knowledge.book))
    if talk.topic:
        return answer_topic(talk.topic, turn, talk, sources, detailed=True)
    return says(talk, Spoken("utter_ask_reason"))


def about_result(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """A question or a doubt about the last sum (我自己出多少, 学姐说六成): the figures once more, with how they come about."""
    talk = talk.with_(topic=None) if talk.case and talk.case.outputs else talk
    result = last_result(turn, talk, sources)
    if result is None or talk.case is None:
        return reason(turn, talk, sources)
    beside = [*_of_quoted_rate(turn, talk, sources), *_of_all_visits(talk.case)]
    reply = render_restated(result, sources.knowledge.book, beside=beside)
    if likeliest(turn, REFERS) == "aspect" and turn.intent not in OF_OWN_SHARE:
        said = _statement(turn, talk, sources)
        return says(talk, *([text(said)] if said else []), reply)
    if likeliest(turn, REFERS) != "doubt":
        return says(talk, reply)
    return says(talk, reply, render_certainty(_open_points(result)))


def _statement(turn: UserTurn, talk: Talk, sources: Sources) -> Optional[str]:
    """The statement on the rules of the last calculation that a question on it is about; None when none shares its words."""
    known, topic = situation(turn, talk, sources), last_topic(talk, sources)
    if topic is None or known.city is None:
        return None
    best = nearest(topic, turn, known.city, known, sources)[:1]
    return best[0].sentence.text if best and shares_words(turn.text, best[0].sentence) else None


def _of_all_visits(case: CalculationState) -> List[str]:
    """What all visits of the talk come to, where there was one before the last."""
    total = summed(case.before, case.outputs) if case.before else {}
    if not total:
        return []
    fund, own = (f"{Decimal(total[name]):,.2f}" for name in SUMMED)
    return [f"连同前面的一共：医保报销 {fund} 元，自己付 {own} 元。"]


def _open_points(result: Result) -> List[str]:
    """What a result takes for granted, and where documents disagree."""
    return [f"{one.text}{one.effect}" for one in result.assumptions] + [c["text"] for c in result.conflicts]


OF_OWN_SHARE = ("premium", "benefit_table")
"""Intents that 我自己出多少 sounds like: the figures alone answer it."""


def _percent(value: str) -> str:
    """A rate as it is written: 85 and 0.85 are both 85%."""
    rate = Decimal(value)
    return f"{(rate * 100 if rate <= 1 else rate).normalize():f}%"


def _of_quoted_rate(turn: UserTurn, talk: Talk, sources: Sources) -> List[str]:
    """Whose rate it is that a student quotes against the result: 六成 is that of another grade."""
    assert talk.case is not None
    city = situation(turn, talk, sources).city
    quoted = {_percent(value) for value in turn.values("percent")}
    told = {level_names(city or "").get(grade) for grade in levels(talk.case.visits)} if city else set()
    found = known_rates(talk.case, city, sources)
    others = [one for one in found if one.percent in quoted and one.place not in told]
    own = [one for one in found if one.place in told]
    return [f"{PLACE_TITLES[one.place]}报 {one.percent}。" for one in (*own, *others)] if others else []


def source(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """哪份文件写的: document, section and lines."""
    result, known = last_result(turn, talk, sources), sources.knowledge
    if result is not None and result.citations:
        passages = "\n".join(quotes(result.citations, known.book)) or None
        return says(talk, Reply(text=cite(result.citations, known.book), more=passages))
    answers, inventory = last_answers(turn, talk, sources), load_inventory(KNOWLEDGE)
    cohort = situation(turn, talk, sources).cohort
    rows = [row for one in answers for row in statements(known, inventory, one.city, str(talk.topic), cohort)]
    if not rows:
        return says(talk, Spoken("utter_ask_source"))
    cited = [citation for one in answers for citation in one.citations]
    passages = "\n".join(quotes(cited, known.book)) or None
    return says(talk, render_sources(rows, known).copy(update={"more": passages}))


def certainty(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """你确定吗: what was assumed, where documents disagree, whom to ask."""
    result, answers = last_result(turn, talk, sources), last_answers(turn, talk, sources)
    if result is None and not answers:
        return says(talk, Spoken("utter_ask_certainty"))
    doubts = [conflict for one in answers for conflict in one.conflicts]
    if result is not None:
        doubts = _open_points(result)
    if result is None:
        return doubted(turn, talk, sources).then(render_certainty(doubts))
    return says(talk, render_certainty(doubts))


def my_details(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """我的情况: city, cohort and the facts of the last calculation, with a way to forget them."""
    city, case = talk.city, talk.case
    known = [f"城市：{CITY_NAMES[city]}"] if city else []
    titles = {name.split(".")[1]: title for name, title in COHORT_TITLES.items()}
    known += [f"学生类别：{titles.get(talk.cohort, talk.cohort)}"] if talk.cohort else []
    if case and city:
        known.append(f"要算的账：{describe(case, city, sources.dialogues[case.intent].cities[city])}")
    if not known:
        return says(talk, Spoken("utter_ask_my_details"))
    said = "我记得这些：" + "；".join(known) + "。说“重新开始”就全部忘掉，说别的城市或金额就改过来。"
    return says(talk, Reply(text=said, suggestions=(Suggestion(title="全部忘掉", message="重新开始"),)))
