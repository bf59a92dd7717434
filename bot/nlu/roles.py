"""Which of several amounts is the bill: the covered part of a total, the settlement and not the deposit. Pure.

A message may hold an income, a premium, a deductible and a total with its parts; only what the student was billed, or had
to pay himself, is calculated with. An amount that is no bill keeps its place in the message as a `number`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import List, Optional, Sequence

from bot.nlu.quantity import Quantity

_WINDOW = 14
"""Characters before an amount that can say what it is."""
_CLAUSE = re.compile(r"[,，。;；!！?？、]")
_NO_BILL_BEFORE = re.compile(
    r"(?:起付(?:线|标准)?|门槛费?|封顶(?:线)?|最高(?:支付)?(?:限额)?|限额|上限|额度|保费|医保费|参保费|缴费?|参保(?:交|要)|(?:一年|每年|每人|一人)(?:要)?(?:交|缴)|补贴|补助(?:了)?|补|救助|报销了|报了|统筹(?:支付|付|基金)?|基金付?|医保(?:付|报|给|支付)了?|"
    r"(?:月薪|工资|年薪|收入|年收入|月收入|生活费|奖学金|助学金|贷款|借了?|借款|存款|余额|卡里|学费|房租|租金|红包|转账|转了?我?|给我转了?|打给我|赔付?|最多赔|理赔(?:额度)?|"
    r"打车|车费|路费|车票|交通费|住宿费?|伙食费?|护工费?|陪护费?|营养费|办卡|报销下来|报下来|到账|买医保|买保险|补缴?|"
    r"商业险|保额|发了?|剩下?|还剩|垫了|替我垫|帮我垫))"
    r"(?:还|又|也|都|就|才|只|是|为|了|的|有|要|得|给|我|线|大概|大约|差不多|将近|每年|一年|每月|一个月|一共|总共|共|写的|说|不是|可能|至少|到|:|：|\s){0,5}$"
)
_THRESHOLD_BEFORE = re.compile(r"(?:满|超过|超|不到|低于|高于|够|达到|自付|扣|减|先扣|要扣)(?:了)?$")
_THRESHOLD_AFTER = re.compile(r"^(?:元|块|钱)*(?:以上|以下|以内|以外|以后|之后|的部分|部分|才|就能|才能|的话|那条|门槛)")
_SHARE_BEFORE = re.compile(r"(?:报|比例)(?:了|销|是|的)*$")
_SMALL_SHARE = 100
"""社区报70 and 比例是65 are percentages."""
_NO_BILL_AFTER = re.compile(
    r"^(?:的|块|元|多|钱|左右)*(?:医保|参保|居保|起付|封顶|门槛|上限|限额|保费|医保费|奖学金|助学金|补贴|补助|贷款|学费|工资|月薪|生活费|额度|保额|还没到账|还没到|还没发)"
)
_OWN = re.compile(r"(?:自负|自付|自费|自己(?:付|掏|出|花|负担|承担)|个人(?:付|负担|自付|自负|承担|支付|掏|出))了?")
_SECOND = re.compile(r"大病|二次报销|二次补偿|再报|再赔")
"""A second reimbursement is worked out from what was left to the student, not from the whole bill."""
_COVERED = re.compile(
    r"(?:医保|政策|报销|目录)(?:范围)?(?:以?内)|符合(?:医保|政策|报销)?(?:的)?(?:规定|范围|条件|政策|目录)|合规|(?:能|可以?)(?:纳入)?(?:报销?|进医保)的(?:部分)?|可报(?:销)?(?:的|部分|金额|费用)"
)
_DEPOSIT = re.compile(r"押金|押|预交|预缴|定金|先交|先垫")
_SETTLED = re.compile(r"结账|结算|结了|结的|出院(?:结|花|一共)|最后|最终|实际|实付|总共|一共|合计|账单")
_WRONG_BEFORE = re.compile(r"不是(?:这?个?)?$|并非$|而?不是花?了?$")
_WRONG_AFTER = re.compile(r"^(?:块|元|多|的|了)*[,，。 ]*(?:啊|哦|呃)?(?:打错|说错|写错|输错|看错|记错|搞错|弄错|不对|错了|不是)")
_RANGE = re.compile(r"\s*[~～—–\-到至]\s*")
_TOTAL = re.compile(
    r"(?:总共|一共|总计|合计|共计|共|总费用|总额|加起来)(?:是"
    r"|花了?|要|收了?|用了?|:|：)*(?:大概|大约|差不多|将近)?$"
)
_PART = re.compile(r"其中|挂号|药费?|床位|检查费?|手术费?|化验费?|材料费?|护理费?|片子|绷带|ct|抽血|输液")


_EMERGENCY = re.compile(r"急诊|急救|抢救")
_ADMITTED = re.compile(r"住院|住进|住了院|收住|收进|病房")
_SAME_HOSPITAL = re.compile(r"同一?(?:家|个|所)|同院|本院|(?:转|收)(?:到|进|入)?了?(?:住院|病房)")


def _before(text: str, quantity: Quantity) -> str:
    """What stands before an amount in its own clause."""
    window = text[max(0, quantity.start - _WINDOW) : quantity.start]
    return _CLAUSE.split(window)[-1]


def _after(text: str, quantity: Quantity) -> str:
    return text[quantity.end : quantity.end + _WINDOW]


def _says(pattern: re.Pattern[str], text: str, quantity: Quantity) -> bool:
    """Whether the words right before an amount, or its own spelling, match."""
    return bool(pattern.search(_before(text, quantity) + text[quantity.start : quantity.end]))


def _is_bill(text: str, quantity: Quantity) -> bool:
    before, after = _before(text, quantity), _after(text, quantity)
    written = text[quantity.start : quantity.end]
    if not re.search(r"[元块]", written) and quantity.value <= _SMALL_SHARE and _SHARE_BEFORE.search(before):  # type: ignore[operator]
        return False
    if _THRESHOLD_AFTER.match(after) and (_THRESHOLD_BEFORE.search(before) or after.startswith("的部分")):
        return False
    if _OWN.search(before) or _OWN.search(_CLAUSE.split(after)[0]):
        return True
    return not (_NO_BILL_BEFORE.search(before) or _NO_BILL_AFTER.match(after) or _WRONG_BEFORE.search(before))


def _settled(text: str, amounts: List[Quantity]) -> List[Quantity]:
    """Amounts without those that another one replaces."""
    if len(amounts) < 2:
        return amounts
    covered = [amount for amount in amounts if _says(_COVERED, text, amount)]
    if covered:
        return covered
    own = [amount for amount in amounts if _OWN.search(_before(text, amount))]
    if own and _SECOND.search(text):
        return own
    deposits = [amount for amount in amounts if _says(_DEPOSIT, text, amount)]
    if deposits and len(deposits) < len(amounts):
        amounts = [amount for amount in amounts if amount not in deposits]
    mended = [amount for amount in amounts if not _WRONG_AFTER.match(_after(text, amount))]
    if mended and len(mended) < len(amounts):
        amounts = mended
    return _without_parts(text, amounts)


def _without_parts(text: str, amounts: List[Quantity]) -> List[Quantity]:
    """一共650，挂号25药费625 is one bill of 650."""
    for total in amounts:
        parts = [amount for amount in amounts if amount is not total]
        itemised = all(_says(_PART, text, part) for part in parts)
        adds_up = len(parts) > 1 and sum(part.value for part in parts) == total.value  # type: ignore[misc]
        if parts and ((_TOTAL.search(_before(text, total)) and itemised) or adds_up or ("其中" in text and itemised)):
            return [total]
    return amounts


def _without_upper_ends(text: str, amounts: List[Quantity]) -> List[Quantity]:
    """5000~6000 names a range; like 五六千 it is taken by its lower end."""
    pairs = zip([None, *amounts], amounts)
    return [one for before, one in pairs if not (before and _RANGE.fullmatch(text[before.end : one.start]))]


def _before_admission(text: str, amounts: List[Quantity]) -> Optional[Quantity]:
    """先急诊两千，转同一家住院一万八: the emergency bill that belongs to the stay after it."""
    if len(amounts) != 2 or not _SAME_HOSPITAL.search(text):
        return None
    first, second = amounts
    leading, between = text[: first.start], text[first.end : second.start]
    is_emergency = bool(_EMERGENCY.search(leading)) and not _ADMITTED.search(leading)
    return first if is_emergency and _ADMITTED.search(between) else None


def bills(text: str, quantities: Sequence[Quantity]) -> List[Quantity]:
    """The quantities of a normal text with every amount that is no bill turned into a plain number."""
    amounts = _without_upper_ends(text, [quantity for quantity in quantities if quantity.kind == "amount"])
    kept = _settled(text, [amount for amount in amounts if _is_bill(text, amount)])
    joined = _before_admission(text, kept)
    return [
        replace(quantity, kind="emergency_before")
        if quantity is joined
        else replace(quantity, kind="number")
        if quantity.kind == "amount" and quantity not in kept
        else quantity
        for quantity in quantities
    ]
