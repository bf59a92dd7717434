"""The dispatcher: a message and the talk in, what is said and the talk after it out. Pure.

Which action answers a request that needs nothing said before stands in data/rules; what a message does to the talk is
decided here and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Callable, Mapping, Optional, Set

from bot.dialogue import answering, calculating, explaining, feedback, hand_over, steps, talking
from bot.dialogue.calculating import ABOUT_STUDENT, RATES
from bot.dialogue.calculation import ONWARDS, gives_answer, update
from bot.dialogue.facts import CalculationState, is_question
from bot.dialogue.hand_over import HandOver
from bot.dialogue.outcome import Done
from bot.dialogue.people import turned_to
from bot.dialogue.reading import (
    EDITS,
    LIKELY,
    REFERS,
    asks_about_last,
    edits_case,
    is_read_as,
    likeliest,
    share,
    states_facts,
)
from bot.dialogue.requests import action_of_request
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import Asked, UserTurn
from bot.dialogue.visits import amounts

Handler = Callable[[UserTurn, Talk, Sources], Done]
SURELY = 0.7
"""Probability from which a reading goes before what a short message sounds like alone (确定？ after a sum is a doubt)."""
SHORT_NO = 3
"""Characters up to which a no is only a no."""
CHAT_OR_MORE = ("cancel", "affirm", "deny", "unsure", "complain", "ticket_add", "bot_identity")
"""Intents of whole messages that may be more than chat in a talk."""
MOVES: Mapping[str, str] = {
    "wait": "action_wait",
    "dont_know": "action_dont_know",
    "cancel": "action_cancel",
    "handover": "action_hand_over",
    "ack": "action_acknowledge",
}
"""Reading that changes neither case nor topic -> what hears it."""
PAYMENTS = (
    *("calculate_outpatient", "calculate_inpatient", "calculate_chronic_outpatient", "calculate_no_card"),
    *("calculate_elsewhere", "calculate_observation", "calculate_subsidy", "calculate_year"),
)
"""Calculations of what is paid for visits and stays."""
FIGURES = ("premium", "benefit_table", "annual_cap")
"""Topics on money beside those of the calculations."""
_UNDERSTANDS_NOTHING = ("action_offer", "action_decline")


def several(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Each question of a message shortly, a calculation last so that it can go on asking."""
    intents = [question["intent"] for question in turn.questions]
    topics = [intent for intent in intents if intent in sources.knowledge.topic_ids]
    talk = talk.with_(parts=intents)
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
    "action_unwritten": answering.unwritten,
    "action_refer": answering.refer,
    "action_calculate": calculating.calculate,
    "action_follow_up": calculating.follow_up,
    "action_correct": calculating.correct,
    "action_onwards": calculating.onwards,
    "action_compare_cities": calculating.compare_cities,
    "action_explain_reason": explaining.reason,
    "action_explain_source": explaining.source,
    "action_explain_certainty": explaining.certainty,
    "action_my_details": explaining.my_details,
    "action_about_result": explaining.about_result,
    "action_ask_correction": talking.ask_correction,
    "action_refuse_records": talking.refuse_records,
    "action_wait": talking.wait,
    "action_dont_know": talking.dont_know,
    "action_acknowledge": talking.acknowledge,
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
    turn = in_talk(turn, talk)
    person = talk.person
    talk = before_answer(turn, talk)
    if turn.route == "urgent":
        return action_of_request(turn.intent, sources)
    step = _of_step(turn, talk, sources)
    if step:
        return step
    if _asks_for_others_records(turn):
        return "action_refuse_records"
    if turn.values("unwritten") and not (_is_billed(turn) or _is_surely(turn, "medical_advice", sources)):
        return "action_unwritten"
    if person != talk.person and _asks_for_sum(turn, talk, sources):
        return "action_about_result"
    read = _while_asked(turn, talk, sources) if talk.asking else _after_answer(turn, talk, sources)
    return read or action_of_request(turn.intent, sources)


