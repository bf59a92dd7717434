"""What the numbers of a message mean: money, the how-manieth stay, years of a gap — and what is none of these."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Iterator, List, Optional, Union

from bot.nlu.numerals import DIGITS, Number, find_numbers, read_chinese

_MONEY_AFTER = re.compile(r"\s*(?:多|来|几|出头)?\s*(?:元|块|圆|rmb|人民币|￥|大洋)")
_MONEY_BEFORE = re.compile(
    r"(?:花了?|用了?|费用?|总计|结算|结账|一共|总共|共|合计|自费|付了?|交了?|垫了?|收了?|账单|金额|自负|自付|掏了?|刷了?|[￥¥$]|"
    r"下来|发票|是|要|前后|大概|大约|差不多|将近|加起来|改成|应该|说错了?)[:,，：是 了]*(?:大概|大约|差不多|将近|有)?[:：￥¥ ]*$"
)
_NOT_MONEY_AFTER = re.compile(
    r"\s*(?:多|来|几)?\s*(?:年|个?月|号|日|天|次|回|级|届|岁|家|种|%|个百分点|楼|点|分钟|小时|周|星期|个(?:星期|学期|学年)|床|位|页|条|人|趟|院|甲|乙|度(?!假)|个工作日|工作日|片|粒|针|份|遍|张|路|个人|个字|"
    r"[:：]\d|分之|成)"
)
_NOT_MONEY_BEFORE = re.compile(
    r"(?:第|大|周|星期|拨打?|打|电话|热线|宿舍|房间|学号|班|编号|(?:住院|门诊|发票|票据|收据"
    r"|病历|挂号|就诊|排队|卡|票|单|床|代码)号(?:码|是)?|号码|代码|排到?|\d[-/:.]|q|step)\s*$"
)
_SHORT_CHANGE = re.compile(rf"(?<![\d{''.join(DIGITS)}十百千万])块(?P<jiao>[1-9一二三四五六七八九])毛?")
_LEADING_ZERO = re.compile(r"0\d")
_PHONES = {"120", "110", "119", "12393", "12345", "95519", "95500", "95518"}
_SMALL_CHANGE = re.compile(
    rf"\s*[元块]\s*零?(?P<jiao>[\d{''.join(DIGITS)}])(?:毛|角)?(?P<fen>[\d{''.join(DIGITS)}])?分?(?![\d年月日号次天])"
)

_ADMISSION = re.compile(
    r"(?:第\s*(?P<ordinal>[\d一二三四五六七八九十两]{1,3})\s*(?:次|回|趟)(?!看|去|门诊|挂号|上医院|买|交)(?:.{0,4}?)(?:住院|入院|住)?)"
    r"|(?P<short>[二三四五六2-6])(?:次|回)(?:住院|入院|住进)"
    r"|住第(?P<inner>[一二三四五六1-6])(?:次|回)院"
)
_MAY_BE_STAY = re.compile(r"住|院|进去|^.{0,8}$")
"""第二次 counts stays where a stay is told, or where nothing else is said."""
_LAPSE = re.compile(
    r"(?:断[保缴交]?了?|停[保缴]了?|没[参交]保?|没有?交|没缴|漏[缴交]了?|空了?|中断了?|欠缴了?|落下)(?:.{0,4}?)(?P<after>[\d一二两俩三四五六七八九十]{1,2})\s*年(?!级|度)"
    r"|(?P<before>(?<!\d)[\d一二两俩三四五六七八九十]{1,2})\s*年(?:时间|多)?(?:的)?(?:都|一直|里)?(?:没|断|未|漏|停|空)(?!毕业)"
    r"|(?:空窗|空档|断档|缺)(?:期)?了?(?:有|得有|大概)?(?P<gap>[\d一二两俩三四五六七八九十]{1,2})\s*年"
)
_COUNTED = re.compile(
    r"(?:起付(?:线|标准)?(?:已经|都)?(?:扣|用|交|付|抵)(?:了|掉|过)|(?:之前|此前|前面|先前|早先|以前|已经?|到现在|到目前|截至现在)(?:[^,，。;；]{0,8}?)(?:花|用|付|掏|累计|看病|自费|加起来)|花过|累计)"
    r"(?:了|过|掉|有|够|到|满)*(?:一共|总共|累计|大概|大约|差不多)*"
    rf"\s*(?P<figure>[\d,.]+[万千百wk]?|[{''.join(DIGITS)}十百千万]+)\s*(?:多)?(?:元|块)?"
)
_NO_OUTPATIENT = re.compile(r"住院|毕业|押金")
_SPENT_BEFORE = re.compile(
    r"(?:上半年|上学期|年初|今年|这学期|上个?月|前几次|前两次|前阵子|前面)(?:[^,，。;；]{0,8}?)(?:花|用|付|刷|看|掏)(?:了|过|掉)*(?:一共|总共|有|大概|大约|差不多)*"
    rf"\s*(?P<figure>[\d,.]+[万千百wk]?|[{''.join(DIGITS)}十百千万]+)\s*(?:多)?(?:元"
    rf"|块)?[^。]*?[,，。;； ](?:这次|这回|今天|昨天|现在|这趟|刚才|刚刚|又)"
)
"""A sum of the year before the bill that the message is about (今年门诊花了230，这次450)."""
_REPAID_AFTER = re.compile(
    r"(?P<years>[1-9一二两俩三四五六七八九十])\s*年(?:的)?(?:费用?|钱|保费"
    r"|医保)?(?:都|也|全|已经?)*(?:补[缴交]?)(?:上|齐|完|好|掉|缴|交)?了"
)
_REPAID = re.compile(r"补[缴交]?(?:过|了|上|齐|完|够|满){0,2}(?P<years>[1-9一二两俩三四五六七八九十])\s*年(?!级|度)")
_REPAID_LIST = re.compile(r"补[缴交]?(?:过|了|上){0,2}(?P<list>(?:(?:20)?[12]\d年?(?:度)?[、,，和跟及]+)+(?:20)?[12]\d年)")
_UNPAID = r"(?:都|就|一直|全|也|再|又)*(?:没有?|未|断|漏|停|忘)(?:再|有|了|过)?(?:交|缴|参|续|买|保)"
_YEAR = r"(?:20)?(?P<{name}>[12]\d)\s*年"
_LAPSED_SINCE = re.compile(rf"(?:从|自)?{_YEAR.format(name='since')}(?:开始|起|以后|以来|之后|到现在|至今)(?:.{{0,3}}?){_UNPAID}")
_LAPSED_FROM = re.compile(rf"(?:从|自){_YEAR.format(name='since')}{_UNPAID}")
_LAPSED_LIST = re.compile(
    rf"(?P<list>(?:(?:20)?[12]\d年?(?:度)?[、,，和跟及到至\-~]+)+(?:20)?[12]\d年)(?:的"
    rf"|这|两|几|年|医保|保费|费|都){{0,4}}?{_UNPAID}"
)
_LAPSED_ONE = re.compile(rf"{_YEAR.format(name='one')}(?:度|那年|的|医保|保费|费){{0,3}}?{_UNPAID}")
_LAPSED_WORDS = re.compile(rf"(?P<words>(?:去年|前年|大前年)[和跟、,，]?(?:去年|前年|大前年)?)(?:的|医保|保费|费){{0,3}}?{_UNPAID}")
_GRADE = r"[大高研初][一二三四五]"
_LAPSED_GRADES = re.compile(
    rf"(?:从)?(?P<grades>{_GRADE}(?:[到至和、,，跟]*{_GRADE})*)(?:那年|那.年|这.年|年级|的?时候|期间|没)*(?:的|医保|保费|都|就){{0,3}}?{_UNPAID}"
)
_REPAID_NAMED = re.compile(
    rf"(?:补[缴交]?(?:过|了|上|齐)?(?:{_GRADE}|(?:20)?[12]\d|去|前)年?(?:那年|那一年|的|度|这一年)|(?:{_GRADE}|(?:20)?[12]\d年|去年|前年)(?:那年|那一年|的|度|这一年)*(?:已经|也|后来)?补[缴交]?(?:上|齐|了))"
)
_LIST_YEAR = re.compile(r"(?:20)?([12]\d)(?=年|[、,，和跟及到至\-~]|$)")
_RANGE = re.compile(r"[到至\-~]")
LAST_YEAR_OF_DOCUMENTS = 2025
"""The year that gaps are counted up to when no other is given."""


@dataclass(frozen=True)
class Quantity:
    """A number with its meaning."""

    kind: str
    """date (2025-03-15, or --03-15, this-…, last-… when the year is not written) | calendar_year |
    amount (yuan) | counted (yuan spent before in the year) | admission (1 = first stay) | lapsed_years | repaid_years |
    years (of what, is open) | denied (不是一千) | number (meaning open)."""
    value: Union[Decimal, str]
    start: int
    end: int
    about: bool = False


def cents(value: Decimal) -> Decimal:
    """An amount with two decimals, rounded half up."""
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _digit(char: Optional[str]) -> int:
    return 0 if not char else DIGITS.get(char, None) if char in DIGITS else int(char)  # type: ignore[return-value]


def _as_money(number: Number, text: str) -> Optional[Quantity]:
    before, after = text[: number.start], text[number.end :]
    if _NOT_MONEY_BEFORE.search(before) or len(number.text) >= 11 or after.startswith("分之"):
        return None
    if _LEADING_ZERO.match(number.text):
        return None
    if number.text in _PHONES and not _MONEY_AFTER.match(after) and not _MONEY_BEFORE.search(before):
        return None
    change = _SMALL_CHANGE.match(after)
    if change and not number.about:
        value = number.value + Decimal(_digit(change["jiao"])) / 10 + Decimal(_digit(change["fen"])) / 100
        return Quantity("amount", cents(value), number.start, number.end + change.end())
    unit = _MONEY_AFTER.match(after)
    if unit:
        return Quantity("amount", cents(number.value), number.start, number.end + unit.end(), number.about)
    if _NOT_MONEY_AFTER.match(after) and not number.scaled:
        return None
    if number.scaled and number.value >= 100 and not re.match(r"\s*(?:年|个月|人|次|种)", after):
        return Quantity("amount", cents(number.value), number.start, number.end, number.about)
    if _MONEY_BEFORE.search(before) and number.value >= 10:
        return Quantity("amount", cents(number.value), number.start, number.end, number.about)
    return None


def _as_years(number: Number, text: str) -> Optional[Quantity]:
    unit = re.match(r"\s*年(?!级)", text[number.end :])
    if (
        not unit
        or number.value > 60
        or (number.text == "一" and len(text) > 3)
        or _NOT_MONEY_BEFORE.search(text[: number.start])
    ):
        return None
    return Quantity("years", number.value, number.start, number.end + unit.end())


def _as_open(number: Number, text: str) -> Optional[Quantity]:
    """A number that could answer a question. 一 inside a sentence hardly ever counts (一下, 一直, 一般)."""
    before, after = text[: number.start], text[number.end :]
    if (
        _NOT_MONEY_AFTER.match(after)
        or _NOT_MONEY_BEFORE.search(before)
        or number.text in _PHONES
        or len(number.text) >= 11
    ):
        return None
    if number.text in ("一", "两", "几") and len(text) > 2:
        return None
    if _LEADING_ZERO.match(number.text):
        return None
    return Quantity("number", number.value, number.start, number.end, number.about)


def _is_year(number: Number, text: str) -> bool:
    return bool(re.fullmatch(r"20\d\d", number.text)) and bool(re.match(r"\s*(?:年|级|届)|\s*$", text[number.end :]))


def _first_match(pattern: re.Pattern[str], text: str, kind: str) -> Optional[Quantity]:
    match = pattern.search(text)
    if not match:
        return None
    written = next(group for group in match.groups() if group)
    numbers = list(find_numbers(written))
    return Quantity(kind, numbers[0].value, match.start(), match.end()) if numbers else None


_DATE = re.compile(
    r"(?:(?P<year>20\d\d)\s*[年/.-]\s*|(?P<word>今年|去年)\s*)?(?P<month>1[0-2]|0?[1-9])\s*[月/.-]\s*(?P<day>3[01]|[12]\d|0?[1-9])(?:\s*[日号]|(?![\d元块.]))"
)
_WRITTEN_DATE = re.compile(
    r"(?P<word>今年|去年)?(?P<month>十[一二]?|[一二三四五六七八九])月(?P<day>三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
)
_CALENDAR_YEAR = re.compile(
    r"(?<!\d)(?P<year>20\d\d)\s*(?:年度?|学年|$)(?!级|出生|生|起|开始|以后|到现在)|(?<!\d)(?P<short>2[4-9])年(?:度|的?(?:医保|保费|居保|参保|缴费|费用|政策|标准))|(?P<written>二〇二[四五六七八九])年"
)


_USED_UP = re.compile(
    r"起付(线|标准)?(今年)?(都|早|早就|已经?|也|肯定|应该)*((过|够|超|达到|到)(了|啦|过了)|满|用完|用光|用掉|花完|(扣|交|付|凑|抵)(完|满|够|齐|掉)|用过了)"
    r"|(过|超过|花完|用完|满)了?起付(线|标准)(了|啦|的)?(?!没|吗|多少|还)|(已经?|早就?|都|肯定)过(了)?线"
)
_UNUSED = re.compile(
    r"起付(线|标准)?(今年)?(还|都|一分|一点)*没(有)?(怎么)?(用|动|花|到|满|过|够)(过|完|了)?"
    r"|(今年|这学期|本年)(还|都|一直)?没(有)?.{0,6}(看过|去过|花过|用过|挂过号)|(今年|本年度?)(第|头)(一|1)(次|回|趟)(看|去|门诊|急诊|挂号|上)|今年(首次|头回|头一(次|回|趟))|^.{0,6}(头一(次|回|趟)|首次)(看|去|门诊|急诊|挂号|上)"
)


def _counted_words(text: str) -> Optional[Quantity]:
    """Whether a message says in words that the yearly deductible is unused or used up."""
    for value, pattern in (("none", _UNUSED), ("full", _USED_UP)):
        match = pattern.search(text)
        if match:
            return Quantity("counted", value, match.start(), match.end())
    return None


def _counted(text: str) -> Optional[Quantity]:
    """What the yearly deductible has seen before: a sum, or words; what a stay has cost so far is its own bill."""
    for pattern in (_COUNTED, _SPENT_BEFORE):
        match = pattern.search(text)
        numbers = list(find_numbers(match["figure"])) if match else []
        if match and numbers and not _NO_OUTPATIENT.search(text[: match.start("figure")][-12:]):
            return Quantity("counted", numbers[0].value, match.start(), match.end("figure"))
    return _counted_words(text)


def _dates(text: str) -> Iterator[Quantity]:
    """Days of the text. A month and a day joined by anything but 月 need the year, or 3.15 would be a date."""
    for match in _DATE.finditer(text):
        if not match["year"] and "月" not in match.group():
            continue
        prefix = match["year"] or {"今年": "this", "去年": "last"}.get(match["word"] or "", "-")
        yield Quantity(
            "date", f"{prefix}-{int(match['month']):02d}-{int(match['day']):02d}", match.start(), match.end()
        )


    for match in _WRITTEN_DATE.finditer(text):
        month, day = (read_chinese(match[name]) or Decimal(0) for name in ("month", "day"))
        prefix = {"今年": "this", "去年": "last"}.get(match["word"] or "", "-")
        yield Quantity("date", f"{prefix}-{int(month):02d}-{int(day):02d}", match.start(), match.end())


def _calendar_years(text: str) -> Iterator[Quantity]:
    for match in _CALENDAR_YEAR.finditer(text):
        written = match["written"]
        year = match["year"] or (f"20{match['short']}" if match["short"] else f"202{DIGITS[written[-1]]}")
        yield Quantity("calendar_year", year, match.start(), match.end())


def _lapsed_years(text: str, year: int) -> Optional[Quantity]:
    """Years of a gap that are told by their names: 从22年开始没交 counts up to the year before this one."""
    for pattern in (_LAPSED_SINCE, _LAPSED_FROM):
        match = pattern.search(text)
        if match:
            return _gap(max(year - (2000 + int(match["since"])), 1), match)
    match = _LAPSED_LIST.search(text)
    if match:
        years = sorted({int(found) for found in _LIST_YEAR.findall(match["list"])})
        spanned = years[-1] - years[0] + 1 if _RANGE.search(match["list"]) else len(years)
        return _gap(spanned, match)
    match = _LAPSED_GRADES.search(text)
    if match:
        grades = re.findall(_GRADE, match["grades"])
        order = "一二三四五"
        first, last = (order.index(grades[index][1]) for index in (0, -1))
        return _gap(last - first + 1 if _RANGE.search(match["grades"]) and last > first else len(grades), match)
    match = _LAPSED_WORDS.search(text)
    if match:
        return _gap(len(re.findall(r"大前年|前年|去年", match["words"])), match)
    match = _LAPSED_ONE.search(text)
    return _gap(1, match) if match else None


def _repaid_years(text: str) -> Optional[Quantity]:
    """Years that were paid later, by number or by their names (补缴了23年和24年)."""
    match = _REPAID_LIST.search(text)
    if match:
        years = Decimal(len(set(_LIST_YEAR.findall(match["list"]))))
        return Quantity("repaid_years", years, match.start(), match.end())
    found = _first_match(_REPAID, text, "repaid_years") or _first_match(_REPAID_AFTER, text, "repaid_years")
    named = None if found else _REPAID_NAMED.search(text)
    return Quantity("repaid_years", Decimal(1), named.start(), named.end()) if named else found


def _gap(years: int, match: re.Match[str]) -> Quantity:
    return Quantity("lapsed_years", Decimal(years), match.start(), match.end())


def find_quantities(text: str, year: int = LAST_YEAR_OF_DOCUMENTS) -> List[Quantity]:
    """Find amounts, stay ordinals and gap years in a normalised text, ordered by position.

    A number whose meaning stays open is given as `number`, so that an answer to an open question can use it. `year`: the
    calendar year of today.
    """
    special = [
        _first_match(_ADMISSION, text, "admission") if _MAY_BE_STAY.search(text) else None,
        _lapsed_years(text, year) or _first_match(_LAPSE, text, "lapsed_years"),
        _repaid_years(text),
        _counted(text),
    ]
    found = list(_dates(text))
    found += [quantity for quantity in special if quantity]
    found += [named for named in _calendar_years(text) if not any(d.start <= named.start < d.end for d in found)]
    found += [
        Quantity("amount", cents(1 + Decimal(_digit(match["jiao"])) / 10), *match.span())
        for match in _SHORT_CHANGE.finditer(text)
    ]
    for number in find_numbers(text):
        if any(quantity.start <= number.start < quantity.end for quantity in found) or _is_year(number, text):
            continue
        quantity = _as_money(number, text) or _as_years(number, text) or _as_open(number, text)
        if quantity:
            denied = text[: number.start].endswith(("不是", "不是这", "而不是"))
            found.append(replace(quantity, kind="denied") if denied else quantity)
    return sorted(found, key=lambda quantity: quantity.start)
