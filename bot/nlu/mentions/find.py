"""One pass over a normal text: every number-like mention with what it is by its form. Pure.

A mention is a plain number, a percent, a date, a year, a grade of a hospital, an ordinal (第二次) or a count (三次). What it
means in the message, its role, is learned (`bot/nlu/roles`); its form is decided here and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Dict, Iterator, List, Optional, Tuple

from bot.nlu.mentions.numerals import DIGITS, Numeral, find_numerals, read

_CHINESE_DAY = (
    r"(?:三十一?|二十[一二三四五六七八九]?|廿[一二三四五六七八九]?|初?十[一二三四五六七八九]?|初?[一二三四五六七八九])"
)
_DOT_DAY = r"(?:3[01]|[12]\d|[1-9])(?![\d元块万千百wk])"
_NO_DAY = r"\s?(?:个|月|天|次|回|趟|张|家|盒|针|片|瓶|支|笔|份|人|年|岁|周|楼|晚(?!上)|级|遍|种|颗|[毛角])"
"""What makes a number behind a month a count of something and no day: 3月2次, 9月10月."""
_CHINESE_MONTH = r"(?:十[一二]|正|腊|[一二三四五六七八九十])"


@dataclass(frozen=True)
class Mention:
    """A number-like piece of a normal text."""

    kind: str
    """number | percent | date | year | grade | ordinal | count"""
    start: int
    end: int
    text: str
    value: str
    """number: a decimal, of a range its lower end, empty when only a size is told (几百). percent: 0.6, of 三分之一 0.3333.
    date: 2025-03-15, --03-15, --03, ---15, 2025-03, last-12-03 (of last year), rel-1 (a day ago). year: 2025.
    grade: 1, 2, 3, 3A, 3B. ordinal and count: a whole number."""
    high: str = ""
    """Upper end of a spoken range."""
    about: bool = False
    unit: str = ""
    """The unit of measure that follows (元, 天, 年 …), as a class; see UNIT_CLASSES."""
    unit_end: int = 0
    """Where the unit ends; 0 when there is none."""
    scaled: bool = False
    split: bool = False

    @property
    def whole_end(self) -> int:
        """End of the mention with its unit."""
        return max(self.end, self.unit_end)

    @property
    def number(self) -> Optional[Decimal]:
        """The value of a number, ordinal or count; None for one that names none and for other kinds."""
        return Decimal(self.value) if self.kind in ("number", "ordinal", "count") and self.value else None


_DATE_FORMS: Tuple[Tuple[str, re.Pattern[str]], ...] = (
    (
        "ymd",
        re.compile(
            r"(?<!\d)(?P<y>20\d\d|\d\d)\s?年(?P<m>1[0-2]|0?[1-9])\s?月(?:(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)[日号]?)?(?:份)?"
        ),
    ),
    (
        "iso",
        re.compile(
            r"(?<![\d¥])(?P<y>20\d\d)[-/.](?P<m>1[0-2]|0?[1-9])(?:[-/.](?P<d>3[01]|[12]\d|0?[1-9]))?(?![\d元块]|\s?rmb)[日号]?"
        ),
    ),
    (
        "md",
        re.compile(
            rf"(?<![\d个])(?P<m>1[0-2]|0?[1-9])\s?月(?!份?租)(?:(?P<d>3[01]|[12]\d|0?[1-9])(?![\d.]|,\d{{3}}(?!\d)|[万千百元块wk]|{_NO_DAY})[日号]?|份)?"
        ),
    ),
    ("slash", re.compile(r"(?<![\d/])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/])")),
    (
        "cmd",
        re.compile(
            rf"(?<![{''.join(DIGITS)}十个])(?P<m>{_CHINESE_MONTH})月(?:(?P<d>{_CHINESE_DAY})(?=[日号]|(?!{_NO_DAY})[^百千万元块十{''.join(DIGITS)}]|$)[日号]?|份)?"
        ),
    ),
    (
        "dot",
        re.compile(
            r"(?<![\d.])(?P<m>1[0-2]|[1-9])\.(?P<d>3[01]|[12]\d|[1-9])(?=[日号]|看的|开的|住院|去的|那天|入院|出院)[日号]?"
        ),
    ),
    # a span of days: 10.12到10.17
    (
        "dot",
        re.compile(rf"(?<![\d.])(?P<m>1[0-2]|[1-9])\.(?P<d>3[01]|[12]\d|[1-9])(?=[~到至](?:1[0-2]|[1-9])\.{_DOT_DAY})"),
    ),
    ("dot", re.compile(rf"(?:(?<=\.\d[~到至])|(?<=\.\d\d[~到至]))(?P<m>1[0-2]|[1-9])\.(?P<d>{_DOT_DAY})")),
    (
        "d",
        re.compile(
            r"(?<![\d.\-#a-z])(?P<d>3[01]|[12]\d|0?[1-9])\s?[日号](?!楼|线|床|窗|房|院|宿舍|公寓|诊|桌|厅|病|文|通知|店|口|出口|码)"
        ),
    ),
    (
        "cd",
        re.compile(rf"(?<![{''.join(DIGITS)}十百])(?P<d>{_CHINESE_DAY})[日号](?!楼|线|床|窗|房|院|宿舍|诊|病|文|通知)"),
    ),
)
LONGEST_GAP = 20
"""Years; larger numbers before 年 name calendar years."""
_YEAR_WORD = re.compile(r"(?P<last>去年|上年)的?$|今年的?$")
"""A word for the year right before a day (去年12月3日)."""
_RELATIVE_DAY = re.compile(r"(?:就|是|就是)?(?P<day>今天|昨天|前天|大前天)(?:开的|看的|的|刚开的|办的|去的)?")
_DAYS_AGO = {"今天": 0, "昨天": 1, "前天": 2, "大前天": 3}
_YEAR = re.compile(
    r"(?<!\d)(?:(?P<y>20\d\d)|(?P<s>[12]\d)(?=\s?(?:级|届|年(?=[12]\d年)|年度?(?:的|[^\d月多以前后了的里间]|$)))|(?P<c>二[〇零]二?[〇零一二三四五六七八九]))(?=\s?(?:级|届|学?年|$|[^\d元块.%]))"
)
_AFTER_YEAR = re.compile(r"\s?(?:级|届|学?年|(?:到|至|和|、|-|~)\s?20\d\d)")
_BEFORE_YEAR = re.compile(r"20\d\d年?\s?(?:到|至|和|、|-|~)\s?$")
_LASTED = re.compile(r"(?:断|停|中断)(?:了|缴|保|交)+(?:整整|快|近|有)?$")
"""Words before a length of time: 断了10年 is ten years and not 2010."""
_ALONE = re.compile(r"(?:是|就是|从)?20\d\d(?:的|吧|呢|啊|呀|哦)?[。.!]?")
"""What makes four digits a year: a word for it behind them, another year beside them, or nothing else in the message;
门诊2000 is money."""
_NO_SHARE = r"(?![人功为员熟绩立交本十百千万]|都(?![没不是要能报有给]))"
"""What makes 成 the beginning of another word: 成功, 成都."""
_PERCENT = re.compile(
    rf"(?P<a>\d+(?:\.\d+)?)\s?%|百分之(?P<b>[\d.]+|[{''.join(DIGITS)}十百]+)|(?P<c>[一二三四五六七八九](?:[一二三四五六七八九])?)(?:成(?:半|[一二三四五六七八九])?|折){_NO_SHARE}|(?P<d>\d(?:\.\d)?)(?:成|折){_NO_SHARE}"
    rf"|(?P<under>[一二三四五六七八九十]{{1,3}})分之(?P<over>[一二三四五六七八九十]{{1,3}})|(?<![到成了做])(?P<half>一半)(?![天夜])|(?P<all>百分百)"
)
_GRADE = re.compile(
    r"(?P<g>[一二三123])(?:级(?P<full>甲等|乙等|甲|乙|a)?|(?P<short>[甲乙]|a(?![a-z])))(?!护理)(?:等(?!级|待|了|到|会|下|一))?"
)
_ORDINAL = re.compile(r"(?:第\s?(?P<n>\d{1,2}|[一二三四五六七八九十两]{1,3})|(?P<first>头一?|首))(?P<m>次|回|趟|遭)")
_COUNT = re.compile(
    r"(?P<n>(?<![\d.])\d{1,2}(?:[-~到至]\d{1,2})?|[一二三四五六七八九十两俩仨]{1,3}几?)(?P<m>次|趟|回(?![答来去复家校国程老宿寝城京村上兰沪学]))"
)
UNIT_CLASSES: Dict[str, str] = {
    **dict.fromkeys(["元", "块", "圆", "rmb", "人民币", "大洋", "¥", "刀", "蚊"], "money"),
    **dict.fromkeys(["年", "载"], "year"),
    **dict.fromkeys(["个月", "月"], "month"),
    **dict.fromkeys(["天", "晚", "夜", "宿", "个晚上", "个工作日", "工作日", "日"], "day"),
    **dict.fromkeys(["周", "星期", "个星期", "礼拜", "个礼拜"], "week"),
    **dict.fromkeys(["岁", "周岁"], "age"),
    **dict.fromkeys(["点", "点钟", "时", "小时", "个小时", "钟头", "个钟", "分钟", "刻"], "time"),
    **dict.fromkeys(["楼", "层", "床", "室", "号", "栋", "幢", "号楼", "排", "诊室", "路", "号线", "院"], "place"),
    **dict.fromkeys(["公里", "里路", "km", "米", "站"], "distance"),
    **dict.fromkeys(["人", "个人", "家", "口", "位", "名"], "people"),
    **dict.fromkeys(
        [
            "片",
            "粒",
            "针",
            "支",
            "盒",
            "瓶",
            "毫克",
            "mg",
            "ml",
            "袋",
            "颗",
            "张",
            "份",
            "页",
            "种",
            "个",
            "度",
            "套",
            "项",
            "条",
            "期",
            "轮",
            "遍",
            "级",
            "届",
            "分",
            "学期",
            "个学期",
            "笔",
            "样",
            "类",
        ],
        "thing",
    ),
}
_UNIT = re.compile("|".join(sorted(map(re.escape, UNIT_CLASSES), key=len, reverse=True)))
_BLACKENED = re.compile(r"[\dx]*\*{3,}[\dx*]*")
"""Digits that name something: a telephone, a card, a number with a leading zero."""


def find_mentions(text: str) -> List[Mention]:
    """All mentions of a normal text, by position; where two forms overlap, the more special one stands."""
    found: List[Mention] = []
    taken = [False] * (len(text) + 1)
    for finder in (_blackened, _percents, _dates, _ordinals, _counts, _grades, _years):
        for mention in finder(text):
            if not any(taken[mention.start : mention.end]):
                taken[mention.start : mention.end] = [True] * (mention.end - mention.start)
                if mention.kind != "blackened":
                    found.append(mention)
    found += _joined(text, list(_numbers(text, taken)))
    return sorted(found, key=lambda mention: mention.start)


def _made(kind: str, text: str, start: int, end: int, value: str, **more: object) -> Mention:
    return Mention(kind, start, end, text[start:end], value, **more)  # type: ignore[arg-type]


def _blackened(text: str) -> Iterator[Mention]:
    """What is left of an identity card or a telephone number is no mention."""
    for match in _BLACKENED.finditer(text):
        yield _made("blackened", text, *match.span(), "")


def _percents(text: str) -> Iterator[Mention]:
    for match in _PERCENT.finditer(text):
        low, high = _share(match)
        yield _made(
            "percent", text, *match.span(), f"{low.normalize():f}", high=f"{high.normalize():f}" if high else ""
        )


def _share(match: re.Match[str]) -> Tuple[Decimal, Optional[Decimal]]:
    """(share, upper end of a spoken range): 六成 is 0.6, 七成五 0.75, 八五折 0.85, 六七成 from 0.6 to 0.7."""
    if match["half"]:
        return Decimal("0.5"), None
    if match["all"]:
        return Decimal(1), None
    if match["under"]:
        under, over = read(match["under"]), read(match["over"])
        return (over / under).quantize(Decimal("0.0001")) if under and over else Decimal(0), None
    if match["a"] or match["b"]:
        return (
            Decimal(match["a"]) if match["a"] else 100 if match["b"] == "百" else read(match["b"]) or Decimal(0)
        ) / Decimal(100), None
    if match["d"]:
        return Decimal(match["d"]) / 10, None
    first, *second = (Decimal(DIGITS[char]) for char in match["c"])
    last = match.group()[-1]
    if second and "折" in match.group():
        return first / 10 + second[0] / 100, None
    tail = Decimal(5) if last == "半" else Decimal(DIGITS.get(last, 0))
    return first / 10 + tail / 100, second[0] / 10 if second else None


_LUNAR = {"正": 1, "腊": 12}


def _part(written: Optional[str]) -> Optional[int]:
    if not written:
        return None
    plain = written.removeprefix("初").replace("廿", "二十")
    return _LUNAR.get(plain) or int(read(plain) or 0)


def _dates(text: str) -> Iterator[Mention]:
    alone = _RELATIVE_DAY.fullmatch(text)
    if alone:
        # as a whole message it is the answer to a question for a day
        yield _made("date", text, *alone.span("day"), f"rel-{_DAYS_AGO[alone['day']]}")
    for form, pattern in _DATE_FORMS:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            year = groups.get("y")
            month, day = _part(groups.get("m")), _part(groups.get("d"))
            if form == "iso" and not day and "." in match.group() and _is_sum(text, match):
                continue
            word = _YEAR_WORD.search(text[: match.start()])
            head = f"20{year[-2:]}" if year else "last" if word and word["last"] and month else "-"
            value = head + (f"-{month:02d}" if month else "--") + (f"-{day:02d}" if day else "")
            yield _made("date", text, *match.span(), value.replace("----", "---"))


_SPENT = re.compile(r"(?:花了?|付了?|收了?|[一总合共]共|合计|总计|总额|费用?|结账|账单|自费|自付|自负)(?:是|为)?$")
PLAUSIBLE_YEARS = range(2010, 2040)
"""Calendar years that a student speaks of; other four digits are no year without a word for it."""


def _is_sum(text: str, match: re.Match[str]) -> bool:
    """Whether 2013.5 is yuan and no month: no year that a student speaks of, or right behind a word for spending."""
    return int(match["y"]) not in PLAUSIBLE_YEARS or bool(_SPENT.search(text[: match.start()]))


def _years(text: str) -> Iterator[Mention]:
    for match in _YEAR.finditer(text):
        start, end = match.span()
        told = _AFTER_YEAR.match(text, end) or _BEFORE_YEAR.search(text[:start])
        if text[end : end + 1] in ("元", "块", "人") or (start and text[start - 1] in "¥." + ("" if told else ",")):
            continue
        if match["s"] and int(match["s"]) < LONGEST_GAP and _LASTED.search(text[:start]):
            continue
        if match["y"] and not told and not (_ALONE.fullmatch(text) and int(match["y"]) in PLAUSIBLE_YEARS):
            continue
        year = match["y"] or (f"20{match['s']}" if match["s"] else "".join(str(DIGITS[c]) for c in match["c"]))
        yield _made("year", text, start, end, year if len(year) == 4 else f"20{year[-2:]}", unit="year")


_GRADE_DIGITS = {"一": "1", "二": "2", "三": "3"}


def _grades(text: str) -> Iterator[Mention]:
    for match in _GRADE.finditer(text):
        digit = _GRADE_DIGITS.get(match["g"], match["g"])
        before = text[match.start() - 1 : match.start()]
        if before == "第" or (before.isdigit() and match["g"].isdigit()):
            continue
        suffix = (match["full"] or match["short"] or "")[:1]
        letter = {"甲": "A", "a": "A", "乙": "B"}.get(suffix, "") if digit == "3" else ""
        yield _made("grade", text, *match.span(), digit + letter)


def _ordinals(text: str) -> Iterator[Mention]:
    for match in _ORDINAL.finditer(text):
        number = read(match["n"]) if match["n"] else Decimal(1)
        yield _made("ordinal", text, *match.span(), str(number), unit=match["m"])


def _counts(text: str) -> Iterator[Mention]:
    for match in _COUNT.finditer(text):
        start, written = match.start(), match["n"].replace("俩", "两").replace("仨", "三")
        if written.endswith("几") and "十" not in written:
            # 四几次 is no number
            continue
        if not written[0].isdigit() and not _is_one_count(written):
            # 四百零六一次: 406, and once
            start, written = match.end("n") - 1, written[-1]
        before = text[start - 1 : start]
        if (
            before in ("第", ".", "几")
            or ("十" in written and before in ("百", "千"))
            or (written == "一" and before and before in "每这那上下再任同")
        ):
            continue
        low, high = _count_of(written)
        if low is not None:
            about = written.endswith("几")
            yield _made(
                "count",
                text,
                start,
                match.end(),
                str(low),
                high=str(high) if high else "",
                about=about,
                unit=match["m"],
            )


def _is_one_count(written: str) -> bool:
    """三, 十二 and 三四 are one count, 六一 is the end of a number and the beginning of a count."""
    if len(written) == 1 or "十" in written:
        return True
    first, second = (DIGITS[char] for char in written[-2:])
    return len(written) == 2 and (second == first + 1 or (first, second) == (3, 5))


def _count_of(written: str) -> Tuple[Optional[Decimal], Optional[Decimal]]:
    """(count, upper end of a range): 3, 十二, 三四, 1-2, 十七八."""
    ends = re.split(r"[-~到至]", written)
    if len(ends) == 2:
        return Decimal(ends[0]), Decimal(ends[1])
    number = next(iter(find_numerals(written + "个")), None)
    if number is None or number.end != len(written):
        return None, None
    return number.value, number.high


def _numbers(text: str, taken: List[bool]) -> Iterator[Mention]:
    for match in _HALF.finditer(text):
        if not any(taken[match.start() : match.end()]):
            unit = UNIT_CLASSES[match["unit"]]
            yield _made("number", text, match.start(), match.start() + 1, "0.5", unit=unit, unit_end=match.end())
    index = 0
    while index < len(text):
        if taken[index]:
            index += 1
            continue
        stop = index
        while stop < len(text) and not taken[stop]:
            stop += 1
        for numeral in find_numerals(text[index:stop]):
            mention = _number(text, numeral, index)
            if mention:
                yield mention
        index = stop


_WORD_OF = re.compile(
    r"[一](?:共|下|直|般|定|样|些|起|点|切|旦|律|向|并|概|致|时|边|面|路|块儿?|会|帮|心|身|大|堆|顿|来|去|听|看|问|查|算|想|说|早|手|口|把|股|阵|番|键|档|方|卡|站|同|度|流|卡通|笔|份|张|个(?!月|星期|礼拜|人))"
    r"|万一|万(?:分|能|般)|千(?:万(?=[别不要]|$)|辛|里)|百(?:度|忙|姓)|十(?:分|足)|二(?:话|手|维|次报)|两(?:边|者|码|头|手)|三(?:方|更|番)|四(?:川|处|周|肢)|五(?:险|一(?=[放假节黄])|官|脏)|六(?:一|院)|七(?:夕|院)|九(?:院|江)|八(?:卦|院)"
)


def _number(text: str, numeral: Numeral, offset: int) -> Optional[Mention]:
    start, end = numeral.start + offset, numeral.end + offset
    written = text[start:end]
    unit = _UNIT.match(text, end + (1 if text[end : end + 1] == " " else 0))
    unit_class = UNIT_CLASSES[unit.group()] if unit else ""
    if re.search("[块元圆毛角分]", written):
        unit_class = "money"
    value, unit_end = numeral.value, unit.end() if unit else 0
    half = _HALF_MORE.match(text, unit.start()) if unit and unit_class in _HALVED and value is not None else None
    if half and value is not None and "." not in written:
        value, unit_end = value + Decimal("0.5"), half.end()
        unit_class = UNIT_CLASSES[half["unit"]] if half["unit"] else unit_class
    single = len(written) == 1 and not written.isascii()
    if single and not _counts_something(text, start, end, unit_class):
        return None
    if not single and set(written) <= set("零〇"):
        # 零零碎碎, 零零散散
        return None
    if _WORD_OF.match(text, start) and unit_class != "money" and end - start <= 2 and not written.isascii():
        return None
    return Mention(
        kind="number",
        start=start,
        end=end,
        text=written,
        value="" if value is None else f"{value:f}",
        high=f"{numeral.high:f}" if numeral.high else "",
        about=numeral.about,
        unit=unit_class,
        unit_end=unit_end,
        scaled=numeral.scaled,
        split=numeral.split,
    )


_HALVED = ("money", "year", "day", "thing")
_HALF_MORE = re.compile(r"(?:元|块|圆|年|天)半(?![天夜截路价身年个月数岛])|个半(?P<unit>月|小时|钟头|星期|礼拜|学期)")
"""Half a unit behind a number of them: 三块半, 两年半, 三个半月."""
_HALF = re.compile(
    r"(?<![一两二三四五六七八九十百\d上下前后大多块元年天点个])半(?P<unit>年|个月|个学期|天|个小时|小时)"
)
"""Half a unit alone (断了半年); 上半年 is a time of the year."""
_TO = re.compile(r"[~—–]{1,2}|[到至]")


def _joined(text: str, numbers: List[Mention]) -> List[Mention]:
    """5000~6000, 三到五天: two numbers with a sign for a range between them are one, from its lower to its upper end."""
    kept: List[Mention] = []
    for mention in numbers:
        if kept and _is_range(text, kept[-1], mention):
            low = kept.pop()
            mention = replace(
                mention,
                start=low.start,
                text=text[low.start : mention.end],
                value=low.value,
                high=mention.value,
                about=True,
            )
        kept.append(mention)
    return kept


def _is_range(text: str, low: Mention, high: Mention) -> bool:
    first, second = low.number, high.number
    if first is None or second is None or low.high or high.high or not _TO.fullmatch(text[low.whole_end : high.start]):
        return False
    if (
        low.unit not in ("", high.unit)
        or high.unit in ("place", "thing", "time", "people")
        or text[: low.start].endswith("从")
    ):
        return False
    if high.unit == "year" and (second > LONGEST_GAP or text[high.unit_end : high.unit_end + 1] == "级"):
        return False
    return first < second <= first * 5


_NAMED_BEFORE = re.compile(r"(?:第|研|博|周|星期|礼拜)$")


def _counts_something(text: str, start: int, end: int, unit: str) -> bool:
    """Whether a single Chinese digit is a number: with a unit behind it, as a whole answer, or behind 研 and 第."""
    before, after = text[:start], text[end:]
    if after.startswith("人民医"):
        # 第一人民医院 is a name
        return False
    if before.endswith(("大", "初", "高", "周", "星期", "礼拜", "不", "万", "统", "唯", "同")) and unit != "money":
        return False
    if text[start] == "零":
        return bool(re.match(r"[,，。元块]|$", after))
    if unit:
        return not (text[start] == "一" and _WORD_OF.match(text, start))
    return (
        (len(text) <= 4 and after[:1] not in tuple("次回趟"))
        or bool(_NAMED_BEFORE.search(before))
        or bool(re.match(r"[,，。]|$", after) and len(text) <= 8)
    )
