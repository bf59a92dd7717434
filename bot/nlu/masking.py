"""What the intent model reads: the normal text with amounts, dates and other numbers replaced by marks.

An amount says that there is one, not which; masking it lets 花了800 and 花了一万二 be the same evidence.
"""

from __future__ import annotations

import re

from bot.nlu.mentions.find import Mention
from bot.nlu.message import read_message

MARKS = {"date": "某月某日", "ordinal": "第N次", "count": "N次", "number": "N"}
AMOUNT = "¥"
SMALLEST_BARE = 100
"""A bare number from here on is nearly always yuan."""
_BLACKENED = re.compile(r"[\dx]*\*{3,}[\dx*]*")
"""What is left of an identity card or a telephone number."""
_PUNCTUATION = re.compile(r"[^\w¥]+")


def _mark(mention: Mention) -> str:
    number = mention.number
    if mention.kind == "number":
        bare = mention.unit == "" and number is not None and number >= SMALLEST_BARE
        return AMOUNT if mention.unit == "money" or mention.scaled or bare else MARKS["number"]
    return MARKS.get(mention.kind, mention.text)


def mask(message: str) -> str:
    """The masked normal text of a message; punctuation and blanks are dropped."""
    read = read_message(message)
    text = read.text
    for mention in reversed(read.mentions):
        text = text[: mention.start] + _mark(mention) + text[mention.end :]
    # 激活不了 (the code does not work) shares its characters with 活不了
    return _PUNCTUATION.sub("", _BLACKENED.sub("", text).replace("激活", "开通"))
