"""The dispatcher: a message and the talk in, what is said and the talk after it out. Pure.

Which action answers a request that needs nothing said before stands in data/rules; what a message does to the talk is
decided here and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Mapping

from bot.dialogue import answering, calculating, explaining, feedback, hand_over, steps, talking
from bot.dialogue.calculation import continues, update
from bot.dialogue.facts import is_question, read_facts
from bot.dialogue.outcome import Done
from bot.dialogue.requests import action_of_request
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import Asked, UserTurn

Handler = Callable[[UserTurn, Talk, Sources], Done]
_UNDERSTANDS_NOTHING = ("action_offer", "action_decline")


def several(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Each question of a message shortly, a calculation last so that it can go on asking."""
    intents = [question["intent"] for question in turn.questions]
    topics = [intent for intent in intents if intent in sources.knowledge.topic_ids]
    done = answering.brief(topics, turn, talk, sources) if topics else Done(talk)
    asked = next((question for question in turn.questions if question["intent"] in sources.dialogues), None)
    if asked is None:
        return done
    alone = replace(turn, text=asked["text"], intent=asked["intent"])
    calculated = calculating.of_several(alone, done.talk, sources)
    return replace(calculated, says=(*done.says, *calculated.says))


HANDLERS: Mapping[str, Handler] = {
    "action_answer": answering.answer,
    "action_answer_several": several,
    "action_details": answering.details,
    "action_refer": answering.refer,
    "action_calculate": calculating.calculate,
    "action_follow_up": calculating.follow_up,
    "action_correct": calculating.correct,
    "action_compare_cities": calculating.compare_cities,
    "action_explain_reason": explaining.reason,
    "action_explain_source": explaining.source,
    "action_explain_certainty": explaining.certainty,
    "action_my_details": explaining.my_details,
    "action_speak": talking.speak,
    "action_yes_no": talking.yes_no,
    "action_urgent": talking.urgent,
    "action_cancel": talking.cancel,
    "action_goodbye": talking.goodbye,
    "action_start_over": talking.start_over,
    "action_decline": talking.decline,
    "action_offer": talking.offer,
    "action_hand_over": steps.hands_over,
    "action_feedback": steps.thumb,
    "action_feedback_comment": steps.comment,
    "action_erase": steps.erasure,
    "action_ticket_status": steps.ticket_status,
    "action_add_to_ticket": steps.ticket_add,
}
"""What each custom action of the domain does."""


def action_for(turn: UserTurn, talk: Talk, sources: Sources) -> str:
    """The action that a message wants, read in the talk: `talk` is the state before the message."""
    if talk.hand_over and hand_over.update(talk.hand_over, turn, sources.questions):
        return "action_hand_over"
    if talk.erasing and steps.erasure_wish(turn):
        return "action_erase"
    if talk.thumb and feedback.commented(talk.thumb, turn, sources.questions):
        return "action_feedback_comment"
    if talk.asking and update(talk.case, turn, sources.dialogues, active=True):
        return "action_calculate"
    asked = action_of_request(turn.intent, sources)
    if asked in ("action_answer", "action_decline", "action_yes_no", "action_offer") and _goes_on(asked, turn, talk):
        return "action_correct"
    return asked


def _goes_on(asked: str, turn: UserTurn, talk: Talk) -> bool:
    """Whether a message goes on with the last calculation, whatever it sounds like."""
    if asked == "action_offer":
        told = talk.case and read_facts(turn.entities, turn.case) and not is_question(turn.text)
        return continues(talk.case, turn) or bool(told)
    return not talk.topic and continues(talk.case, turn)


def respond(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Answer a message: what is said, and the talk after it. `talk` is the state before the message.

    Raises ValueError: the knowledge holds no answer for an intent of the model.
    """
    action = action_for(turn, talk, sources)
    done = HANDLERS[action](turn, talk.told(turn), sources)
    done = _asked_again(done, turn, talk, action)
    after = done.talk
    if action not in _UNDERSTANDS_NOTHING:
        after = after.with_(misses=0)
    if done.effect is None or done.effect.kind not in ("forget", "erase"):
        after = _noting_question(after, turn, talk, sources)
    return replace(done, talk=after)


def _asked_again(done: Done, turn: UserTurn, talk: Talk, action: str) -> Done:
    """With the open question put once more, when something else was answered while it was open.

    A calculation that the message began or changed has put a question of its own.
    """
    after = done.talk
    if talk.open != after.open or after.open is None:
        return done
    if after.open == "calculation" and action != "action_calculate" and after.asking is talk.asking:
        again = calculating.ask_again(after, turn)
        return replace(again, says=(*done.says, *again.says), effect=done.effect)
    if after.open == "hand_over" and action != "action_hand_over":
        return done.then(steps.put_again(after))
    if after.open == "feedback" and action != "action_feedback":
        return replace(done, talk=after.with_(thumb=None))
    if after.open == "erase" and action != "action_erase":
        return replace(done, talk=after.with_(erasing=False))
    return done


def _noting_question(after: Talk, turn: UserTurn, before: Talk, sources: Sources) -> Talk:
    """The talk with the message as the last thing that the student wanted to know, if it is one.

    Anything that is no chat is a question, unless it answers one: 三级医院 sounds like one to a classifier.
    """
    is_asked = turn.intent in sources.questions and (before.open is None or is_question(turn.text))
    if not is_asked and (before.open is not None or turn.intent in hand_over.CHAT):
        return after
    question = Asked(text=turn.text, intent=turn.intent, entities=turn.plain_entities())
    return after.with_(question=question)
