"""Numbers as people write them: 800, 1,200.50, 1.2w, 3千, 一万二, 两千三百五, 86块5, 九百多 — found and read exactly.

This module reads figures; what a figure means (money, the second stay, three years) is decided in `quantities.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Iterator, Optional

DIGITS = {
    char: value
    for value, chars in enumerate(
        ["零〇", "一壹幺", "二贰两俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"]
    )
    for char in chars
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "亿": 100_000_000}
LATIN_UNITS = {"w": "万", "k": "千", "万": "万", "千": "千", "百": "百"}

_CHINESE = "".join(DIGITS) + "".join(UNITS)
_PART = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
# a last digit that begins 三级, 三甲, 一周 … belongs to that word, not to the number before it
_NOT_A_TAIL = r"(?![\d.级甲乙次个年月天周号十百千万亿])"
_NUMBER = re.compile(
    rf"(?P<arabic>{_PART}(?:\s*[万千百wk](?:零?{_PART}(?=[万千百wk]))?)*"
    rf"(?:(?<=[万千百wk])零?(?:\d+{_NOT_A_TAIL}|[一二两三四五六七八九]{_NOT_A_TAIL}))?)"
    rf"|(?P<chinese>[{_CHINESE}]+(?:点[{''.join(DIGITS)}]+)?)"
    r"|(?P<half>半)(?=年|个月)"
)
_PIECE = re.compile(rf"零|({_PART}|[一二两三四五六七八九])\s*([万千百wk])?")
_NEIGHBOURS = re.compile(rf"[{''.join(DIGITS)}]{{2}}(?=[十百千万]|$)")
_ABOUT = re.compile(r"(多|来|几|把|出头|左右|上下|大概|\+)")
_VAGUE = ("几", "好多", "千儿")
"""大几百 and 好几千 name no number; 千儿八百 is read by its thousand."""
_ABOUT_BEFORE = ("大概", "大约", "差不多", "约", "近")


@dataclass(frozen=True)
class Number:
    """A number found in a text."""

    value: Decimal
    start: int
    end: int
    """End of the number itself, before any unit of measure."""
    text: str
    about: bool = False
    """True when the writer only gave an order of size (九百多)."""
    scaled: bool = False
    """True when it was written with 万, 千, 百, w or k: such a number is hardly ever a date, a floor or a phone number."""


def without_guess(text: str) -> str:
    """五六百 and 一千二三 name two neighbours; the lower one is kept: 五百, 一千二."""
    return _NEIGHBOURS.sub(lambda match: match[0][0] if DIGITS[match[0][1]] - DIGITS[match[0][0]] == 1 else match[0], text)


def read_chinese(text: str) -> Optional[Decimal]:
    """Read a Chinese numeral such as 一万二, 两千三百五, 三十, 一二〇; None when it is not one.

    A last digit without a unit stands one place below the unit before it: 一万二 is 12 000, but 一万零二 is 10 002.
    """
    if "点" in text:
        whole, _, fraction = text.partition("点")
        head = read_chinese(whole)
        return None if head is None else head + Decimal("0." + "".join(str(DIGITS[char]) for char in fraction))
    if len(text) == 1 and text in UNITS and text != "十":
        return Decimal(UNITS[text])
    if all(char in DIGITS for char in text):
        return Decimal("".join(str(DIGITS[char]) for char in text))
    total, section, digit, last_unit, zero = 0, 0, None, 1, False
    for char in text:
        if char in DIGITS:
            if digit not in (None, 0):
                return None
            digit, zero = DIGITS[char], zero or DIGITS[char] == 0
            continue
        unit = UNITS[char]
        if unit >= 10_000:
            total, section, digit = (total + section + (digit or 0)) * unit, 0, None
        else:
            section, digit = section + (1 if digit is None else digit) * unit, None
        last_unit, zero = unit, False
    if digit:
        section += digit * (1 if zero or last_unit <= 10 else last_unit // 10)
    return Decimal(total + section)


def _read_arabic(written: str) -> Decimal:
    """Read 800, 1,200.5, 1.2w, 1万2, 1万2千, 3万4000, 1千零1."""
    total, last_unit, zero = Decimal(0), 1, False
    for match in _PIECE.finditer(written):
        if match.group() == "零":
            zero = True
            continue
        figure = match[1].replace(",", "")
        value = Decimal(DIGITS[figure]) if figure in DIGITS else Decimal(figure)
        if match[2]:
            last_unit = UNITS[LATIN_UNITS[match[2]]]
            total += value * last_unit
        elif len(figure) == 1 and last_unit > 1 and not zero:
            total += value * (last_unit // 10)
        else:
            total += value
    return total


def _borrowed_tail(text: str, end: int, written: str) -> str:
    """Give back a last digit that begins the next word: 四百五一周 is 四百五 and 一周."""
    if (
        len(written) > 1
        and written[-1] in DIGITS
        and written[-2] in DIGITS
        and re.match(r"[周次个年月天级]", text[end:])
    ):
        return written[:-1]
    return written


def find_numbers(text: str) -> Iterator[Number]:
    """Yield every number of a normalised text, from left to right, not overlapping."""
    covered = 0
    for match in _NUMBER.finditer(text):
        if match.start() < covered or (match["chinese"] and text[: match.start()].endswith(_VAGUE)):
            continue
        end, guess = match.end(), False
        if match["arabic"]:
            value: Optional[Decimal] = _read_arabic(match["arabic"])
            scaled = any(char in LATIN_UNITS for char in match["arabic"])
        elif match["half"]:
            value, scaled = Decimal("0.5"), False
        else:
            written = _borrowed_tail(text, end, match["chinese"])
            end = match.start() + len(written)
            lower = without_guess(written) if any(char in UNITS for char in written) else written
            guess, value = lower != written, read_chinese(lower)
            scaled = any(char in UNITS for char in written)
        if value is None:
            continue
        about = guess or bool(_ABOUT.match(text, end))
        if about and text[end : end + 1] in ("多", "来", "几") and text[end + 1 : end + 2] in ("万", "千", "百"):
            value, end, scaled = value * UNITS[text[end + 1]], end + 2, True
        about = about or text[: match.start()].endswith(_ABOUT_BEFORE)
        covered = end
        yield Number(value, match.start(), end, text[match.start() : end], about, scaled)
