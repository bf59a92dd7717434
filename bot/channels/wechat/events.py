"""What a message or event asks for, decided without looking anything up. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple, Union

from bot.channels.wechat.messages import Incoming
from bot.channels.wechat.render import MORE, SHOW, link

ASK_PREFIX = "ask:"
"""A menu key with this prefix asks what follows it."""
HUMAN = "转人工"
FIRST_QUESTIONS = ("新生怎么做参保确认", "门诊和急诊报多少", "算算住院能报多少")
WELCOME = (
    "你好，我是校园医保助手，自动回答大学生医保的问题，按官方文件说，写明依据，还能算报销。\n"
    "我不收身份证号、手机号；发来的会被遮掉。对话只用来回答你和改进回答，定期删除；取消关注，就立即全部删除。\n"
    "急症请先拨 120。\n\n先问一个，点一下就行："
)
VOICE = "我听不了语音，请把问题打成字；也可以点常问的："
PICTURE = "我看不了图片，请把问题打成字。证件和病历的照片请不要发。也可以点常问的："
OTHER = "我只看得懂文字，请把问题打出来；也可以点常问的："


@dataclass(frozen=True)
class Say:
    """Answer with this text."""

    text: str


@dataclass(frozen=True)
class Ask:
    """Put this to the assistant."""

    text: str
    may_transfer: bool = False
    """Whether WeChat lets the reply hand over to a person: only for messages, not for events."""


@dataclass(frozen=True)
class Fetch:
    """Show a late answer: the one of this key, or the one that waits."""

    key: str = ""
    typed: str = SHOW
    """What to ask the assistant when nothing waits."""


@dataclass(frozen=True)
class NextPage:
    """Show the next page of the last answer."""


@dataclass(frozen=True)
class Erase:
    """The user left: remove everything about him."""


@dataclass(frozen=True)
class Ignore:
    """Nothing is to be said."""


Wish = Union[Say, Ask, Fetch, NextPage, Erase, Ignore]
_SILENT = Ignore()


def wish(said: Incoming) -> Wish:
    """What a message or event asks for."""
    if said.kind == "event":
        return _event(said)
    if said.kind == "text" or (said.kind == "voice" and said.text.strip()):
        return _text(said)
    if said.kind == "voice":
        return Say(_with_questions(VOICE))
    if said.kind in ("image", "video", "shortvideo"):
        return Say(_with_questions(PICTURE))
    return Say(_with_questions(OTHER)) if said.kind in ("location", "link", "file") else _SILENT


def _text(said: Incoming) -> Wish:
    text = said.text.strip()
    if text in (SHOW, f"点此{SHOW}"):
        return Fetch(said.tap.removeprefix("r") if said.tap.startswith("r") else "", text)
    if text in (MORE, f"{MORE} ▸", f"{MORE}▸"):
        return NextPage()
    return Ask(text, may_transfer=True)


def _event(said: Incoming) -> Wish:
    if said.event == "subscribe":
        return Say(_with_questions(WELCOME))
    if said.event == "unsubscribe":
        return Erase()
    if said.event == "scan":
        return Say(_with_questions("又见面了。想问什么？也可以点常问的："))
    if said.event == "click" and said.event_key.startswith(ASK_PREFIX):
        text = said.event_key[len(ASK_PREFIX) :].strip()
        return Ask(text) if text else _SILENT
    return _SILENT


def _with_questions(text: str, questions: Tuple[str, ...] = FIRST_QUESTIONS) -> str:
    return "\n".join([text, *(link(question, question, f"q{n}") for n, question in enumerate(questions, 1))])
