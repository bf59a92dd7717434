"""The quantity reader: a numeral in every spelling in which people write one, read exactly. Pure.

Arabic, Chinese and mixed (800, 1,200.50, 1.2w, 1千2百5, 一万零一百), spoken ranges (五六千), orders of size (三千多, 小一万) and
yuan with jiao (86块5). What a number means is not decided here: `bot/nlu/roles` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Iterator, List, Optional, Tuple

DIGITS = {
    char: value
    for value, chars in enumerate(
        ["零〇", "一壹幺", "二贰两俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"]
    )
    for char in chars
}
UNITS = {
    **{"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "w": 10_000, "万": 10_000, "萬": 10_000},
    **{"k": 1000, "亿": 100_000_000},
}
_CHINESE = "".join(DIGITS)
_SHORT_TENS = {"廿": 20, "卅": 30}
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])|\d+(?:\.\d+)?")
_NEXT_WORD = re.compile(r"[级甲乙次回趟周天年月号日岁遍]|个(?!人)")
"""A last digit before one of these begins the next word: 四百五一周 is 四百五 and 一周, 三百二级 is 三百 and 二级."""
_VAGUE_AFTER = "多来几余"
_ABOUT_AFTER = re.compile(r"\s*[元块]?(?:出头|左右|上下|多|往上|不到)|\+(?!\d)")
_ABOUT_BEFORE = ("大概", "大约", "差不多", "约", "近", "将近", "快", "小", "好像", "估计")
_CHANGE = re.compile(
    rf"[元块圆]零?(?:(?P<jiao>[\d{_CHINESE}])(?:[毛角](?:零?(?P<fen>[\d{_CHINESE}])分?)?)?|(?P<both>\d\d))"
    rf"(?![\d.{_CHINESE}十百千万亿wk%]|,\d|[级甲乙次回趟周天年月号日个岁遍家张种点楼层人份条度片盒瓶支针颗床口成折共下直般样些起])"
)
_COINS = re.compile(
    rf"[元块圆]零?(?P<jiao>[\d{_CHINESE}])[毛角](?:零?(?P<fen>[\d{_CHINESE}])(?:分(?!钟)|(?![\d{_CHINESE}十百千万级甲乙次回趟年天月号个])))?"
)
_FEN = re.compile(rf"[元块圆]零?(?P<fen>[\d{_CHINESE}])分(?!钟)")
_BELOW_A_YUAN = re.compile(
    rf"(?P<jiao>[\d{_CHINESE}])(?:毛(?![不衣利巾病笔囊发孩])|角(?=钱))(?:(?P<fen>[\d{_CHINESE}])分?(?![\d{_CHINESE}钟级甲乙次回趟]))?|(?P<alone>[\d{_CHINESE}])分(?=钱(?!没|不|都))"
)
"""Five jiao without a yuan before them (5毛, 两毛五), or fen alone (五分钱)."""
_BARE_CHANGE = re.compile(
    rf"(?<![\d{_CHINESE}十百千万亿wk元几多来])块(?P<jiao>[1-9{_CHINESE[2:]}])(?:毛|$|(?=[。 ]|,(?!\d)))"
)


@dataclass(frozen=True)
class Numeral:
    """A number found in a text."""

    start: int
    end: int
    """End of the numeral; jiao that stand behind 块 belong to it, a unit of measure does not."""
    value: Optional[Decimal]
    """The number, of a range its lower end; None for 几百 and 好几千, which name none."""
    high: Optional[Decimal] = None
    """The upper end of a spoken range (五六千)."""
    about: bool = False
    """True when only an order of size was given (三千多, 小一万, 五六千)."""
    scaled: bool = False
    """True when it is written with 百, 千, 万, w or k: hardly ever a date, a floor or a telephone."""
    split: bool = False
    """True when a blank stands inside (1 2000): what was meant is not sure."""


def find_numerals(text: str) -> Iterator[Numeral]:
    """Yield every numeral of a normal text (half width, lower case, Simplified), left to right, not overlapping."""
    index = 0
    while index < len(text):
        found = _read_at(text, index)
        if found is None:
            index += 1
            continue
        yield found
        index = found.end


def read(written: str) -> Optional[Decimal]:
    """The value of a text that is one numeral and nothing else, None when it is none."""
    found = _read_at(written, 0)
    return found.value if found and found.end == len(written) else None


def _read_at(text: str, start: int) -> Optional[Numeral]:
    char = text[start]
    if not (
        (char.isdigit() and char.isascii()) or char in DIGITS or char in UNITS or char in "几块" or char in _SHORT_TENS
    ):
        return None
    if char == "块":
        return _bare_change(text, start)
    if char in "wk":
        return None
    if char == "几":
        return _vague(text, start)
    if char.isdigit() and start and text[start - 1] == "." and text[start - 2 : start - 1].isdigit():
        return None
    found = _below_a_yuan(text, start) or _split_by_blank(text, start) or _chain(text, start)
    return found and _with_change(text, found)


def _vague(text: str, start: int) -> Optional[Numeral]:
    """几百, 几千, 几十万: the size is told, the number is not."""
    end = start + 1
    while end < len(text) and text[end] in UNITS:
        end += 1
    return Numeral(start, end, None, about=True, scaled=True) if end > start + 1 else None


def _bare_change(text: str, start: int) -> Optional[Numeral]:
    """块六毛 is one yuan and six jiao, written without the one."""
    match = _BARE_CHANGE.match(text, start)
    return Numeral(start, match.end(), 1 + Decimal(_digit(match["jiao"])) / 10) if match else None


def _below_a_yuan(text: str, start: int) -> Optional[Numeral]:
    match = None if start and text[start - 1] in ".0123456789" else _BELOW_A_YUAN.match(text, start)
    if not match:
        return None
    jiao, fen = match["jiao"], match["fen"] or match["alone"]
    value = Decimal(_digit(jiao) if jiao else 0) / 10 + Decimal(_digit(fen) if fen else 0) / 100
    return Numeral(start, match.end(), value)


def _split_by_blank(text: str, start: int) -> Optional[Numeral]:
    """1 2000元: one number with a slip of the thumb inside, or two numbers; read as one, and marked."""
    match = re.compile(r"(\d(?= \d{4})|\d{1,3}(?= 000)) (\d{3,4})(?=\s?[元块])").match(text, start)
    if match and (start == 0 or not (text[start - 1].isdigit() or text[start - 1] in ".,/-")):
        return Numeral(start, match.end(), Decimal(match[1] + match[2]), split=True)
    return None


def _digit(char: str) -> int:
    return DIGITS[char] if char in DIGITS else int(char)


def _with_change(text: str, found: Numeral) -> Numeral:
    """86块5, 三块五毛, 12元5角6分: the jiao behind the unit belong to the number."""
    if found.value is None or found.about:
        return found
    match = _FEN.match(text, found.end) or _COINS.match(text, found.end) or _CHANGE.match(text, found.end)
    if not match:
        return found
    groups = match.groupdict()
    both = groups.get("both")
    jiao, fen = (both[0], both[1]) if both else (groups.get("jiao"), groups["fen"])
    value = found.value + Decimal(_digit(jiao) if jiao else 0) / 10 + Decimal(_digit(fen) if fen else 0) / 100
    return Numeral(found.start, match.end(), value, scaled=found.scaled)


# --- a chain of figures and units --------------------------------------------------------------------------------------


@dataclass
class _Chain:
    """A numeral while it is read: what is complete, the section below 万, and the figure that waits for its unit."""

    total: Decimal = Decimal(0)
    section: Decimal = Decimal(0)
    waiting: Optional[Decimal] = None
    """A figure whose unit has not come yet."""
    digits: int = 0
    """How many digits the waiting figure has."""
    spread: Decimal = Decimal(0)
    """How far the upper end of a spoken range lies above the waiting figure."""
    last_unit: int = 0
    zero: bool = False
    arabic: bool = False

    def add_unit(self, unit: int) -> bool:
        """Take a unit in; False when it cannot stand here (三百千)."""
        if unit >= 10_000:
            if self.last_unit >= unit and self.waiting is None:
                return False
            low = self.section + (self._tail() if self.waiting is not None else 0)
            if low == 0 and self.total == 0:
                low = Decimal(1)
            if unit > 10_000 and self.total:
                self.total, self.section = (self.total + low) * unit, Decimal(0)
            else:
                self.total, self.section = self.total + low * unit, Decimal(0)
            self.spread *= unit
        else:
            if self.last_unit and self.last_unit < 10_000 and unit >= self.last_unit:
                return False
            self.section += (Decimal(1) if self.waiting is None else self.waiting) * unit
            self.spread *= unit
        self.waiting, self.digits, self.last_unit, self.zero = None, 0, unit, False
        return True

    def _tail(self) -> Decimal:
        """What the waiting figure is worth without a unit of its own: 一万二 is 12,000, 一万零二 is 10,002."""
        if self.waiting is None:
            return Decimal(0)
        if self.digits == 1 and self.last_unit >= 100 and not self.zero:
            self.spread *= self.last_unit // 10
            return self.waiting * (self.last_unit // 10)
        return self.waiting

    def value(self) -> Tuple[Decimal, Decimal]:
        """(lower, upper) end."""
        low = self.total + self.section + self._tail()
        return low, low + self.spread


def _chain(text: str, start: int) -> Optional[Numeral]:
    chain, index, written = _Chain(), start, start
    about = False
    while index < len(text):
        char = text[index]
        if char in "零〇" and chain.last_unit and index + 1 < len(text) and _starts_figure(text[index + 1]):
            chain.zero, index = True, index + 1
            continue
        step = _figure(text, index, chain)
        if step:
            index = written = step
            continue
        if char in UNITS and _unit_may_follow(text, index, chain):
            if not chain.add_unit(UNITS[char]):
                break
            index = written = index + 1
            continue
        if char in _VAGUE_AFTER and (chain.last_unit or chain.waiting is not None):
            # 两万多, 300多, 一百三十几, 20几万, 三百来块
            nearby = _vague_tail(text, index, chain)
            if nearby:
                about, index = True, nearby
                written = index
                continue
        break
    if chain.last_unit == 0 and chain.waiting is None:
        return None
    low, high = chain.value()
    if text[written : written + 1] == "把" and chain.last_unit >= 100:
        about, written = True, written + 1
    rough = about or bool(_ABOUT_AFTER.match(text, written)) or text[:start].endswith(_ABOUT_BEFORE)
    scaled = chain.last_unit >= 100
    return Numeral(start, written, low, high if high > low else None, rough or high > low, scaled)


def _starts_figure(char: str) -> bool:
    return char in DIGITS or char in _SHORT_TENS or (char.isdigit() and char.isascii()) or char in "十几"


def _unit_may_follow(text: str, index: int, chain: _Chain) -> bool:
    char = text[index]
    if char in "wk":
        return chain.waiting is not None and not re.compile(r"(?!rmb)[a-z]").match(text, index + 1)
    if chain.waiting is None and chain.last_unit == 0:
        # 十二, 百把块 and 千来块 begin without a figure; 万一 and 千万别 are no numbers
        return char in "十拾" or bool(re.compile(r"把|来[块元个]").match(text, index + 1))
    return True


def _vague_tail(text: str, index: int, chain: _Chain) -> Optional[int]:
    """Where a vague word ends that belongs to the number before it; 多 and 来 must not begin a word of their own."""
    after = text[index + 1 : index + 2]
    if text[index] == "几":
        if chain.waiting is not None and chain.digits > 1 and chain.last_unit == 0 and int(chain.waiting) % 10:
            return None
    elif after in (("少", "久", "大") if text[index] == "多" else ("看", "自", "回") if text[index] == "来" else ()):
        return None
    return index + 1


def _figure(text: str, index: int, chain: _Chain) -> Optional[int]:
    """Read a figure into the chain; where it ends, None when none stands here or it belongs to the next word."""
    if chain.waiting is not None:
        return None
    char = text[index]
    match = _FIGURE.match(text, index)
    if match and char.isascii():
        figure = match.group().replace(",", "")
        if chain.last_unit and _begins_next_word(text, index, match.end(), figure, chain):
            return None
        chain.waiting, chain.digits, chain.arabic = Decimal(figure), len(figure.split(".")[0]), True
        return match.end()
    if char in _SHORT_TENS:
        chain.section += _SHORT_TENS[char]
        chain.last_unit = 10
        return index + 1
    if char in DIGITS:
        return _chinese_figure(text, index, chain)
    return None


def _begins_next_word(text: str, start: int, end: int, figure: str, chain: _Chain) -> bool:
    """Whether a figure behind a unit is no part of the number: 1.2w三级, 3千2次, 5千 2024年."""
    follows = text[end : end + 1]
    if Decimal(figure) >= chain.last_unit:
        return True
    if follows and (follows in UNITS and UNITS[follows] < chain.last_unit):
        return False
    if text[end : end + 2] in ("个月",) or follows == "%":
        return True
    return bool(_NEXT_WORD.match(text, end))


_NEIGHBOURS = {(low, low + 1) for low in range(1, 9)} | {(3, 5)}


_WITH_COUNTER = "俩仨"
"""Two and three that hold their counter: no digit follows them (我俩一共)."""


def _chinese_figure(text: str, index: int, chain: _Chain) -> Optional[int]:
    end = index
    while end < len(text) and text[end] in DIGITS:
        end += 1
        if text[end - 1] in _WITH_COUNTER:
            break
    run = text[index:end]
    follows = text[end : end + 1]
    decimal = re.compile(rf"点[{_CHINESE}]+(?!十)").match(text, end)
    if decimal and text[decimal.end() : decimal.end() + 1] not in ("半", "钟"):
        fraction = "".join(str(DIGITS[char]) for char in decimal.group()[1:])
        if chain.last_unit == 0:
            chain.waiting = Decimal("".join(str(DIGITS[char]) for char in run) + "." + fraction)
            chain.digits = len(run)
            return decimal.end()
    if follows in UNITS and follows not in "wk":
        return _before_unit(run, index, end, chain, UNITS[follows])
    if chain.last_unit:
        return _behind_unit(text, run, index, end, chain)
    pair = len(run) == 2 and (DIGITS[run[0]], DIGITS[run[1]]) in _NEIGHBOURS and "零" not in run
    if pair and re.compile(r"[个年天次回块元岁趟家周人晚月点多毛k w公]").match(text, end):
        chain.waiting, chain.digits = Decimal(DIGITS[run[0]]), 1
        chain.spread = Decimal(DIGITS[run[1]] - DIGITS[run[0]])
        return end
    if len(run) == 2 and _NEXT_WORD.match(text, end) and len(set(run)) == 2:
        return None if not _take(run[:1], chain) else index + 1
    if not _take(run, chain):
        return None
    return end


def _take(run: str, chain: _Chain) -> bool:
    chain.waiting = Decimal("".join(str(DIGITS[char]) for char in run))
    chain.digits = len(run)
    return True


def _before_unit(run: str, index: int, end: int, chain: _Chain, unit: int) -> Optional[int]:
    """A run of digits before a unit: 三百, 五六千, 一百二三十 (after 百 the range stands in the tens)."""
    if chain.last_unit and chain.last_unit < 10_000 and chain.last_unit <= unit < 10_000:
        # 三百二百 are two numbers
        return None
    pair = [DIGITS[char] for char in run[-2:]]
    if len(run) >= 2 and len(pair) == 2 and (pair[0], pair[1]) in _NEIGHBOURS:
        if len(run) > 2:
            return None
        chain.waiting, chain.digits, chain.spread = Decimal(pair[0]), 1, Decimal(pair[1] - pair[0])
        return end
    if len(run) == 1 or (len(run) == 2 and DIGITS[run[0]] == 0):
        chain.waiting, chain.digits = Decimal(DIGITS[run[-1]]), 1
        return end
    return None if chain.last_unit else (end if _take(run, chain) else None)


def _behind_unit(text: str, run: str, index: int, end: int, chain: _Chain) -> Optional[int]:
    """Digits behind a unit that no unit follows: 一万二, 三百五, 一千二三, 十七八; the last digit may begin the next word."""
    begins_word = bool(_NEXT_WORD.match(text, end))
    if len(run) == 1:
        if run in "零〇":
            return None
        if begins_word and chain.last_unit >= 100 and not chain.zero:
            return None
        if begins_word and text[end : end + 1] in "级甲乙":
            return None
        chain.waiting, chain.digits = Decimal(DIGITS[run]), 1
        return end
    pair = [DIGITS[char] for char in run[:2]]
    if len(run) == 2 and (pair[0], pair[1]) in _NEIGHBOURS and not (begins_word and text[end] in "级甲乙次回趟"):
        chain.waiting, chain.digits, chain.spread = Decimal(pair[0]), 1, Decimal(pair[1] - pair[0])
        return end
    if begins_word:
        chain.waiting, chain.digits = Decimal(pair[0]), 1
        return index + 1
    if chain.last_unit >= 10_000 and len(run) > 2:
        return None
    chain.waiting, chain.digits = Decimal(pair[0]), 1
    return index + 1


def amounts_of(text: str) -> List[Decimal]:
    """The values of all numerals of a text that name one, for tests and tools."""
    return [numeral.value for numeral in find_numerals(text) if numeral.value is not None]