def _asks_for_sum(turn: UserTurn, talk: Talk, sources: Sources) -> bool:
    """Whether a message that turns to another person asks for what was worked out for him (他报多少来着)."""
    if talk.case is None or not talk.case.outputs or states_facts(turn) or is_read_as(turn, "new"):
        return False
    return not _asks_surely(turn, talk.with_(topic=turn.intent), sources)


def _is_billed(turn: UserTurn) -> bool:
    """Whether a message tells what was paid: then a thing in it is a part of the bill and not what is asked about."""
    return any(each["entity"] == "amount" for each in turn.entities) or bool(turn.values("level"))


BLACKENED = "***"
"""What stands in a message where an identity number or a telephone number was taken out."""


def _asks_for_others_records(turn: UserTurn) -> bool:
    """Whether a message asks to look another person up: by name in the records, or by his number."""
    others = [one for one in turn.people if one not in ("self", "first")]
    looks_up = BLACKENED in turn.text and not turn.values("amount")
    return bool(others) and (turn.intent == "ask_my_details" or looks_up)


SURE_INTENT = 0.95
"""Confidence from which the words of a message are a question to a doctor, whatever thing they name."""


def _is_surely(turn: UserTurn, intent: str, sources: Sources) -> bool:
    """Whether the words are surely a question to a doctor, or surely one that the knowledge answers."""
    sure = float(turn.ranking[0]["confidence"]) if turn.ranking else 0.0
    answered = turn.route == "answer" and turn.intent in sources.knowledge.topic_ids
    return (turn.intent == intent and sure >= SURE_INTENT) or (answered and sure >= SURELY)


SOFT = ("cancel", "goodbye", "thanks", "out_of_scope", "out_of_scope_campus", "medical_advice")
"""Intents that words alone may sound like although the message goes on with the case (继续吧 3700)."""


def in_talk(turn: UserTurn, talk: Talk) -> UserTurn:
    """The message without an intent that its reading in the talk contradicts."""
    if turn.readings.get("urgent", 0.0) >= SURELY_URGENT and turn.route in ("offer", "decline"):
        return replace(turn, intent=_urgent_intent(turn), route="urgent")
    rates = _rates_meant(turn)
    if rates:
        return replace(turn, intent=rates, route="answer")
    goes_on = talk.case is not None and states_facts(turn) and share(turn, EDITS) >= SURELY
    return replace(turn, intent="inform") if goes_on and turn.intent in SOFT and turn.route != "chat" else turn


SURELY_URGENT = 0.9
"""Probability of the reading from which a message that nothing else understands is answered as urgent."""


def _urgent_intent(turn: UserTurn) -> str:
    """The likelier of the two urgent intents; an emergency where the words name neither."""
    named = [str(one["name"]) for one in turn.ranking if one["name"] in ("crisis", "emergency")]
    return named[0] if named else "emergency"


CLOSE = 2
"""Likeliest intents that must be of one family for the named care to decide between them."""


def _rates_meant(turn: UserTurn) -> Optional[str]:
    """The rates that a question means which the words place between those of visits and of stays, and the care decides."""
    family = {*RATES, *RATES.values(), "compare_places", "benefit_table"}
    if turn.route != "offer" or not {str(one["name"]) for one in turn.ranking[:CLOSE]} <= family or not turn.ranking:
        return None
    cares = set(turn.values("care"))
    if "inpatient" in cares:
        return RATES["calculate_inpatient"]
    return RATES["calculate_outpatient"] if cares & {"outpatient", "emergency"} else None


def before_answer(turn: UserTurn, talk: Talk) -> Talk:
    """The talk turned to the person of whom the message speaks, and without a hand-over that it gives up."""
    if turn.route == "urgent":
        return talk
    if talk.hand_over and _leaves(talk.hand_over, turn):
        talk = talk.with_(hand_over=None)
    if talk.dropped and talk.case is None and share(turn, ("resume", "person", "correct", "vary")) >= LIKELY:
        talk = talk.with_(case=talk.dropped, dropped=None)
    talk = _of_part(turn, talk)
    if talk.earlier and _goes_back(turn, talk):
        talk = talk.with_(case=talk.earlier, earlier=None, topic=None)
    return turned_to(turn, talk)


BACK = ("resume", "again", "person", "explain", "aspect")
"""Readings of a message that goes back to what was worked out before."""


