"""What each amount of a message does in its case: the model's roles, and the few words that leave no choice. Pure."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Dict, List, Optional, Sequence, Tuple

from bot.nlu.case.clauses import CLAUSE, clause_of
from bot.nlu.case.types import ASIDE, COUNTED, GROUPS
from bot.nlu.case.words import says
from bot.nlu.mentions.find import Mention
from bot.nlu.mentions.points import points
from bot.nlu.roles.model import MONEY_ROLES, Roled

SURE = 0.6
"""Probability of what an amount does in the case from which it is taken without a question (docs/evaluation.md)."""
SURE_ALONE = 0.4
"""The same for the only amount of a message: there is no other that it could belong to."""
SECOND = ["another", "part", "outside", ASIDE]
"""What a second amount could be of which the words do not say that it is another visit."""
SMALL = 60
"""A number without a unit up to here is no bill beside one that is twenty times as large."""
_LONG = re.compile(r"\d{9,}")
"""Digits of a telephone or a card."""


@dataclass
class Amount:
    """An amount while the case is put together."""

    roled: Roled
    value: Decimal
    group: str
    probability: float
    rough: bool = False
    """Whether it is the lower end of a range that is told with both (5000到6000)."""
    role: str = ""
    """The role by which it is set aside, where words decided otherwise than the model."""
    own_grade: bool = False
    """Whether a grade of its own stands right before it (三级8300，二级2100)."""

    @property
    def start(self) -> int:
        return self.roled.mention.start

    @property
    def end(self) -> int:
        return self.roled.mention.end

    @property
    def text(self) -> str:
        return yuan(self.value)


def yuan(value: Decimal) -> str:
    """An amount with two decimals, rounded half up."""
    return str(value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def is_list_number(text: str, mention: Mention) -> bool:
    """Whether a number counts the points of a message (1、… 2、…; 第一，…; 1卡丢了 2急诊) or the papers it is about (附件2)."""
    if mention.start in points(text):
        return True
    beside = text[max(0, mention.start - 1) : mention.end + 1]
    return says("list_number", beside) or (not mention.unit and says("numbered_paper", text[: mention.start]))


def amounts_of(text: str, roled: Sequence[Roled]) -> List[Amount]:
    """The amounts of a message in their order, each with what it does and how probable that is."""
    found: List[Amount] = []
    for index, each in enumerate(roled):
        mention = each.mention
        if is_list_number(text, mention):
            continue
        money = mention.unit == "money" or bool(says("handed_over", text[: mention.start]))
        if mention.kind != "number" or mention.number is None or (_LONG.fullmatch(mention.text) and not money):
            continue
        heads = each.role not in MONEY_ROLES and not mention.unit and _heads_list(text, roled, index)
        if mention.unit not in ("", "money") or (each.role not in MONEY_ROLES and not money and not heads):
            continue
        group, probability = ("counted", 1.0) if heads else _group(each)
        grade = roled[index - 1].mention if index else None
        beside = grade and grade.kind == "grade" and says("beside_grade", text[grade.end : mention.start])
        if beside and (group == "counted" or probability < SURE):
            # 三级8300: what stands right behind its grade is a bill of its own
            group, probability = "counted", 1.0
        found.append(Amount(each, mention.number, group, probability, own_grade=bool(beside)))
    _of_another(found)
    _as_many_as_visits(roled, found)
    _by_words(text, found)
    _add_up(found)
    return found


def _as_many_as_visits(roled: Sequence[Roled], found: Sequence[Amount]) -> None:
    """As many amounts as visits that are counted before them are their bills (三级门诊两次，200和260)."""
    count = next((each.mention for each in roled if each.mention.kind == "count" and each.mention.number), None)
    if count is None or count.number != len(found) or len(found) < 2 or any(a.start < count.end for a in found):
        return
    if all(amount.group == "counted" for amount in found):
        for amount in found:
            amount.probability = 1.0


def _of_another(found: Sequence[Amount]) -> None:
    """Where every amount is somebody else's, it is his bill that is asked about (我室友住院五千，能报多少)."""
    if not found or any(each.group != ASIDE for each in found):
        return
    for each in found:
        billed = each.roled.share([*COUNTED, "other_person"])
        if each.roled.role == "other_person" and billed >= SURE_ALONE:
            each.group, each.probability = "counted", billed


