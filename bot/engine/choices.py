"""A number typed instead of a tap (1, 第二个): it stands for the choice that the last reply listed."""

from __future__ import annotations

import re
from typing import Optional

from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}
_ORDINAL = re.compile(
    r"(?:我?(?:选|要|是|就|点))*(?:第)?\s*(?P<which>[1-8１-８①-⑧一二两三四五六七八])\s*(?:个|项|条|号|、|\.|。|吧|呢|的|那个)*"
)
_BARE = re.compile(r"[一二两三四五六七八]")
_LAST = re.compile(r"(?:我?(?:选|要|是|就|点))*最后(?:一)?(?:个|项|条)(?:吧|呢)?")


def ordinal(text: str) -> Optional[int]:
    """Which choice a message names: 1 is the first, -1 the last; None when it names none."""
    whole = text.strip()
    if _LAST.fullmatch(whole):
        return -1
    match = _ORDINAL.fullmatch(whole)
    if not match or _BARE.fullmatch(whole):
        return None
    sign = match["which"]
    if sign in _DIGITS:
        return _DIGITS[sign]
    return ord(sign) - ord("①") + 1 if "①" <= sign <= "⑧" else int(sign)


def chosen(which: int, tracker: Optional[DialogueStateTracker]) -> Optional[str]:
    """The message of a choice in the last reply that had some, None when there is no such choice."""
    said = next((e for e in reversed(tracker.events) if isinstance(e, BotUttered)), None) if tracker else None
    buttons = (said.data or {}).get("buttons") or [] if said else []
    if which == -1 and buttons:
        return str(buttons[-1]["payload"])
    return str(buttons[which - 1]["payload"]) if 1 <= which <= len(buttons) else None