def _goes_back(turn: UserTurn, talk: Talk) -> bool:
    """Whether a message means the visit or stay that was worked out before another question came in between."""
    if share(turn, BACK) < LIKELY or talk.earlier is None:
        return False
    cares = {visit.get("care") for visit in talk.earlier.visits} | {talk.earlier.facts.get("care")}
    is_back = turn.readings.get("resume", 0.0) >= GIVES_UP
    return turn.intent in FIGURES or is_back or bool(cares & set(turn.values("care")))


def _of_part(turn: UserTurn, talk: Talk) -> Talk:
    """The talk at the question of a list that a message names by its number (第二个去哪办)."""
    which = turn.values("ordinal")
    if not which or len(talk.parts) < 2 or is_read_as(turn, "new"):
        return talk
    number = int(Decimal(which[0]))
    return talk.with_(topic=talk.parts[number - 1]) if 1 <= number <= len(talk.parts) else talk


def _of_step(turn: UserTurn, talk: Talk, sources: Sources) -> Optional[str]:
    """What goes on with a step that waits for the student: a hand-over, an erasure, a thumb down."""
    if talk.hand_over and is_read_as(turn, "cancel") and turn.intent != "deny":
        return "action_cancel"
    if talk.hand_over and hand_over.update(talk.hand_over, turn, sources.questions):
        return "action_hand_over"
    if talk.erasing and steps.erasure_wish(turn):
        return "action_erase"
    if talk.thumb and feedback.commented(talk.thumb, turn, sources.questions):
        return "action_feedback_comment"
    return None


GIVES_UP = 0.2
"""Probability of a cancel or a return from which a message that tells a case is no question to the staff."""


def _leaves(state: HandOver, turn: UserTurn) -> bool:
    """Whether a message gives a hand-over up and asks the assistant again (不等了你说，三级住院6000).

    What it is about is asked first: there, facts are what was asked for, unless a bill is told or the message gives up.
    """
    tells_bill = bool(amounts(turn.case.get("visits") or []))
    asks = share(turn, ("cancel", "new", "resume", "vary", "person")) >= LIKELY
    if state.asking == "question" and not tells_bill:
        return states_facts(turn) and share(turn, ("cancel", "resume", "vary", "person")) >= GIVES_UP
    return tells_bill and asks


def _while_asked(turn: UserTurn, talk: Talk, sources: Sources) -> Optional[str]:
    """What a message does while a question of the calculation is open; None when it is a request of its own."""
    if not gives_answer(talk.case, turn):
        move = _of_move(turn, talk)
        if move:
            return move
    if update(talk.case, turn, sources.dialogues, active=True):
        return "action_calculate"
    return _about_last(turn, talk, sources) if asks_about_last(turn) else None


def _after_answer(turn: UserTurn, talk: Talk, sources: Sources) -> Optional[str]:
    """What a message does after an answer; None when it is a request of its own."""
    if turn.intent in NAMED_FOREIGN and turn.intent != "out_of_scope_campus" and turn.route == "decline":
        return None
    is_title = turn.text.strip() == sources.title(turn.intent, talk.city)
    if turn.intent == "deny" and is_read_as(turn, "correct") and talk.case and len(turn.text) > SHORT_NO:
        return "action_ask_correction"
    if turn.route == "chat" and turn.intent in CHAT_OR_MORE and amounts(turn.case.get("visits") or []):
        return "action_correct"
    if is_title or (turn.route == "chat" and not _is_more_than_chat(turn)):
        return None
    if turn.intent == "compare_places" and set(turn.values("city")) - {talk.city} and talk.case:
        return "action_compare_cities"
    if is_read_as(turn, "choose") and talk.parts and turn.values("ordinal"):
        return "action_follow_up"
    if _asks_onwards(turn, talk):
        return "action_onwards"
    if _asks_surely(turn, talk, sources):
        return None
    if edits_case(turn, talk):
        return "action_correct"
    asks_other = turn.route == "answer" and turn.intent in sources.knowledge.topic_ids and not _is_weak(turn)
    about_him = bool(turn.stated) and turn.stated <= ABOUT_STUDENT
    if talk.topic and about_him and share(turn, EDITS) >= LIKELY and not asks_other:
        return "action_follow_up"
    varies = bool(talk.topic) and is_read_as(turn, "vary") and not states_facts(turn) and turn.route != "answer"
    if (asks_about_last(turn) or varies) and (talk.case or talk.topic):
        return _about_last(turn, talk, sources)
    if (
        is_read_as(turn, "correct")
        and talk.case
        and not states_facts(turn)
        and turn.route in ("offer", "chat", "decline")
    ):
        return "action_ask_correction"
    finished = talk.case is not None and bool(talk.case.outputs) and not talk.topic
    if finished and turn.intent in FIGURES and not is_read_as(turn, "new"):
        return "action_about_result"
    is_back = share(turn, ("resume", "person")) >= LIKELY and not states_facts(turn)
    if is_back and talk.case and talk.case.outputs:
        return "action_about_result"
    return _of_move(turn, talk) or _rather_than_offer(turn, talk)


