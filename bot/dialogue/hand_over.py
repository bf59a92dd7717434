"""Handing a question over to a person: what is still to ask, what a message answers. Pure."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Literal, Optional, Set

from pydantic import BaseModel, Extra

from bot.dialogue.facts import is_question
from bot.dialogue.turn import Asked, UserTurn
from bot.reply import Reply, Suggestion

CHAT = {
    "", "affirm", "ask_certainty", "ask_details", "ask_my_details", "ask_source", "bot_identity", "cancel", "complain",
    "crisis", "deny", "emergency", "erase_me", "feedback_down", "feedback_up", "goodbye", "greet", "human_handover",
    "inform", "out_of_scope", "out_of_scope_campus", "start_over", "thanks", "ticket_add", "ticket_status", "unsure",
}  # fmt: skip
"""Intents of messages that are no question to the staff."""
ELSEWHERE = {"cancel", "complain", "crisis", "emergency", "erase_me", "start_over", "ticket_add", "ticket_status"}
"""Intents that other rules answer, whatever is asked for."""
SMALL_TALK = {"affirm", "bot_identity", "goodbye", "greet", "thanks", "unsure", "ask_my_details", "feedback_up"}
Step = Literal["question", "city", "contact"]
OTHER_CITY = "other"
NO_CONTACT, OTHER_QUESTION = "不留联系方式", "换个问题"
MAX_QUOTE = 40
MAX_CONTACT = 20
"""Characters up to which a statement is an unclear answer to the question for a contact, whatever it sounds like."""
MIN_STORY = 8
"""Characters beside the wish for a person from which the wish itself tells what it is about."""
# no part of a repetition may be read in two ways (想要 is 想 and 要): a message of many would take 2 ** n steps
_WISH = re.compile(
    r"(?:请|麻烦|帮我|给我|我?(?:想|要)|能不能|可不可以|可以|直接|还是|赶紧|快)*(?:转|接|找|叫|喊|换|来|联系)(?:个|一下|到|一位|接)?"
    r"(?:人工|真人|活人|客服|老师|工作人员|负责人|人)(?:客服|服务)?(?:吧|啊|呢|吗|行吗|行不行|谢谢|帮我|帮忙|看看|处理|说)*"
    r"|学校|医保(?:局|办|专员)|管.{0,4}的|出来|讲话|聊聊|讲讲"
)
_MATTER = re.compile(
    r"报销|参保|缴费|发票|单据|材料|审核|备案|住院|门诊|急诊|退费|退款|扣|名单|系统|页面|医院|药|证明|投诉|举报|态度|乱收|没通过|没到账|激活"
)
"""Words of what a ticket can be about: with one of them a wish for a person tells more than the wish."""
_ELSEWHERE_WORDS = re.compile(r"别的|其他|其它|另外|外地|外省|都不是|不在这|哪个都不|不想说|不告诉|跳过")
_NOT_REACHED = re.compile(r"不留|不用|不需要|不要|没有|不想|不方便|算|匿名|免了|不给|无|不必")
_ANOTHER = re.compile(r"[换改](?:一?个|一下|成)?(?:别的|其他)?问题|不是这个问题|问题(?:不对|错了|不是这个)")
_WAY = re.compile(r"微信|wx|vx|weixin|wechat|qq|邮箱|邮件|电话|手机|号码|联系我|@", re.IGNORECASE)
_BLACKENED, _NUMBER = re.compile(r"\*{3,}"), re.compile(r"(?<![\d.])\d(?:[ -]?\d){5,14}(?![\d.])")
_ACCOUNT = re.compile(r"[A-Za-z0-9][\w.-]{4,29}")


class HandOver(BaseModel):
    """What is known for the ticket. Kept in a slot as plain data; the contact itself never is."""

    question: Optional[str] = None
    intent: str = ""
    entities: List[Dict[str, Any]] = []
    city: Optional[str] = None
    """shanghai, lanzhou, or `other`; None while it is not known."""
    contact: Optional[Literal["given", "none"]] = None
    wants: bool = False
    """Whether the student said that he wishes to leave a contact."""
    tries: int = 0
    """How often the contact was asked for in vain."""
    asking: Optional[Step] = None
    """What was asked last."""
    ended: bool = False

    class Config:
        extra = Extra.forbid

    def missing(self, city: Optional[str]) -> Optional[Step]:
        """What to ask next; `city` as the conversation knows it."""
        if not self.question:
            return "question"
        if not (self.city or city):
            return "city"
        return None if self.contact else "contact"

    def asks(self, city: Optional[str]) -> HandOver:
        """The same, asking for what is missing."""
        return self.copy(update={"asking": None if self.ended else self.missing(city)})


def begin(wish: UserTurn, asked: Optional[Asked]) -> HandOver:
    """A hand-over from the message that wishes it: the question is told in it, or it is the last one before."""
    rest = _WISH.sub("", wish.text)
    told = len(re.sub(r"\W", "", rest)) >= MIN_STORY and bool(_MATTER.search(rest))
    if told and (asked is None or "投诉" in rest):
        return HandOver(question=wish.text, intent=wish.intent, entities=wish.plain_entities())
    if asked:
        return HandOver(question=asked.text, intent=asked.intent, entities=asked.entities)
    return HandOver()


def update(state: HandOver, turn: UserTurn, asking: Set[str]) -> Optional[HandOver]:
    """The hand-over after a message; None when something else must answer it. `asking`: intents of questions."""
    if turn.intent in ELSEWHERE:
        return None
    if state.asking == "question":
        return _question(state, turn)
    return _city(state, turn, asking) if state.asking == "city" else _contact(state, turn, asking)


def _question(state: HandOver, turn: UserTurn) -> Optional[HandOver]:
    if turn.intent == "deny":
        return state.copy(update={"ended": True})
    wish_only = turn.intent == "human_handover" and len(_WISH.sub("", turn.text)) < MIN_STORY
    if wish_only:
        return state.copy()
    if turn.intent in SMALL_TALK:
        return None
    told = {"question": turn.text, "intent": turn.intent, "entities": turn.plain_entities()}
    return state.copy(update=told)


def _city(state: HandOver, turn: UserTurn, asking: Set[str]) -> Optional[HandOver]:
    named = [each["value"] for each in turn.entities if each["entity"] == "city"]
    if turn.intent in asking and is_question(turn.text):
        return None
    if named:
        return state.copy(update={"city": named[-1]})
    elsewhere = any(each["entity"] == "other_place" for each in turn.entities) or _ELSEWHERE_WORDS.search(turn.text)
    if elsewhere or turn.intent in ("deny", "unsure", "other_city_insurance"):
        return state.copy(update={"city": OTHER_CITY})
    if turn.intent in asking or turn.intent in SMALL_TALK:
        return None
    return state.copy(update={"city": OTHER_CITY} if state.tries else {"tries": 1})


def _contact(state: HandOver, turn: UserTurn, asking: Set[str]) -> Optional[HandOver]:
    if _ANOTHER.search(turn.text):
        return HandOver(city=state.city)
    if is_reachable(turn):
        return state.copy(update={"contact": "given"})
    if turn.intent == "deny" or (len(turn.text) <= 12 and _NOT_REACHED.search(turn.text)):
        return state.copy(update={"contact": "none"})
    if turn.intent == "affirm" or (
        len(turn.text) <= 12 and re.search(r"^(?:我?要留|留一?[个下]|可以留|想留|留吧|留)", turn.text)
    ):
        return state.copy(update={"wants": True})
    if turn.intent == "human_handover":
        return state.copy()
    long = len(turn.text) > MAX_CONTACT
    if turn.intent in SMALL_TALK or is_question(turn.text) or (turn.intent in asking and long):
        return None
    # whoever insists means that he is reached like this (三号楼 502)
    return state.copy(update={"contact": "given"} if state.tries > 1 else {"tries": 2})


def is_reachable(turn: UserTurn) -> bool:
    """Whether a message gives a way to reach somebody: a number or address (blackened by then), or an account."""
    if _BLACKENED.search(turn.text):
        return True
    if is_question(turn.text):
        return False
    amounts = any(each["entity"] in ("amount", "date", "calendar_year") for each in turn.entities)
    if _NUMBER.search(turn.text) and not amounts:
        return True
    account = _ACCOUNT.search(turn.text)
    return bool(account) and (bool(_WAY.search(turn.text[: account.start()] if account else "")) or _alone(turn.text))


def _alone(text: str) -> bool:
    """Whether a message is nothing but an account such as wx_20031."""
    return bool(_ACCOUNT.fullmatch(text.strip())) and bool(re.search(r"[A-Za-z].*[\d_]|[\d_].*[A-Za-z]", text))


def render(state: HandOver, step: Step) -> Reply:
    """The question for what is missing."""
    if step == "question":
        return Reply(text="想让老师帮你解决什么？一句话说清楚就行。")
    if step == "city":
        names = ("上海", "兰州", "别的城市")
        choices = tuple(Suggestion(title=name, message=name) for name in names)
        return Reply(text="你的医保在哪个城市？我好转给对的老师。", suggestions=choices)
    choices = tuple(Suggestion(title=title, message=title) for title in (NO_CONTACT, OTHER_QUESTION))
    if state.wants:
        return Reply(text="请把手机号、微信号或邮箱发给我，只有老师看得到。", suggestions=choices)
    unclear = "没看出怎么联系你。" if state.tries > 1 else ""
    question = state.question or ""
    quote = question if len(question) <= MAX_QUOTE else f"{question[: MAX_QUOTE - 1]}…"
    text = f"{unclear}会转给老师的问题：“{quote}”。想让老师联系你的话，发手机号、微信号或邮箱；不留也行，凭单号查。"
    return Reply(text=text, suggestions=choices)
