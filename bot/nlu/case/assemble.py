"""From mentions with roles, and the words of care and grade around them, to the case that a message tells. Pure.

Amounts that are billed become visits in their order; the parts, self-paid parts and covered parts of a bill join the visit that
they belong to; what belongs in no sum is set aside with its role; an amount without a sure role is a doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Dict, List, Optional, Sequence, Tuple

from bot.nlu.case.types import ASIDE, COUNTED, GROUPS, Aside, Case, Doubt, Visit
from bot.nlu.case.words import case_words, says
from bot.nlu.mentions.find import Mention
from bot.nlu.mentions.numerals import read
from bot.nlu.roles.model import NONE, Roled

SURE = 0.6
"""Probability of what an amount does in the case from which it is taken without a question (docs/evaluation.md)."""
SURE_ALONE = 0.4
"""The same for the only amount of a message: there is no other that it could belong to."""
SMALLEST_BARE = 20
"""Yuan; a smaller number without a unit is a count or an ordinal rather than money."""
SMALL = 60
"""A number without a unit up to here is no bill beside one that is twenty times as large."""
MAX_VISITS = 31
MONEY_ROLES = (*COUNTED, *("outside covered own_share fund_paid other_paid deposit used last_year excluded premium guess rule "
                           "wealth other_person denied").split())
_LONG = re.compile(r"\d{9,}")
"""Digits of a telephone or a card."""
_CLAUSE = re.compile(r"[,，。;；!！?？、\n]| (?=\S)")
_SENTENCE = re.compile(r"[。;；!！?？\n]")


@dataclass(frozen=True)
class Place:
    """A word of care or grade with its place in the normal text."""

    kind: str
    """care | level"""
    value: str
    start: int
    end: int


@dataclass
class _Amount:
    """An amount while the case is put together."""

    roled: Roled
    value: Decimal
    group: str
    probability: float
    role: str = ""
    """The role by which it is set aside, where words decided otherwise than the model."""

    @property
    def start(self) -> int:
        return self.roled.mention.start

    @property
    def end(self) -> int:
        return self.roled.mention.end

    @property
    def text(self) -> str:
        return yuan(self.value)


@dataclass
class _Draft:
    """A visit with the place of its bill."""

    start: int
    end: int
    visit: Visit
    parts: List[_Amount] = field(default_factory=list)


def yuan(value: Decimal) -> str:
    """An amount with two decimals, rounded half up."""
    return str(value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def assemble(text: str, roled: Sequence[Roled], places: Sequence[Place], year: int) -> Case:
    """The case of a message.

    `text`: normal text; `roled`: its mentions with roles, by position; `places`: words of care and grade that are not denied;
    `year`: the calendar year of today, up to which named years of a gap count.
    """
    amounts = _amounts(text, roled)
    doubts, sure = _divided(amounts)
    _set_apart(text, sure)
    _only_last_year(sure)
    _all_together(text, sure)
    billed = _without_upper_ends(text, [amount for amount in sure if amount.group == "counted"])
    drafts, unclear = _drafts(text, billed, roled, places)
    ordinals = [each for each in roled if each.mention.kind == "ordinal" and each.role != "denied"]
    own, used = _attached(text, drafts, sure)
    _place(drafts, amounts, places, text)
    drafts = _in_order_of_days(text, drafts, roled)
    _join_emergency(text, drafts)
    aside = [amount for amount in sure if amount.group in (ASIDE, "fund_paid")]
    own, unlike = _one_share(text, own)
    doubts += unlike
    case = Case(
        visits=[draft.visit for draft in drafts][:MAX_VISITS],
        own=yuan(sum((each.value for each in own), Decimal(0))) if own else None,
        fund_paid=next((each.text for each in aside if each.group == "fund_paid"), None),
        alternatives=len(drafts) > 1 and says("alternatives", text),
    )
    case.aside = [_aside(text, amount) for amount in aside]
    case.doubts = [Doubt(value=each.text, candidates=_candidates(each, bool(drafts))) for each in doubts]
    case.doubts += [Doubt(value=each.text, candidates=["another", "part", "outside", ASIDE]) for each in unclear]
    _take_out_of_totals(text, drafts, aside)
    case.remaining = next((amount.text for amount in sure if amount.group == "left"), None)
    case.counted = _counted(text, used, places)
    case.admission = _admission(text, ordinals, drafts, amounts)
    if case.admission == 1 and case.counted is None and _is_outpatient(text, places):
        case.counted, case.admission = "none", None
    _years(case, text, roled, year)
    case.care_open = bool(case.visits) and not says("visit_told", text) and not any(p.kind == "care" for p in places)
    return case


def _amounts(text: str, roled: Sequence[Roled]) -> List[_Amount]:
    found: List[_Amount] = []
    for each in roled:
        mention = each.mention
        money = mention.unit == "money" or bool(_HANDED.search(text[: mention.start]))
        if mention.kind != "number" or mention.number is None or (_LONG.fullmatch(mention.text) and not money):
            continue
        if mention.unit not in ("", "money") or (each.role not in MONEY_ROLES and not money):
            continue
        group, probability = _group(each)
        found.append(_Amount(each, mention.number, group, probability))
    _by_words(text, found)
    return found


_HANDED = re.compile(r"(?:给(?:我|了|他)*|转(?:给|了|我)*|借(?:了|我)*|欠(?:了)?|凑(?:了)?|捐(?:了)?)$")
_WITHDRAWN = re.compile(r"(?:不是|并非|并不是|而不是)(?:这个?|花了?)?$")
_CORRECTS = re.compile(r"不对|哦不|噢不|说错|打错|写错|记错|看错|错了|口误|更正")
_BILLED = re.compile(r"(?:结账|结算|账单|总费用|总额|总共花了?|一共花了?|费用)[:：是共了]*$")
_OF_DEDUCTIBLE = re.compile(r"(?:起付|门槛)[^,，。;；]{0,8}(?:用|扣|花|交|累计)(?:了|掉|过|到)(?:了)?$")
_LEFT = re.compile(r"(?:起付|门槛)[^,，。;；]{0,8}(?:还|只)?(?:剩|差)(?:下|了)?(?:不到)?$")


def _by_words(text: str, found: List[_Amount]) -> None:
    """Where the words leave no choice they decide: what is withdrawn, what a bill is called, what the deductible has seen."""
    for index, amount in enumerate(found):
        before = text[: amount.start]
        following = found[index + 1] if index + 1 < len(found) else None
        between = text[amount.end : following.start] if following else ""
        corrected = following is not None and len(between) <= 14 and _CORRECTS.search(between)
        if following and (_WITHDRAWN.search(before) or corrected):
            if following.group in (ASIDE, "own") and amount.group != ASIDE:
                following.group = amount.group
            amount.group, amount.probability, amount.role = ASIDE, 1.0, "denied"
            following.probability = max(following.probability, SURE)
        elif _OF_DEDUCTIBLE.search(before):
            amount.group, amount.probability = "used", 1.0
        elif _LEFT.search(before):
            amount.group, amount.probability = "left", 1.0
        elif amount.group == "counted" and _BILLED.search(before):
            amount.probability = 1.0


def _group(each: Roled) -> Tuple[str, float]:
    """What an amount most probably does, and how probable that is."""
    shares = {name: each.share(roles) for name, roles in GROUPS.items()}
    shares[ASIDE] = max(0.0, 1.0 - sum(shares.values()))
    best = max(shares, key=lambda name: shares[name])
    return best, shares[best]


def _divided(amounts: Sequence[_Amount]) -> Tuple[List[_Amount], List[_Amount]]:
    """(doubtful, sure) amounts."""
    limit = SURE if len(amounts) > 1 else SURE_ALONE
    largest = max((amount.value for amount in amounts), default=Decimal(0))
    for amount in amounts:
        if amount.group == "counted" and not amount.roled.mention.unit and amount.value <= SMALL and largest >= SMALL * 20:
            # 我20，…住院9350: an age or a ward beside a bill
            amount.group, amount.probability = ASIDE, 1.0
    doubtful = [amount for amount in amounts if amount.probability < limit or amount.roled.mention.split]
    return doubtful, [amount for amount in amounts if amount not in doubtful]


def _set_apart(text: str, sure: Sequence[_Amount]) -> None:
    """Bills of a clause that says they were settled earlier, or are not asked about, leave the sum, unless nothing else is left."""
    billed = [amount for amount in sure if amount.group == "counted"]
    apart: Dict[str, List[_Amount]] = {"used": [], ASIDE: []}
    for amount in billed:
        first, last = _clause_of(text, amount.start, amount.end, _CLAUSE)
        if says("settled_before", text[amount.end : last]):
            apart["used"].append(amount)
        elif says("not_asked", text[amount.end : last]) or (says("not_asked", text[first : amount.start]) and amount.end == last):
            apart[ASIDE].append(amount)
    if sum(map(len, apart.values())) < len(billed):
        for group, amounts in apart.items():
            for amount in amounts:
                amount.group = group


def _all_together(text: str, sure: Sequence[_Amount]) -> None:
    """Earlier visits are paid as well where the words ask for all of them (两次一共能报多少)."""
    if says("all_together", text) and not says("deductible_named", text):
        for amount in sure:
            if amount.group == "used":
                amount.group = "counted"


def _one_share(text: str, own: List[_Amount]) -> Tuple[List[_Amount], List[_Amount]]:
    """(own shares that are added up, those of which it is open): a list (3100、2800) is a sum, other pairs are not."""
    if len(own) < 2:
        return own, []
    listed = all(re.fullmatch(r"\s*(?:元|块)?\s*(?:[、，,和跟加+]|，?[^，。]{0,8}[次回])\s*\S{0,4}", text[a.end : b.start]) for a, b in zip(own, own[1:]))
    if listed or says("another_visit", text):
        return own, []
    first = max(own, key=lambda amount: amount.probability)
    return [first], [amount for amount in own if amount is not first]


def _only_last_year(sure: Sequence[_Amount]) -> None:
    """A bill of last year that is the only figure is the one that is asked about."""
    if not any(amount.group in ("counted", "covered", "own") for amount in sure):
        for amount in sure:
            if amount.roled.role == "last_year":
                amount.group = "counted"


_INPATIENT = re.compile(r"住院|入院|出院|住进|住了")
OUTPATIENT = ("outpatient", "emergency")


def _is_outpatient(text: str, places: Sequence[Place]) -> bool:
    """Whether a message tells of visits and not of stays."""
    cares = {place.value for place in places if place.kind == "care"}
    return not _INPATIENT.search(text) and (not cares or bool(cares & set(OUTPATIENT)))


def _in_order_of_days(text: str, drafts: List[_Draft], roled: Sequence[Roled]) -> List[_Draft]:
    """Visits in the order of their days, where each has one before it; the deductible takes them in that order."""
    days = [each for each in roled if each.role == "date_care" and each.mention.kind == "date"]
    if len(drafts) < 2 or len(days) != len(drafts):
        return drafts
    dated = []
    for index, draft in enumerate(drafts):
        start = drafts[index - 1].end if index else 0
        own = [day for day in days if start <= day.mention.start < draft.start]
        if not own:
            return drafts
        dated.append((own[-1].mention.value.lstrip("-"), index, draft))
    return [draft for _, _, draft in sorted(dated, key=lambda each: (each[0], each[1]))]


def _take_out_of_totals(text: str, drafts: List[_Draft], aside: Sequence[_Amount]) -> None:
    """What is no medical cost leaves the total that it was added into (一共1515，里面打车35)."""
    for amount in aside:
        if amount.roled.role not in ("excluded", "other_person") or not drafts:
            continue
        first, last = _clause_of(text, amount.start, amount.end, _CLAUSE)
        draft = _nearest(drafts, amount)
        mixed = says("inside", text[first:last]) or says("together", text[: draft.end])
        bill = draft.visit.bill
        if mixed and bill and Decimal(bill) > amount.value and draft.end <= amount.start:
            draft.visit.bill = yuan(Decimal(bill) - amount.value)


def _candidates(amount: _Amount, has_bill: bool) -> List[str]:
    """What a doubtful amount could be, likeliest first."""
    shares = {name: amount.roled.share(roles) for name, roles in GROUPS.items()}
    shares[ASIDE] = max(0.0, 1.0 - sum(shares.values()))
    ordered = sorted(shares, key=lambda name: -shares[name])
    names = [name for name in ordered if shares[name] > 0.1][:3]
    names = ["another" if name == "counted" and has_bill else name for name in names]
    return names if len(names) > 1 else [*names, *(["counted"] if ASIDE in names else [ASIDE])]


# --- visits ------------------------------------------------------------------------------------------------------------

_JOINS = re.compile(r"\s*(?:元|块)?\s*[~～—–\-到至]\s*")


def _without_upper_ends(text: str, billed: List[_Amount]) -> List[_Amount]:
    """5000到6000 names a range; it is taken by its lower end, as 五六千 is."""
    kept: List[_Amount] = []
    for amount in billed:
        if kept and _JOINS.fullmatch(text[kept[-1].end : amount.start]) and amount.value > kept[-1].value:
            continue
        kept.append(amount)
    return kept


def _drafts(
    text: str, billed: List[_Amount], roled: Sequence[Roled], places: Sequence[Place]
) -> Tuple[List[_Draft], List[_Amount]]:
    """The visits of the billed amounts, and amounts of which it is open whether they are a visit of their own."""
    totals = [amount for amount in billed if amount.roled.role != "part"]
    parts = [amount for amount in billed if amount.roled.role == "part"]
    if len({_level_of(text, each.start, each.end, places) for each in billed} - {None}) < 2:
        totals, parts = _sums(totals, parts)
    if not totals:
        return _of_parts(text, parts, places), []
    several = _several(text, totals, roled, places)
    unclear: List[_Amount] = []
    if len(totals) > 1 and not several:
        unclear, totals = totals[1:], totals[:1]
    drafts = [_draft(total) for total in totals]
    for part in parts:
        first, last = _clause_of(text, part.start, part.end, _CLAUSE)
        draft = _nearest(drafts, part)
        if "急诊" in text[first : part.start] and "住院" in text[part.end : draft.end]:
            # an emergency is no part of the stay after it: a bill that joins it
            draft.visit.emergency = part.text
        else:
            draft.parts.append(part)
    for draft in drafts:
        draft.visit.parts = [part.text for part in draft.parts]
    return _repeated(text, drafts, roled), unclear


def _draft(total: _Amount) -> _Draft:
    return _Draft(total.start, total.end, Visit(bill=total.text, about=total.roled.mention.about))


def _sums(totals: List[_Amount], parts: List[_Amount]) -> Tuple[List[_Amount], List[_Amount]]:
    """One amount that the others add up to is their total, whatever the words say."""
    everything = sorted([*totals, *parts], key=lambda amount: amount.start)
    for amount in everything:
        others = [other for other in everything if other is not amount]
        if len(others) > 1 and sum(other.value for other in others) == amount.value:
            return [amount], others
    if len(totals) == 1 and parts and sum(part.value for part in parts) > totals[0].value:
        # what exceeds the total cannot be its part: 挂号30另收, a total of earlier
        return everything, []
    return totals, parts


def _of_parts(text: str, parts: List[_Amount], places: Sequence[Place]) -> List[_Draft]:
    """检查300药200: items without a total are one bill; where grades stand between them, one for each."""
    drafts: List[_Draft] = []
    level: Optional[str] = None
    if len(parts) > 1:
        parts = [part for part in parts if part is parts[0] or not _is_inside(text, part)]
    for part in parts:
        here = _level_of(text, part.start, part.end, places)
        if drafts and (here is None or here == level or level is None):
            drafts[-1].parts.append(part)
        else:
            drafts.append(_Draft(part.start, part.end, Visit(), [part]))
        level = here or level
    for draft in drafts:
        draft.visit.bill = yuan(sum((part.value for part in draft.parts), Decimal(0)))
        draft.visit.about = any(part.roled.mention.about for part in draft.parts)
        draft.visit.parts = [part.text for part in draft.parts] if len(draft.parts) > 1 else []
    return drafts


def _is_inside(text: str, part: _Amount) -> bool:
    """代煎费60含在里头: an item that another one holds already."""
    first, last = _clause_of(text, part.start, part.end, _CLAUSE)
    return says("inside", text[part.end : last])


def _several(text: str, totals: Sequence[_Amount], roled: Sequence[Roled], places: Sequence[Place]) -> bool:
    """Whether the words tell as many visits as there are bills."""
    if len(totals) < 2:
        return False
    grades = {_level_of(text, total.start, total.end, places) for total in totals} - {None}
    cares = {place.value for place in places if place.kind == "care"}
    counts = [each.mention.number for each in roled if each.role == "visit_count" and each.mention.number]
    dates = [each for each in roled if each.role == "date_care" and each.mention.start > totals[0].start - 12]
    stretch = text[: totals[-1].start]
    return bool(
        len(grades) > 1
        or len(cares) > 1
        or any(count == len(totals) for count in counts)
        or len(dates) > 1
        or len(totals) > 2
        or says("another_visit", stretch)
        or says("another_visit", text[totals[0].end : totals[-1].end + 8])
        or says("alternatives", text)
    )


def _repeated(text: str, drafts: List[_Draft], roled: Sequence[Roled]) -> List[_Draft]:
    """住院两次，每次1万; 社区换药三次各32: one amount for each of the visits that are counted with it."""
    counts = [each.mention for each in roled if each.role == "visit_count" and each.mention.number]
    if not counts or not drafts:
        return drafts
    found: List[_Draft] = []
    for index, draft in enumerate(drafts):
        start = drafts[index - 1].end if index else 0
        stop = drafts[index + 1].start if index + 1 < len(drafts) else len(text)
        before = [count for count in counts if start <= count.start < draft.start]
        behind = [count for count in counts if draft.end <= count.start < stop] if len(drafts) == 1 else []
        count = (before or behind or [None])[-1]
        number = int(count.number or 1) if count else 1
        first, last = _clause_of(text, draft.start, draft.end, _CLAUSE)
        each = says("each_visit", text[min(first, count.start) : last] if count else "")
        number = number if 2 <= number <= MAX_VISITS and number != len(drafts) and each else 1
        found += [_Draft(draft.start, draft.end, draft.visit.copy(), draft.parts) for _ in range(number)]
    return found


def _nearest(drafts: Sequence[_Draft], amount: _Amount) -> _Draft:
    """The visit that an amount belongs to: the last one before it, else the first one behind it."""
    before = [draft for draft in drafts if draft.end <= amount.start]
    return before[-1] if before else drafts[0]


# --- grades and kinds of care ------------------------------------------------------------------------------------------


def _clause_of(text: str, start: int, end: int, border: re.Pattern[str]) -> Tuple[int, int]:
    first = max([match.end() for match in border.finditer(text, 0, start)], default=0)
    last = next((match.start() for match in border.finditer(text, end)), len(text))
    return first, last


def _level_of(text: str, start: int, end: int, places: Sequence[Place]) -> Optional[str]:
    """The grade in the clause of an amount: the last before it, else the first behind it."""
    first, last = _clause_of(text, start, end, _CLAUSE)
    levels = [place for place in places if place.kind == "level" and first <= place.start < last]
    before = [place for place in levels if place.end <= start]
    return before[-1].value if before else (levels[0].value if levels else None)


def _place(drafts: List[_Draft], amounts: Sequence[_Amount], places: Sequence[Place], text: str) -> None:
    """Give each visit its grade and kind of care."""
    for kind in ("level", "care"):
        words = [place for place in places if place.kind == kind]
        if kind == "level":
            words = _without_those_of_others(text, words, drafts, amounts)
        values = [place.value for place in words]
        for index, draft in enumerate(drafts):
            value = _value_for(text, draft, index, drafts, words)
            if kind == "level" and value is None and len(set(values)) == 1:
                value = values[0]
            if kind == "care" and value is None and len(set(values)) == 1:
                value = values[0]
            setattr(draft.visit, kind, value)
    if not drafts:
        return


def _without_those_of_others(
    text: str, words: Sequence[Place], drafts: Sequence[_Draft], amounts: Sequence[_Amount]
) -> List[Place]:
    """Grades without those whose clause tells only an amount that is set aside (室友在三甲花的260)."""
    kept = []
    for word in words:
        first, last = _clause_of(text, word.start, word.end, _CLAUSE)
        inside = [amount for amount in amounts if first <= amount.start < last]
        if inside and all(amount.group in (ASIDE, "used") for amount in inside) and len(words) > 1:
            continue
        kept.append(word)
    return kept


def _value_for(text: str, draft: _Draft, index: int, drafts: Sequence[_Draft], words: Sequence[Place]) -> Optional[str]:
    if not words:
        return None
    if len(words) == len(drafts) and len(drafts) > 1:
        return words[index].value
    first, last = _clause_of(text, draft.start, draft.end, _CLAUSE)
    inside = [word for word in words if first <= word.start < last]
    before = [word for word in inside if word.end <= draft.start]
    if before:
        return before[-1].value
    if inside:
        return inside[0].value
    earlier = [word for word in words if word.end <= draft.start]
    if earlier:
        return earlier[-1].value
    following = drafts[index + 1].start if index + 1 < len(drafts) else len(text)
    later = [word for word in words if draft.end <= word.start < following]
    return later[0].value if later else words[0].value


def _join_emergency(text: str, drafts: List[_Draft]) -> None:
    """先急诊两千，转同一家住院一万八: the emergency belongs to the stay after it."""
    for index in range(len(drafts) - 1):
        first, second = drafts[index].visit, drafts[index + 1].visit
        if first.care == "emergency" and second.care == "inpatient" and says("same_hospital", text):
            second.emergency = first.bill
            if second.level is None:
                second.level = first.level
            del drafts[index]
            return


# --- parts of a bill, the deductible, own shares -----------------------------------------------------------------------


def _attached(text: str, drafts: List[_Draft], sure: Sequence[_Amount]) -> Tuple[List[_Amount], List[_Amount]]:
    """Put covered and self-paid parts to their visits; returns (own shares, amounts used of the deductible)."""
    own, used = [], []
    for amount in sure:
        if amount.group == "own":
            own.append(amount)
        elif amount.group == "used":
            used.append(amount)
        elif amount.group in ("covered", "outside"):
            if not drafts:
                drafts.append(_Draft(amount.start, amount.end, Visit()))
            visit = _nearest(drafts, amount).visit
            if amount.group == "outside" and _is_apart(text, amount, visit):
                amount.group = ASIDE
                continue
            known: Optional[str] = getattr(visit, amount.group)
            total = amount.value + (Decimal(known) if known and amount.group == "outside" else 0)
            setattr(visit, amount.group, yuan(total))
    return own, used


def _is_apart(text: str, amount: _Amount, visit: Visit) -> bool:
    """Whether a self-paid amount is none of the bill: paid apart, or beside items that were added up without it."""
    first, last = _clause_of(text, amount.start, amount.end, _CLAUSE)
    clause = text[first:last]
    if says("apart", clause):
        return True
    added_up = bool(visit.parts) and visit.bill == yuan(sum(map(Decimal, visit.parts), Decimal(0)))
    return added_up and not says("inside", clause)


def _counted(text: str, used: Sequence[_Amount], places: Sequence[Place]) -> Optional[str]:
    """What the deductible has seen: words that it is used up, a sum, words that it is unused; the campus clinic has none."""
    if says("deductible_used_up", text):
        return "full"
    used = [amount for amount in used if _level_of(text, amount.start, amount.end, places) != "campus"]
    if used:
        return f"{sum((amount.value for amount in used), Decimal(0)):f}"
    return "none" if says("deductible_unused", text) else None


def _admission(
    text: str, ordinals: Sequence[Roled], drafts: Sequence[_Draft], amounts: Sequence[_Amount]
) -> Optional[int]:
    """Which stay of the year the first stay is, None when the message does not count stays."""
    stayed = case_words()["stayed_before"].pattern.search(text)
    if stayed and not ordinals:
        return int(read(stayed["count"]) or 0) + 1
    told = []
    for each in ordinals:
        first, last = _clause_of(text, each.mention.start, each.mention.end, _CLAUSE)
        inside = [amount for amount in amounts if first <= amount.start < last]
        if inside and all(amount.group not in ("counted", "covered") for amount in inside) and len(ordinals) > 1:
            continue
        told.append(int(each.mention.number or 1))
    if not told:
        return None
    stays = [draft for draft in drafts if draft.visit.care in (None, "inpatient")]
    return max(told[0] if len(stays) > 1 and len(told) > 1 else told[-1], 1)


# --- set aside ---------------------------------------------------------------------------------------------------------

_NOUNS = re.compile(
    r"打车|打的|出租车?|滴滴|车费|路费|高铁|车票|火车票|机票|油费|停车费?|救护车|护工费?|陪护(?:床|费)?|陪床费?|伙食费?|餐费|饭费|饭钱|饭卡|外卖|"
    r"住宿费?|宾馆|旅馆|酒店|租房|房租|营养品|轮椅|拐杖|眼镜|隐形眼镜|护具|护踝|奶粉|水果|学费|工资|月薪|收入|存款|余额|生活费|奖学金|助学金|低保金|补助|"
    r"红包|押金|预交金|预缴|保费|参保费|医保费|手机壳|充电宝|家教"
)


def _aside(text: str, amount: _Amount) -> Aside:
    first, last = _clause_of(text, amount.start, amount.end, _CLAUSE)
    before = list(_NOUNS.finditer(text, first, amount.start))
    after = _NOUNS.search(text, amount.end, last)
    word = before[-1].group() if before else after.group() if after else ""
    return Aside(value=amount.text, role=amount.role or amount.roled.role, word=word)


# --- years of a gap ----------------------------------------------------------------------------------------------------


def _years(case: Case, text: str, roled: Sequence[Roled], year: int) -> None:
    """Years that were not paid and years that were paid later: by number, or by their names."""
    named: Dict[str, List[int]] = {"lapsed": [], "repaid": []}
    for each in roled:
        mention = each.mention
        if mention.kind == "number" and mention.unit == "year" and mention.number is not None and says("repaid", text[max(0, mention.start - 4) : mention.start]):
            case.repaid_years = int(mention.number)
        elif each.role == "years_lapsed" and mention.number is not None:
            case.lapsed_years = int(mention.number)
            case.lapsed_years_high = int(Decimal(mention.high)) if mention.high else None
        elif each.role == "years_repaid" and mention.number is not None:
            case.repaid_years = int(mention.number)
        elif mention.kind == "year" and each.role in ("calendar_year", "years_lapsed", "years_repaid"):
            rule = _fate_of_year(text, mention)
            if rule:
                named[rule].append(int(mention.value))
    if case.lapsed_years is None and named["lapsed"]:
        case.lapsed_years = _span(text, named["lapsed"], year)
    if case.repaid_years is None and named["repaid"]:
        case.repaid_years = len(set(named["repaid"]))


def _fate_of_year(text: str, mention: Mention) -> Optional[str]:
    """Whether a named year was not paid, or paid later: the nearest word behind it in its sentence, else before it."""
    first, last = _clause_of(text, mention.start, mention.end, _SENTENCE)
    behind, ahead = text[mention.end : last], text[first : mention.start]
    for stretch in (behind[:24], ahead[-8:]):
        unpaid, repaid = says("not_paid", stretch), says("repaid", stretch)
        if unpaid and repaid:
            return "lapsed" if re.search("没|断|漏|停", stretch).start() < stretch.index("补") else "repaid"  # type: ignore[union-attr]
        if unpaid or repaid:
            return "lapsed" if unpaid else "repaid"
    return None


def _span(text: str, years: Sequence[int], year: int) -> int:
    """How many years a list of years names; from a year on means up to the year before today's."""
    if len(set(years)) == 1 and says("since", text):
        return max(year - years[0], 1)
    joined = bool(re.search(r"\d\s*年?\s*(?:到|至|-|~)\s*(?:20)?\d\d", text))
    return max(years) - min(years) + 1 if joined else len(set(years))