def _asks_surely(turn: UserTurn, talk: Talk, sources: Sources) -> bool:
    """Whether a message asks for a topic or a special calculation by its own words, whatever it would change of a draft."""
    bare = not _is_billed(turn) and "gate" not in turn.stated
    topic = turn.route == "answer" and turn.intent in sources.knowledge.topic_ids and bool(talk.topic) and bare
    if topic and float(turn.ranking[0]["confidence"] if turn.ranking else 0) >= SURELY:
        return True
    is_draft = talk.case is not None and not (talk.case.outputs or talk.case.amounts)
    special = turn.intent in sources.dialogues and turn.intent not in RATES
    return is_draft and special and talk.case is not None and turn.intent != talk.case.intent


SHORT_QUESTION = 14
"""Characters up to which a question on the serious-illness insurance after a stay asks what it adds to that stay."""


def _asks_onwards(turn: UserTurn, talk: Talk) -> bool:
    """Whether a message asks what the serious-illness insurance adds to the stay that was worked out (大病那块还能报多少)."""
    asks = turn.intent in ("serious_illness", "calculate_serious_illness") and len(turn.text) <= SHORT_QUESTION
    stayed = talk.case is not None and talk.case.intent in ONWARDS and bool(talk.case.outputs.get("own"))
    return asks and stayed and not (turn.values("amount") or turn.values("disease")) and "大病" in turn.text


def _rather_than_offer(turn: UserTurn, talk: Talk) -> Optional[str]:
    """What a message in a talk comes to that would be met with an offer alone: the last sum, or the last answer."""
    goes_on = share(turn, (*REFERS, "resume", "person", "vary")) >= 2 * GIVES_UP
    if turn.route != "offer" or is_read_as(turn, "new") or not goes_on:
        return None
    if talk.topic:
        return "action_refer"
    return "action_about_result" if talk.case and talk.case.outputs else None


def _is_more_than_chat(turn: UserTurn) -> bool:
    """Whether a message that is chat alone surely goes on with the talk."""
    if turn.intent == "ticket_add":
        return states_facts(turn) and share(turn, EDITS) >= SURELY
    return turn.intent in CHAT_OR_MORE and share(turn, (*EDITS, *REFERS)) >= SURELY


NAMED_FOREIGN = ("medical_advice", "out_of_scope_campus", "out_of_scope_insurance", "other_city_insurance")
"""Intents of questions that are not ours and have their own answer."""
NOT_ON_LAST = (
    *("ask_reason", "ask_source", "ask_details", "ask_my_details", "compare_cities", "compare_places", "complain"),
    *("erase_me", "start_over", "human_handover", "ticket_status", "ticket_add", "feedback_up", "feedback_down"),
    *("crisis", "emergency", "greet", "thanks", "goodbye", "bot_identity"),
)
"""Intents that have an answer of their own, whatever was said last."""


