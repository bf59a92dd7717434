"""What the yearly deductible has seen before the bill that a message is about: a sum, or words."""

from __future__ import annotations

import re
from typing import Optional

from bot.nlu.numerals import DIGITS, find_numbers
from bot.nlu.quantity import Quantity

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
_USED_UP = re.compile(
    r"起付(线|标准)?(今年)?(都|早|早就|已经?|也|肯定|应该)*((过|够|超|达到|到)(了|啦|过了)|满|用完|用光|用掉|花完|(扣|交|付|凑|抵)(完|满|够|齐|掉)|用过了)"
    r"|(过|超过|花完|用完|满)了?起付(线|标准)(了|啦|的)?(?!没|吗|多少|还)|(已经?|早就?|都|肯定)过(了)?线"
)
_UNUSED = re.compile(
    r"(?:没(?:有)?|还没|未)(?:怎么)?(?:用|花|扣|交|过|到|满|够)(?:过|完|到|满|了)?起付(?:线|标准)|(?:此前|之前|以前)(?:都|还|一直)?没(?:有)?(?:看过|去过|花过)|"
    r"起付(线|标准)?(今年)?(还|都|一分|一点)*没(有)?(怎么)?(用|动|花|到|满|过|够)(过|完|了)?"
    r"|(今年|这学期|本年)(还|都|一直)?没(有)?.{0,6}(看过|去过|花过|用过|挂过号)|(今年|本年度?)(第|头)(一|1)(次|回|趟)(看|去|门诊|急诊|挂号|上)|今年(的)?(首次|头回|(头|第)(一|1)(次|回|趟))(?!住)|^.{0,6}(头一(次|回|趟)|首次)(看|去|门诊|急诊|挂号|上)"
)


def counted(text: str) -> Optional[Quantity]:
    """What the yearly deductible has seen before: a sum, or words; what a stay has cost so far is its own bill."""
    for pattern in (_COUNTED, _SPENT_BEFORE):
        match = pattern.search(text)
        numbers = list(find_numbers(match["figure"])) if match else []
        if match and numbers and not _NO_OUTPATIENT.search(text[: match.start("figure")][-12:]):
            return Quantity("counted", numbers[0].value, match.start(), match.end("figure"))
    return _counted_words(text)


def _counted_words(text: str) -> Optional[Quantity]:
    """Whether a message says in words that the yearly deductible is unused or used up."""
    for value, pattern in (("none", _UNUSED), ("full", _USED_UP)):
        match = pattern.search(text)
        if match:
            return Quantity("counted", value, match.start(), match.end())
    return None
