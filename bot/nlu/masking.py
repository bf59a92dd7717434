"""What the intent model reads: the normal text with amounts, city names and years replaced by marks.

An amount says that there is one, not which; masking it lets 花了800 and 花了一万二 be the same evidence.
"""

from __future__ import annotations

import re

from bot.nlu.quantities import find_quantities
from bot.nlu.text import normalise

MARKS = {
    "date": "某月某日",
    "amount": "¥",
    "counted": "",
    "admission": "第N次住院",
    "lapsed_years": "断保N年",
    "repaid_years": "补N年",
    "years": "N年",
    "number": "N",
}
_BLACKENED = re.compile(r"[\dx]*\*{3,}[\dx*]*")
"""What is left of an identity card or a telephone number."""
_PUNCTUATION = re.compile(r"[^\w¥]+")


def mask(message: str) -> str:
    """The masked normal text of a message; punctuation and blanks are dropped."""
    text = _BLACKENED.sub("", normalise(message).text)
    for quantity in reversed(find_quantities(text)):
        mark = MARKS.get(quantity.kind, text[quantity.start : quantity.end])
        text = text[: quantity.start] + mark + text[quantity.end :]
    # 激活不了 (the code does not work) shares its characters with 活不了
    return _PUNCTUATION.sub("", text.replace("激活", "开通"))