def _of_move(turn: UserTurn, talk: Talk) -> Optional[str]:
    """The move that a message makes, when the words alone say nothing surer."""
    if not (talk.open or talk.case or talk.topic) or turn.intent in NAMED_FOREIGN:
        return None
    if turn.route in ("chat", "answer", "several", "inform") and turn.intent not in ("affirm", "deny", "unsure"):
        return None
    if share(turn, (*MOVES, "chat")) < LIKELY:
        return None
    move = likeliest(turn, tuple(MOVES))
    if not move or (move in ("handover", "cancel") and not is_read_as(turn, move)):
        return None
    return MOVES[move]


def _about_last(turn: UserTurn, talk: Talk, sources: Sources) -> Optional[str]:
    """How a question about the last answer is answered; None when it asks for another topic by name."""
    if turn.intent in NOT_ON_LAST or (turn.intent in sources.dialogues and states_facts(turn)):
        return None
    if talk.topic and _is_about_figures(turn, talk, sources):
        return "action_about_result"
    if talk.topic:
        return None if turn.intent == "ask_certainty" else "action_refer"
    if talk.case is None or talk.case.asking:
        return None
    is_other = turn.intent in sources.knowledge.topic_ids and turn.route == "answer" and not _is_weak(turn)
    if is_other and turn.intent not in _of_money(talk.case, sources):
        return None
    is_sum = "own" in talk.case.outputs or "final_own" in talk.case.outputs
    return "action_about_result" if is_sum or likeliest(turn, REFERS) != "aspect" else "action_refer"


WEAK = 0.4
"""Confidence below which a topic says little about a question after a sum."""


def _is_weak(turn: UserTurn) -> bool:
    return bool(turn.ranking) and float(turn.ranking[0]["confidence"]) < WEAK


def _is_about_figures(turn: UserTurn, talk: Talk, sources: Sources) -> bool:
    """Whether a question after the answer to another topic goes back to the sum before it (那我自己出多少)."""
    if talk.case is None or not talk.case.outputs or talk.topic in _of_money(talk.case, sources):
        return False
    return turn.intent in _of_money(talk.case, sources) or turn.intent in sources.dialogues


def _of_money(case: CalculationState, sources: Sources) -> Set[str]:
    """The topics that a question about the figures of a case sounds like: 我自己出多少 is not about the premium."""
    rules = sources.dialogues[case.intent].rules
    return {*FIGURES, *RATES.values(), *rules} - {"serious_illness", "repeat_admission"}


def respond(turn: UserTurn, talk: Talk, sources: Sources) -> Done:
    """Answer a message: what is said, and the talk after it. `talk` is the state before the message.

    Raises ValueError: the knowledge holds no answer for an intent of the model.
    """
    action = action_for(turn, talk, sources)
    turn = in_talk(turn, talk)
    talk = before_answer(turn, talk)
    done = HANDLERS[action](turn, talk.told(turn), sources)
    done = replace(done, talk=_with_earlier(done.talk, talk))
    done = _asked_again(done, turn, talk, action)
    after = done.talk
    if action in ("action_calculate", "action_correct") or is_read_as(turn, "new"):
        # 第二个 means a part of the message before only as long as nothing else was asked
        after = after.with_(parts=after.parts if action == "action_answer_several" else [])
    if action not in _UNDERSTANDS_NOTHING:
        after = after.with_(misses=0)
    if done.effect is None or done.effect.kind not in ("forget", "erase"):
        after = _noting_question(after, turn, talk, sources)
    return replace(done, talk=after)


def _with_earlier(after: Talk, before: Talk) -> Talk:
    """The talk with the visit or stay that a calculation of another kind takes the place of."""
    last = before.case
    if last is None or last.intent not in PAYMENTS or not last.outputs or after.case is None:
        return after
    is_other = after.case.intent != last.intent and after.person == before.person
    return after.with_(earlier=last) if is_other else after


def _asked_again(done: Done, turn: UserTurn, talk: Talk, action: str) -> Done:
    """With the open question put once more, when something else was answered while it was open.

    A calculation that the message began or changed has put a question of its own.
    """
    after = done.talk
    if talk.open != after.open or after.open is None or action == "action_wait":
        return done
    if after.open == "calculation" and action != "action_calculate" and after.asking is talk.asking:
        again = calculating.ask_again(after, turn, missed=action != "action_dont_know")
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
