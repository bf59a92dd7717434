"""Which choice of an open question a message picks: by title, by a piece of it, by number, by yes and no. Pure."""

from __future__ import annotations

import re
from typing import Any, Mapping, Optional, Sequence

Choice = Mapping[str, Any]
_AROUND = re.compile(
    r"[\s，,。.！!？?~、]|我|就|在|是|的|了|呢|吧|啊|呀|哦|嘛|那种|那个|这个|那|应该|可能|大概|选|要|去|看的?|属于|算|当然|肯定|嗯|对|里面|里$|里(?=看)"
)
_PARTS = re.compile(r"[、，,或/（）()]|还是")
_YES = re.compile(
    r"^(?:嗯|对|是|有|办|备|参|交|带|够|满|用|提前|早|都|已经?|必须"
    r"|当然|肯定|确实|可不)(?!没|不是)|(?:过|好|完|上)?了$|过的?$"
)
_NO = re.compile(r"没|不|无|未|忘|从来|哪有|否")
_GANSU = [
    "嘉峪关",
    "酒泉",
    "张掖",
    "武威",
    "金昌",
    "白银",
    "天水",
    "平凉",
    "庆阳",
    "定西",
    "陇南",
    "临夏",
    "甘南",
    "敦煌",
]
_ALTERNATIVES: Mapping[str, Sequence[str]] = {
    "三级甲等": ("甲",),
    "三级乙等": ("乙",),
    "校内": ("学校", "校医", "校内"),
    "甘肃省内": ("省内", "甘肃", *_GANSU),
    "省外": ("省外", "外省", "外地"),
    "寒暑假": ("寒假", "暑假", "放假", "假期"),
    "异地转诊": ("转诊", "转院"),
    "其他临时外出": ("临时外出",),
    "异地长期居住": ("长期居住", "长期异地", "常住"),
}
"""What stands on a choice -> other words for it."""


def core(text: str) -> str:
    """What is left of an answer without the words that only hold it."""
    return _AROUND.sub("", text)


def is_yes_no(choices: Sequence[Choice]) -> bool:
    """Whether a question is answered by yes or no."""
    return {choice["value"] for choice in choices} == {True, False}


def yes_or_no(text: str) -> Optional[bool]:
    """Whether a short answer says yes (有的，提前备过了) or no (还没呢); None when it says neither."""
    short = text.strip("，。！!~ ")
    if len(short) > 14:
        return None
    if _NO.search(short):
        return False
    return True if _YES.search(short) else None


def _named(choices: Sequence[Choice], text: str) -> Optional[Choice]:
    """The one choice whose title shares its words with the message; None when there is none or more than one."""
    said = core(text)
    if not said or len(text) > 16:
        return None
    fitting = [choice for choice in choices if _fits(choice["title"], said)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(title: str, said: str) -> bool:
    parts = [core(part) for part in _PARTS.split(title)]
    words = [part for part in parts if len(part) > 1]
    others = [other for key, alternatives in _ALTERNATIVES.items() if title.startswith(key) for other in alternatives]
    return said in parts or (len(said) > 1 and said in title) or any(word in said for word in [*words, *others])


def told_in(choices: Sequence[Choice], text: str, *, is_elsewhere: bool) -> Any:
    """The value of the one choice that a message of any length names on its way, None when it names none or several.

    `is_elsewhere`: whether it names a place of another province.
    """
    if is_yes_no(choices):
        return None
    # 外地 may be in the province
    said = core(text).replace("外地", "")
    fitting = [
        choice for choice in choices if _fits(choice["title"], said) or (is_elsewhere and choice["title"] == "省外")
    ]
    return fitting[0]["value"] if len(fitting) == 1 else None


def choose(choices: Sequence[Choice], text: str, numbers: Sequence[str], yes_no: Optional[bool]) -> Any:
    """The value of the choice that a message picks, None when it picks none."""
    for choice in choices:
        if choice["title"] == text.strip():
            return choice["value"]
    if is_yes_no(choices):
        return yes_or_no(text) if yes_no is None else yes_no
    if len(numbers) == 1 and numbers[0].isdigit() and 1 <= int(numbers[0]) <= len(choices):
        return choices[int(numbers[0]) - 1]["value"]
    named = _named(choices, text)
    return named["value"] if named else None