def _add_up(found: Sequence[Amount]) -> None:
    """Amounts of unsure role that add up to a bill are its parts, whatever else they could be (花呗付600，微信付450，总共1050)."""
    for total in found:
        if total.group != "counted" or total.probability < SURE:
            continue
        others = [
            other for other in found if other is not total and (other.probability < SURE or other.group == "counted")
        ]
        if len(others) > 1 and sum(other.value for other in others) == total.value:
            for other in others:
                other.group, other.probability = "counted", 1.0


def _by_words(text: str, found: List[Amount]) -> None:
    """Where the words leave no choice they decide: what is withdrawn, what a bill is called, what the deductible has seen."""
    for index, amount in enumerate(found):
        before = text[: amount.start]
        following = found[index + 1] if index + 1 < len(found) else None
        between = text[amount.end : following.start] if following else ""
        corrected = following is not None and len(between) <= 14 and says("corrects", between)
        if following and (says("withdrawn", before) or corrected):
            if following.group in (ASIDE, "own") and amount.group != ASIDE:
                following.group = amount.group
            amount.group, amount.probability, amount.role = ASIDE, 1.0, "denied"
            following.probability = max(following.probability, SURE)
        elif says("spent_on_deductible", before):
            amount.group, amount.probability = "used", 1.0
        elif says("left_of_deductible", before):
            amount.group, amount.probability = "left", 1.0
        elif amount.group == "counted" and (says("billed", before) or _continues_list(text, found, index)):
            amount.probability = 1.0
        elif says("priced", text[amount.roled.mention.whole_end :]):
            amount.group, amount.probability = "counted", 1.0
        elif amount.group in ("own", "covered") and says("borne", before):
            amount.group, amount.probability = "own", 1.0
        elif _is_total(text, amount, following):
            amount.group, amount.probability = "counted", 1.0
        elif says("role_unknown", _rest_of_clause(text, amount)):
            # 旁边手写个410不晓得是自费还是报掉的
            amount.probability = 0.0
        elif amount.probability < SURE and len(found) > 1 and says("in_formula", _around(text, amount)):
            amount.group, amount.probability = ASIDE, 1.0
        elif amount.probability < SURE and _named_as_no_bill(text, amount):
            # 生活费一个月1500
            amount.group, amount.probability = ASIDE, 1.0
        elif amount.probability < SURE and says("only_this_time", text) and _of_last_time(text, amount):
            # 上回花了8000，这回能报多少
            amount.group, amount.probability = "used", 1.0
    only = [amount for amount in found if amount.group in ("counted", "covered", "own", "outside")]
    if len(only) == 1 and only[0].group == "outside" and says("paid_oneself", text) and not says("inside", text):
        # 忘带卡自费500: paid oneself, and no part of another bill
        only[0].group, only[0].probability = "counted", 1.0


def _is_total(text: str, amount: Amount, following: Optional[Amount]) -> bool:
    """12300，其中自费2000: an amount of which the words name a part is the bill, unless they call it covered."""
    unsure = amount.probability < SURE or amount.group == "covered"
    if following is None or following.value >= amount.value or not unsure:
        return False
    first, last = clause_of(text, amount.start, amount.end, CLAUSE)
    of_which = says("of_which", text[amount.roled.mention.whole_end : following.start])
    return of_which and not says("covered_named", text[first:last])


def _rest_of_clause(text: str, amount: Amount) -> str:
    _first, last = clause_of(text, amount.start, amount.end, CLAUSE)
    return text[amount.end : last]


def _around(text: str, amount: Amount) -> str:
    """An amount with the sign before and behind it."""
    return text[max(0, amount.start - 1) : amount.end + 1]


def _named_as_no_bill(text: str, amount: Amount) -> bool:
    """Whether the clause before an amount names what is no medical cost."""
    first, _last = clause_of(text, amount.start, amount.end, CLAUSE)
    return amount.group in (ASIDE, "counted") and says("excluded_thing", text[first : amount.start])


def _of_last_time(text: str, amount: Amount) -> bool:
    """Whether the clause of an amount tells of an earlier visit."""
    first, last = clause_of(text, amount.start, amount.end, CLAUSE)
    return amount.group in ("counted", "used") and says("last_time", text[first:last])


def _heads_list(text: str, roled: Sequence[Roled], index: int) -> bool:
    """Whether a number without a unit is the first of a list of bills (45.5、128、302.8)."""
    following = roled[index + 1] if index + 1 < len(roled) else None
    if following is None or following.role not in COUNTED or following.probability < SURE:
        return False
    return text[roled[index].mention.end : following.mention.start] == "、"


