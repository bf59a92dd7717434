"""Money in a message: what is an amount, in all the ways in which people write one, and which numbers are none."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Iterator, Optional

from bot.nlu.numerals import DIGITS, Number
from bot.nlu.quantity import Quantity, cents

_MONEY_AFTER = re.compile(r"\s*(?:多|来|几|出头)?\s*(?:元|块|圆|rmb|人民币|￥|大洋)")
_MONEY_BEFORE = re.compile(
    r"(?:花了?|用了?|(?:还)?(?:要)?负担|承担|还剩|费用?|总计|结算|结账|一共|总共|共|合计|自费|付了?|交了?|垫了?|收了?|账单|金额|自负|自付|掏了?|刷了?|[￥¥$]|"
    r"下来|发票|是|要|前后|大概|大约|差不多|将近|加起来|改成|应该|说错了?)[:,，：是 了]*(?:大概|大约|差不多|将近|有)?[:：￥¥ ]*$"
)
_NOT_MONEY_AFTER = re.compile(
    r"\s*(?:多|来|几)?\s*(?:年|个?月|号|日|天|次|回|级|届|岁|家|种|%|个百分点|楼|点|分钟|小时|周|星期|个(?:星期|学期|学年)|床|位|页|条|人|趟|院|甲|乙|度(?!假)|个工作日|工作日|片|粒|针|份|遍|张|路|个人|个字|"
    r"[:：]\d|分之|成|\*)"
)
_NOT_MONEY_BEFORE = re.compile(
    r"(?:第|大|周|星期|百分之|拨打?|打|电话|热线|宿舍|房间|学号|班|编号|(?:住院|门诊|发票|票据|收据"
    r"|病历|挂号|就诊|排队|卡|票|单|床|代码)号(?:码|是)?|号码|代码|排到?|\d[-/:.]|\*|q|step)\s*$"
)
_SHORT_CHANGE = re.compile(rf"(?<![\d{''.join(DIGITS)}十百千万])块(?P<jiao>[1-9一二三四五六七八九])毛?")
_LEADING_ZERO = re.compile(r"0\d")
_PHONES = {"120", "110", "119", "12393", "12345", "95519", "95500", "95518"}
_SMALL_CHANGE = re.compile(
    rf"\s*[元块]\s*零?(?P<jiao>[\d{''.join(DIGITS)}])(?:毛|角)?(?P<fen>[\d{''.join(DIGITS)}])?分?(?![\d年月日号次天])"
)


def _digit(char: Optional[str]) -> int:
    return 0 if not char else DIGITS.get(char, None) if char in DIGITS else int(char)  # type: ignore[return-value]


def as_money(number: Number, text: str) -> Optional[Quantity]:
    """The amount that a number is; None for a number that is no money."""
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


def short_change(text: str) -> Iterator[Quantity]:
    """块六 is one yuan and six jiao, written without the one."""
    for match in _SHORT_CHANGE.finditer(text):
        yield Quantity("amount", cents(1 + Decimal(_digit(match["jiao"])) / 10), *match.span())


def counts_nothing(number: Number, text: str) -> bool:
    """Whether a number can answer no question: a floor, a telephone, days, the number of a ticket."""
    return bool(
        _NOT_MONEY_AFTER.match(text[number.end :])
        or is_label(number, text)
        or number.text in _PHONES
        or len(number.text) >= 11
        or _LEADING_ZERO.match(number.text)
    )


def is_label(number: Number, text: str) -> bool:
    """Whether a number names a thing (宿舍302, 第3) instead of counting."""
    return bool(_NOT_MONEY_BEFORE.search(text[: number.start]))
