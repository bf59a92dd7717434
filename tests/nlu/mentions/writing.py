"""Numbers in the styles in which people write them; shares nothing with the reader under test."""

from __future__ import annotations

from decimal import Decimal
from typing import Callable, Dict, List, Optional

PLAIN = "零一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"
PLACES = ((1000, "千", "仟"), (100, "百", "佰"), (10, "十", "拾"))
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def chinese(value: int, digits: str = PLAIN, formal: bool = False) -> str:
    """A whole number from 1 on in full: 10100 is 一万零一百."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        zero = digits[0] if 0 < low < 1000 else ""
        return chinese(high, digits, formal) + "万" + zero + (chinese(low, digits, formal) if low else "")
    text, gap = "", False
    for size, name, formal_name in PLACES:
        digit, value = divmod(value, size)
        if digit:
            text += (digits[0] if gap else "") + digits[digit] + (formal_name if formal else name)
        gap = bool(text) and not digit
    return text + ((digits[0] if gap else "") + digits[value] if value else "")


def spoken(value: int) -> str:
    """As it is said: 两 before 百, 千 and 万, 十五 without its 一."""
    text = chinese(value)
    for unit in "百千万":
        text = text.replace("二" + unit, "两" + unit)
    text = text.replace("十两万", "十二万").replace("百两万", "百二万")
    return text[1:] if text.startswith("一十") else text


def shortened(value: int) -> Optional[str]:
    """Without the last unit: 12000 is 一万二, 2350 is 两千三百五; None where it cannot be left out."""
    for size, _unit in ((1000, "万"), (100, "千"), (10, "百")):
        digit = value // size % 10
        if digit and value % size == 0 and value > size * 10 and value // (size * 10) % 10:
            return spoken(value - digit * size) + PLAIN[digit]
    return None


def mixed(value: int) -> Optional[str]:
    """Figures with Chinese units: 12500 is 1万2千5百, 1001 is 1千零1."""
    return chinese(value, "零123456789") if value >= 100 else None


def mixed_short(value: int) -> Optional[str]:
    """1千2百5, 1万2: figures with Chinese units, the last unit left out."""
    text = shortened(value)
    return text and text.translate(str.maketrans("一二两三四五六七八九", "1223456789"))


def with_point(unit: str, size: int) -> Callable[[int], Optional[str]]:
    """1.2w, 1.25万, 3.8k: up to three places."""

    def written(value: int) -> Optional[str]:
        share = Decimal(value) / size
        return f"{share.normalize():f}{unit}" if share >= 1 and value % (size // 1000) == 0 else None

    return written


def with_letter(unit: str, size: int) -> Callable[[int], Optional[str]]:
    """3k8, 1w2: one figure behind the letter."""

    def written(value: int) -> Optional[str]:
        high, low = divmod(value, size)
        whole = high and low and low % (size // 10) == 0
        return f"{high}{unit}{low // (size // 10)}" if whole and high < 100 else None

    return written


STYLES: Dict[str, Callable[[int], Optional[str]]] = {
    "figures": str,
    "separators": lambda value: f"{value:,}",
    "full width": lambda value: str(value).translate(FULL_WIDTH),
    "full width with separators": lambda value: f"{value:,}".translate(FULL_WIDTH),
    "with zero jiao": lambda value: f"{value}.00",
    "Chinese in full": chinese,
    "spoken": spoken,
    "spoken, last unit left out": shortened,
    "formal": lambda value: chinese(value, FORMAL, formal=True),
    "mixed": mixed,
    "mixed, last unit left out": mixed_short,
    "w": with_point("w", 10_000),
    "W": with_point("W", 10_000),
    "万": with_point("万", 10_000),
    "k": with_point("k", 1000),
    "千": with_point("千", 1000),
    "3k8": with_letter("k", 1000),
    "1w2": with_letter("w", 10_000),
}


def spellings(value: int) -> List[str]:
    """A whole number in every style that it can be written in."""
    return [written for style in STYLES.values() for written in [style(value)] if written]
