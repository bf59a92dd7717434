"""Several questions in one message, taken apart: each part keeps the background that belongs to it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Tuple

from bot.nlu.mentions.points import points
from bot.nlu.text import normalise

MAX_QUESTIONS = 5
"""More are hardly ever meant; the rest of the message then stays with the last one."""
_BORDER = re.compile(
    r"[。！？?!；;\n]+|[，,、 ](?=\S)|(?<=\S)(?=另外|还有就是|还有个|顺便|再问|还想问|还想知道|对了|第二[个,，、]|以及)"
)
_ASKS = re.compile(
    r"[?？]|吗|么[^么]?$|怎|咋|如何|多少|几[个天年次月点号成家块]|什么|啥|哪|谁|多久|多长|能不能|可不可以|可以不|能不|要不要|用不用|需不需要|是不是|有没有"
    r"|算不算|行不行|会不会|好不好|多大|几时|何时|为何|幾|麼|嗎|點樣|邊"
)
_TAG = re.compile(
    r"^\W*(是吗|对吗|对吧|行吗|好吗|可以吗|能行吗|这样可以吗"
    r"|是这样吗|怎么办|咋办|咋整|怎么弄|怎么搞|为什么|为啥)\W*$"
)
"""An ending that asks about what was just said: no question of its own."""


@dataclass(frozen=True)
class Part:
    """One question of a message with its place in it."""

    text: str
    start: int
    end: int


def is_numbered(message: str) -> bool:
    """Whether a message numbers its questions (1… 2…)."""
    return bool(_numbered(message))


def _numbered(message: str) -> List[int]:
    text = normalise(message).text
    return points(text) if len(text) == len(message) else []


def _pieces(message: str) -> List[Tuple[int, int]]:
    """Spans between the borders; nothing is left out but the borders themselves stay with the piece before."""
    numbered = _numbered(message)
    if numbered:
        # what stands before the first point is background of it
        ends = [*numbered[1:], len(message)]
        return [(0 if place == 0 else start, end) for place, (start, end) in enumerate(zip(numbered, ends))]
    spans, begin = [], 0
    for border in _BORDER.finditer(message):
        if border.end() > begin and message[begin : border.start()].strip():
            spans.append((begin, border.end()))
            begin = border.end()
    if message[begin:].strip():
        spans.append((begin, len(message)))
    return spans


def split_questions(message: str) -> List[Part]:
    """The questions of a message, in order; a message with fewer than two gives one part.

    A piece that asks nothing is background of the question after it, or of the last one when none follows.
    """
    parts: List[Part] = []
    begin = None
    for start, end in _pieces(message):
        begin = start if begin is None else begin
        piece = message[start:end]
        if not _ASKS.search(piece):
            continue
        if parts and _TAG.match(piece):
            parts[-1] = _joined(message, parts[-1].start, end)
        else:
            parts.append(_joined(message, begin, end))
        begin = None
    if begin is not None and parts:
        parts[-1] = _joined(message, parts[-1].start, len(message))
    if len(parts) > MAX_QUESTIONS:
        parts = [*parts[: MAX_QUESTIONS - 1], _joined(message, parts[MAX_QUESTIONS - 1].start, len(message))]
    return parts or [_joined(message, 0, len(message))]


def _joined(message: str, start: int, end: int) -> Part:
    return Part(message[start:end], start, end)
