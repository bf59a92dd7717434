"""The numbers that count the points of a message (1卡丢了能不能报 2急诊呢): no amounts, and the borders of its questions. Pure."""

from __future__ import annotations

import re
from typing import List

_POINT = re.compile(
    r"(?:(?<=^)|(?<=[\s,，。;；:：、!！?？]))[1-9](?=[^\d\s.,，%元块毛角万千百亿个次天年月日号级岁回趟笔张家成折点瓶盒份人位种楼层床晚周小到至~\-—kw])",
    re.IGNORECASE,
)
FEWEST = 2
"""Points from which numbers are a list."""


def points(text: str) -> List[int]:
    """Where the numbers of a list 1, 2, 3 … stand in a normal text; empty without one that begins with 1 and goes on."""
    found: List[int] = []
    for match in _POINT.finditer(text):
        if int(match.group()) == len(found) + 1:
            found.append(match.start())
    return found if len(found) >= FEWEST else []
