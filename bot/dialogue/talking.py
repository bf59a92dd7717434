"""What is said beside answers and sums: yes and no, what is not ours, what is not understood, an end. Pure."""

from __future__ import annotations

from typing import List, Mapping, Sequence

from bot.dialogue.facts import is_question
from bot.dialogue.outcome import Done, Effect, Spoken, says
from bot.dialogue.progress import situation
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.knowledge.render import render_passage
from bot.knowledge.search import search
from bot.reply import Reply, Suggestion

NOISE = 6
"""Characters up to which a message that is not ours is a slip (呃, ???) while a question is open, and no subject of its own."""
MAX_OFFERS = 3
MANY_MISSES = 2
"""Messages in a row that were not understood, from which a person is offered."""
ENDED: Mapping[str, str] = {
    "calculation": "utter_cancelled",
    "hand_over": "utter_handover_cancelled",
    "erase": "utter_not_erased",
}
"""What was open -> what is said when it is ended."""


def speak(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """The response that an intent has of its own (你好, 谢谢)."""
    return says(talk, Spoken(f"utter_{turn.intent}"))


def yes_no(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Yes and no where nothing was asked; while a question is open it is simply put again."""
    return Done(talk) if talk.open and turn.intent != "unsure" else speak(turn, talk, sources)


def ask_correction(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """金额搞错了, without the right one: asks what it is instead."""
    return says(talk, Spoken("utter_ask_correction"))


def refuse_records(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Somebody else's records: nobody's can be looked up here."""
    return says(talk, Spoken("utter_no_records"))


def wait(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """我去问问, 等会说: what is open stays open, and nothing is asked again."""
    return says(talk, Spoken("utter_wait"))


def dont_know(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """不知道几级, 记不清了: where it can be found out; what is open stays open."""
    asked = talk.asking.fact if talk.asking else ""
    return says(talk, Spoken("utter_unsure_of_grade" if asked == "level" else "utter_unsure"))


def acknowledge(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """好的, 明白了: nothing is asked again."""
    return says(talk, Spoken("utter_affirm"))


def urgent(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """An emergency or a crisis: the next step at once, and nothing else is asked any more."""
    return speak(turn, talk.without_question(), sources)


def cancel(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Ends what is open; what is known of the student, and a finished calculation, stays."""
    response = ENDED.get(talk.open or "", "utter_nothing_to_cancel")
    ended = talk.without_question()
    if talk.open == "calculation":
        # it may be taken up again (还是算吧)
        ended = ended.with_(case=None, dropped=ended.case)
    return says(ended, Spoken(response))


def goodbye(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """A farewell ends what is open: nobody who leaves wants to be asked on."""
    return says(talk.without_question(), Spoken("utter_goodbye"))


def start_over(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Forgets everything that was told."""
    return Done(Talk(), (Spoken("utter_started_over"),), Effect("forget"))


def decline(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """What is not ours is named as such; after several in a row it is said what can be asked, and a person is offered."""
    if talk.open and len(turn.text) <= NOISE:
        return Done(talk)  # the open question is put again, and says that it was not answered
    misses = talk.misses + 1
    unclear = turn.intent == "out_of_scope" and misses > MANY_MISSES
    response = "utter_still_not_understood" if unclear else f"utter_{turn.intent}"
    return says(talk.with_(misses=misses), Spoken(response))


def offer(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Up to three meanings by their titles, a passage of the office's own documents, or what can be asked."""
    misses = talk.misses + 1
    titles = _offers(turn, talk, sources)
    if talk.open and not (titles and is_question(turn.text)):
        return Done(talk)  # the open question is put again, and says that it was not answered
    missed, city = talk.with_(misses=misses), situation(turn, talk, sources).city
    if titles:
        return says(missed, _offered(titles))
    hit = search().passage(turn.text, city)
    if hit:
        return says(missed, render_passage(hit, sources.knowledge.book, sources.today))
    return says(missed, Spoken("utter_not_understood" if misses < MANY_MISSES else "utter_still_not_understood"))


def _offers(turn: UserTurn, talk: Talk, sources: Sources) -> List[str]:
    """Titles of what the classifier ranks; where it has fewer than three, topics that are found by their words."""
    city = situation(turn, talk, sources).city
    ranked = sources.titles([entry["name"] for entry in turn.ranking], city)
    offers = list(dict.fromkeys(ranked))[:MAX_OFFERS]
    if len(offers) < MAX_OFFERS:
        offers = list(dict.fromkeys([*offers, *(hit.title for hit in search().topics(turn.text, city))]))
    return offers[:MAX_OFFERS]


def _offered(titles: Sequence[str]) -> Reply:
    choices = [
        *(Suggestion(title=title, message=title) for title in titles),
        Suggestion(title="都不是", message="都不是"),
    ]
    return Reply(text="你是想问下面哪一个？都不是的话，换个说法，或者找老师。", suggestions=tuple(choices))
