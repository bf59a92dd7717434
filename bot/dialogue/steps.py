"""Steps that ask for something beside calculations: the hand-over to a person, what a thumb down missed, an erasure. Pure."""

from __future__ import annotations

import re
from typing import Literal, Optional

from bot.dialogue import feedback, hand_over
from bot.dialogue.feedback import Thumb
from bot.dialogue.hand_over import HandOver
from bot.dialogue.outcome import Done, Effect, Spoken, says
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.reply import Reply

_NO = re.compile(r"不|别|留着|算了|等等|再想想")
_YES = re.compile(r"删|清|确[定认]|是|忘")


def hands_over(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """转人工: asks for what the ticket misses, then has it opened."""
    if talk.hand_over is None:
        state: Optional[HandOver] = hand_over.begin(turn, talk.question)
    else:
        state = hand_over.update(talk.hand_over, turn, sources.questions)
    assert state is not None, "the message does not go on with the hand-over"
    return _next_of_hand_over(state, talk.without_question())


def _next_of_hand_over(state: HandOver, talk: Talk) -> Done:
    asking = state.asks(talk.city)
    if asking.asking:
        return says(talk.with_(hand_over=asking), hand_over.render(asking, asking.asking))
    if state.ended:
        return says(talk, Spoken("utter_handover_cancelled"))
    return Done(talk, effect=Effect("open_ticket", state))


def thumb(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """👍 and 👎: kept with what the last answer was about; after the first 👎 the student is asked what was missing."""
    subject = subject_of(talk)
    liked = turn.intent == "feedback_up"
    if subject is None:
        return says(talk, Spoken("utter_feedback_on_nothing"))
    kept = Effect("thumb", ("up" if liked else "down", subject))
    talk = talk.with_(thumb=None)  # another thumb is no comment on the one before
    if liked:
        return Done(talk, (Spoken("utter_feedback_up"),), kept)
    if subject.subject in talk.thumbs_asked:
        return Done(talk, (Spoken("utter_feedback_again"),), kept)
    asked = talk.with_(thumb=subject, thumbs_asked=[*talk.thumbs_asked, subject.subject])
    return Done(asked, (Spoken("utter_ask_what_was_missing"),), kept)


def subject_of(talk: Talk) -> Optional[Thumb]:
    """What a thumb is about: the last topic, else the last calculation that was worked out."""
    if talk.topic:
        return Thumb(kind="topic", subject=talk.topic)
    case = talk.case
    return Thumb(kind="calculation", subject=case.intent) if case and case.asking is None else None


def comment(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """What was missing after a 👎."""
    assert talk.thumb is not None
    said = feedback.commented(talk.thumb, turn, sources.questions)
    assert said is not None, "the message is no comment"
    closed = talk.with_(thumb=None)
    if not said.comment:
        return says(closed, Spoken("utter_feedback_closed"))
    return Done(closed, (Spoken("utter_feedback_noted"),), Effect("thumb", ("down", said)))


def erasure(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """删除我的记录: asked once, then everything of the student is deleted."""
    if not talk.erasing:
        return says(talk.without_question().with_(erasing=True), Spoken("utter_ask_erase"))
    if erasure_wish(turn) == "yes":
        return Done(Talk(), (), Effect("erase"))
    return says(talk.with_(erasing=False), Spoken("utter_not_erased"))


def erasure_wish(turn: UserTurn) -> Optional[Literal["yes", "no"]]:
    """What a message answers to whether everything is to be deleted; None when it answers something else."""
    if turn.intent in ("deny", "cancel"):
        return "no"
    if turn.intent in ("affirm", "erase_me") or len(turn.text) <= 10:
        if _NO.search(turn.text):
            return "no"
        return "yes" if turn.intent in ("affirm", "erase_me") or _YES.search(turn.text) else None
    return None


def put_again(talk: Talk) -> Reply:
    """The open question of a hand-over once more."""
    assert talk.hand_over is not None and talk.hand_over.asking is not None
    return hand_over.render(talk.hand_over, talk.hand_over.asking)


def ticket_status(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """查询: what has become of a ticket."""
    return Done(talk, effect=Effect("ticket_status", turn.text))


def ticket_add(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """补充: what the student adds to his ticket."""
    return Done(talk, effect=Effect("ticket_add", turn.text))