def _continues_list(text: str, found: Sequence[Amount], index: int) -> bool:
    """Whether an amount goes on with a list of bills (两次，200和260)."""
    before = found[index - 1] if index else None
    if before is None or before.group != "counted" or before.probability < SURE:
        return False
    return says("listed", text[before.end : found[index].start])


def _group(each: Roled) -> Tuple[str, float]:
    """What an amount most probably does, and how probable that is: the group of its likeliest role."""
    shares = {name: each.share(roles) for name, roles in GROUPS.items()}
    shares[ASIDE] = max(0.0, 1.0 - sum(shares.values()))
    best = next((name for name, roles in GROUPS.items() if each.role in roles), ASIDE)
    return best, shares[best]


def divided(amounts: Sequence[Amount]) -> Tuple[List[Amount], List[Amount]]:
    """(doubtful, sure) amounts."""
    limit = SURE if len(amounts) > 1 else SURE_ALONE
    largest = max((amount.value for amount in amounts), default=Decimal(0))
    for amount in amounts:
        if (
            amount.group == "counted"
            and not amount.roled.mention.unit
            and amount.value <= SMALL
            and largest >= SMALL * 20
        ):
            # 我20，…住院9350: an age or a ward beside a bill
            amount.group, amount.probability = ASIDE, 1.0
    doubtful = [amount for amount in amounts if amount.probability < limit or amount.roled.mention.split]
    return doubtful, [amount for amount in amounts if amount not in doubtful]


def candidates(amount: Amount, has_bill: bool) -> List[str]:
    """What a doubtful amount could be, likeliest first."""
    shares = {name: amount.roled.share(roles) for name, roles in GROUPS.items()}
    shares[ASIDE] = max(0.0, 1.0 - sum(shares.values()))
    ordered = sorted(shares, key=lambda name: -shares[name])
    names = [name for name in ordered if shares[name] > 0.1][:3]
    names = ["another" if name == "counted" and has_bill else name for name in names]
    if names[0] == "another":
        return SECOND
    if has_bill and "outside" not in names:
        names.append("outside")
    return names if len(names) > 1 else [*names, *(["counted"] if ASIDE in names else [ASIDE])]


def settle_by_clauses(text: str, sure: Sequence[Amount]) -> None:
    """Let the words around a bill say that it was settled, is not asked about, or is asked for with the rest."""
    _set_apart(text, sure)
    _only_last_year(sure)
    _all_together(text, sure)


def _set_apart(text: str, sure: Sequence[Amount]) -> None:
    """Bills of a clause that says they were settled earlier, or are not asked about, leave the sum, unless nothing else is left."""
    billed = [amount for amount in sure if amount.group == "counted"]
    apart: Dict[str, List[Amount]] = {"used": [], ASIDE: []}
    for amount in billed:
        first, last = clause_of(text, amount.start, amount.end, CLAUSE)
        if says("settled_before", text[amount.end : last]):
            apart["used"].append(amount)
        elif says("not_asked", text[amount.end : last]) or (
            says("not_asked", text[first : amount.start]) and amount.end == last
        ):
            apart[ASIDE].append(amount)
    if sum(map(len, apart.values())) < len(billed):
        for group, amounts in apart.items():
            for amount in amounts:
                amount.group = group


def _all_together(text: str, sure: Sequence[Amount]) -> None:
    """Earlier visits are paid as well where the words ask for all of them (两次一共能报多少)."""
    if says("all_together", text) and not says("deductible_named", text) and not says("only_this_time", text):
        for amount in sure:
            if amount.group == "used":
                amount.group = "counted"


def one_share(text: str, own: List[Amount]) -> Tuple[List[Amount], List[Amount]]:
    """(own shares that are added up, those of which it is open): a list (3100、2800) is a sum, other pairs are not."""
    if len(own) < 2:
        return own, []
    listed = all(says("listed", text[one.end : other.start]) for one, other in itertools.pairwise(own))
    if listed or says("another_visit", text):
        return own, []
    first = max(own, key=lambda amount: amount.probability)
    return [first], [amount for amount in own if amount is not first]


def _only_last_year(sure: Sequence[Amount]) -> None:
    """A bill of last year that is the only figure is the one that is asked about."""
    if not any(amount.group in ("counted", "covered", "own") for amount in sure):
        for amount in sure:
            if amount.roled.role == "last_year":
                amount.group = "counted"
