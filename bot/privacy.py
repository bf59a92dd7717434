"""Blackens what names a person: nobody needs it to answer a question, so it is not stored. Pure; imports nothing of ours."""

from __future__ import annotations

import re
import unicodedata
from typing import Callable, List, Tuple

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_GAP = r"[ -]?"
_IDENTITY = re.compile(
    rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{_GAP}(?:18|19|20)\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){_GAP}"
    r"\d{3}[\dXx](?![0-9A-Za-z])"
)
_OLD_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\.?\d)(?![A-Za-z])"
)
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?(?P<number>1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}})(?!\d)")
_CARD = re.compile(r"(?<![\d.])[1-9]\d{14,18}(?!\.?\d)")
# written in groups of four: only with the first digits that banks use, because amounts also stand side by side
_CARD_IN_GROUPS = re.compile(
    r"(?<![\d.])(?:62|4\d|5[1-5]|3[4-7]|60)\d{2}([ -])\d{4}\1\d{4}\1(?:\d{4}\1\d{1,3}|\d{3,4})(?!\.?\d)"
)
_DOCUMENT = re.compile(
    r"(?:社会?保障?(?:卡|号|编号)|医保(?:卡|个人)?(?:号|编号)|医保卡|个人编号|参保号|电脑号|护照|通行证|台胞证|回乡证)"
    r"(?:号码|号|卡号|编号|码)?\s{0,3}(?:是|为|[:=])?\s{0,3}(?P<number>[A-Za-z]{0,3}\d{6,20}[A-Za-z]?)(?![\dA-Za-z*.])"
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+*@-])[A-Za-z0-9][A-Za-z0-9._%+-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?![A-Za-z0-9])"
)
Found = Tuple[int, int, int, int]
"""Start and end of what is personal; how many characters stay readable at its start and at its end."""


def mask_identity(text: str) -> str:
    """Blacken identity cards, bank cards, social-security and passport numbers, mobile numbers and e-mail addresses.

    Amounts, years, hotlines, student numbers and ticket numbers stay readable. The length of a text does not change.
    """
    for find in (_identities, _documents, _cards, _mobiles, _emails):
        text = _blacken(text, find)
    return text


def mask_all_but_contact(text: str) -> str:
    """Like `mask_identity`, but what somebody is reached by (mobile number, e-mail address) stays readable."""
    for find in (_identities, _documents, _cards):
        text = _blacken(text, find)
    return text


def _blacken(text: str, find: Callable[[str], List[Found]]) -> str:
    for start, end, head, tail in find(_narrow(text)):
        hidden = "".join(sign if sign in " -" else "*" for sign in text[start + head : end - tail])
        text = text[: start + head] + hidden + text[end - tail :]
    return text


def _narrow(text: str) -> str:
    """The text with full-width signs and foreign digits in ASCII, character by character."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text.translate(_FULL_WIDTH))


def _identities(text: str) -> List[Found]:
    found = [*_IDENTITY.finditer(text), *_OLD_IDENTITY.finditer(text)]
    return [(match.start(), match.end(), 6, 0) for match in found]


def _documents(text: str) -> List[Found]:
    return [(*match.span("number"), 0, 2) for match in _DOCUMENT.finditer(text)]


def _cards(text: str) -> List[Found]:
    found = [*_CARD.finditer(text), *_CARD_IN_GROUPS.finditer(text)]
    return [(match.start(), match.end(), 0, 4) for match in found if _passes_luhn(match.group())]


def _mobiles(text: str) -> List[Found]:
    return [(*match.span("number"), 3, 4) for match in _MOBILE.finditer(text)]


def _emails(text: str) -> List[Found]:
    return [(match.start(), text.index("@", match.start()), 1, 0) for match in _EMAIL.finditer(text)]


def _passes_luhn(number: str) -> bool:
    """Whether the check digit of a bank card is right; blanks and hyphens do not count."""
    digits = [int(sign) for sign in reversed(number) if sign.isdigit()]
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
