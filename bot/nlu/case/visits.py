"""The visits of a case: from billed amounts, the items and parts of a bill, and the words of care and grade around them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import List, Optional, Sequence, Tuple

from bot.nlu.case.amounts import Amount, yuan
from bot.nlu.case.clauses import CLAUSE, Place, clause_of, level_of
from bot.nlu.case.types import ASIDE, Visit
from bot.nlu.case.words import says
from bot.nlu.mentions.find import Mention
from bot.nlu.roles.model import Roled

MAX_VISITS = 31
"""Visits that one message counts (每次 with a number of times)."""


@dataclass
class Draft:
    """A visit with the place of its bill."""

    start: int
    end: int
    visit: Visit
    parts: List[Amount] = field(default_factory=list)


def without_upper_ends(text: str, billed: List[Amount]) -> List[Amount]:
    """5000到6000 names a range; it is taken by its lower end, as 五六千 is."""
    kept: List[Amount] = []
    for amount in billed:
        if kept and says("range_joined", text[kept[-1].end : amount.start]) and amount.value > kept[-1].value:
            kept[-1].rough = True
            continue
        kept.append(amount)
    return kept


def drafts_of(
    text: str, billed: List[Amount], roled: Sequence[Roled], places: Sequence[Place]
) -> Tuple[List[Draft], List[Amount]]:
    """The visits of the billed amounts, and amounts of which it is open whether they are a visit of their own."""
    graded = sum(amount.own_grade for amount in billed) > 1
    parts = [amount for amount in billed if amount.roled.role == "part" and not (graded and amount.own_grade)]
    totals = [amount for amount in billed if amount not in parts]
    if len({level_of(text, each.start, each.end, places) for each in billed} - {None}) < 2:
        totals, parts = _sums(totals, parts)
    if not totals:
        return _repeated(text, _of_parts(text, parts, places), roled), []
    several = _several(text, totals, roled, places)
    unclear: List[Amount] = []
    if len(totals) > 1 and not several:
        unclear, totals = totals[1:], totals[:1]
    drafts = [_draft(total) for total in totals]
    for part in parts:
        first, _last = clause_of(text, part.start, part.end, CLAUSE)
        draft = nearest(drafts, part)
        if "急诊" in text[first : part.start] and "住院" in text[part.end : draft.end]:
            # an emergency is no part of the stay after it: a bill that joins it
            draft.visit.emergency = part.text
        else:
            draft.parts.append(part)
    for draft in drafts:
        draft.visit.parts = [part.text for part in draft.parts]
    return _repeated(text, drafts, roled), unclear


def _draft(total: Amount) -> Draft:
    return Draft(total.start, total.end, Visit(bill=total.text, about=total.roled.mention.about or total.rough))


def _sums(totals: List[Amount], parts: List[Amount]) -> Tuple[List[Amount], List[Amount]]:
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


def _of_parts(text: str, parts: List[Amount], places: Sequence[Place]) -> List[Draft]:
    """检查300药200: items without a total are one bill; where grades stand between them, one for each."""
    drafts: List[Draft] = []
    level: Optional[str] = None
    if len(parts) > 1:
        parts = [part for part in parts if part is parts[0] or not _is_inside(text, part)]
    for part in parts:
        here = level_of(text, part.start, part.end, places)
        if drafts and (here is None or here == level or level is None):
            drafts[-1].parts.append(part)
        else:
            drafts.append(Draft(part.start, part.end, Visit(), [part]))
        level = here or level
    for draft in drafts:
        draft.visit.bill = yuan(sum((part.value for part in draft.parts), Decimal(0)))
        draft.visit.about = any(part.roled.mention.about for part in draft.parts)
        draft.visit.parts = [part.text for part in draft.parts] if len(draft.parts) > 1 else []
    return drafts


def _is_inside(text: str, part: Amount) -> bool:
    """代煎费60含在里头: an item that another one holds already."""
    _first, last = clause_of(text, part.start, part.end, CLAUSE)
    return says("inside", text[part.end : last])


def _several(text: str, totals: Sequence[Amount], roled: Sequence[Roled], places: Sequence[Place]) -> bool:
    """Whether the words tell as many visits as there are bills."""
    if len(totals) < 2:
        return False
    grades = {level_of(text, total.start, total.end, places) for total in totals} - {None}
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


def _repeated(text: str, drafts: List[Draft], roled: Sequence[Roled]) -> List[Draft]:
    """住院两次，每次1万; 社区换药三次各32: one amount for each of the visits that are counted with it."""
    counts = [
        each.mention
        for each in roled
        if each.role == "visit_count" and each.mention.number and not _is_settled(text, each.mention)
    ]
    if not counts or not drafts:
        return drafts
    found: List[Draft] = []
    for index, draft in enumerate(drafts):
        start = drafts[index - 1].end if index else 0
        stop = drafts[index + 1].start if index + 1 < len(drafts) else len(text)
        before = [count for count in counts if start <= count.start < draft.start]
        behind = [count for count in counts if draft.end <= count.start < stop] if len(drafts) == 1 else []
        # a count before the first of several bills tells how many there are
        visits = 0 if index else len(drafts)
        number = _times(text, draft, (behind or before)[-1], visits) if before or behind else 1
        found += [Draft(draft.start, draft.end, draft.visit.copy(), draft.parts) for _ in range(number)]
    return found


def _is_settled(text: str, count: Mention) -> bool:
    """Whether a count tells of visits that were settled earlier (住了三次都报过了)."""
    _first, last = clause_of(text, count.start, count.end, CLAUSE)
    return says("settled_before", text[count.end : last])


def _times(text: str, draft: Draft, count: Mention, visits: int) -> int:
    """How often the bill of a visit counts: as often as the count says, where the words say that it is the price of each."""
    number = int(count.number or 1)
    first, last = clause_of(text, draft.start, draft.end, CLAUSE)
    each = says("each_visit", text[min(first, count.start) : last])
    return number if each and 2 <= number <= MAX_VISITS and number != visits else 1


def nearest(drafts: Sequence[Draft], amount: Amount) -> Draft:
    """The visit that an amount belongs to: the last one before it, else the first one behind it."""
    before = [draft for draft in drafts if draft.end <= amount.start]
    return before[-1] if before else drafts[0]


def place(drafts: List[Draft], amounts: Sequence[Amount], places: Sequence[Place], text: str) -> None:
    """Give each visit its grade and kind of care."""
    for kind in ("level", "care"):
        words = [place for place in places if place.kind == kind]
        if kind == "level":
            words = _without_those_of_others(text, words, drafts, amounts)
        for index, draft in enumerate(drafts):
            setattr(draft.visit, kind, _value_for(text, draft, index, drafts, words))


def with_each_grade(draft: Draft, grades: Sequence[str]) -> List[Draft]:
    """One bill at each of several grades (住院2000，二级和三级分别报多少)."""
    return [Draft(draft.start, draft.end, draft.visit.copy(update={"level": grade})) for grade in grades]


def _without_those_of_others(
    text: str, words: Sequence[Place], drafts: Sequence[Draft], amounts: Sequence[Amount]
) -> List[Place]:
    """Grades without those whose clause tells only an amount that is set aside (室友在三甲花的260)."""
    kept = []
    for word in words:
        first, last = clause_of(text, word.start, word.end, CLAUSE)
        inside = [amount for amount in amounts if first <= amount.start < last]
        if inside and all(amount.group in (ASIDE, "used") for amount in inside) and len(words) > 1:
            continue
        kept.append(word)
    return kept


def _value_for(text: str, draft: Draft, index: int, drafts: Sequence[Draft], words: Sequence[Place]) -> Optional[str]:
    if not words:
        return None
    if len(words) == len(drafts) and len(drafts) > 1:
        return words[index].value
    first, last = clause_of(text, draft.start, draft.end, CLAUSE)
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


def in_order_of_days(text: str, drafts: List[Draft], roled: Sequence[Roled]) -> List[Draft]:
    """Visits in the order of their days, where each has one before it; the deductible takes them in that order."""
    days = [each for each in roled if each.role == "date_care" and each.mention.kind == "date"]
    if len(drafts) == 2 and not days and _is_earlier(text, drafts[1]) and not _is_earlier(text, drafts[0]):
        # 三级640，上个月还有张280
        return drafts[::-1]
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


def _is_earlier(text: str, draft: Draft) -> bool:
    """Whether the clause of a bill tells of an earlier day than the others."""
    first, _last = clause_of(text, draft.start, draft.end, CLAUSE)
    return says("earlier_day", text[first : draft.start])


def join_emergency(text: str, drafts: List[Draft]) -> None:
    """先急诊两千，转同一家住院一万八: the emergency belongs to the stay after it."""
    for index in range(len(drafts) - 1):
        first, second = drafts[index].visit, drafts[index + 1].visit
        if first.care == "emergency" and second.care == "inpatient" and says("same_hospital", text):
            second.emergency = first.bill
            if second.level is None:
                second.level = first.level
            del drafts[index]
            return


def attached(text: str, drafts: List[Draft], sure: Sequence[Amount]) -> Tuple[List[Amount], List[Amount]]:
    """Put covered and self-paid parts to their visits; returns (own shares, amounts used of the deductible)."""
    own, used = [], []
    for amount in sure:
        if amount.group == "own":
            own.append(amount)
        elif amount.group == "used":
            used.append(amount)
        elif amount.group in ("covered", "outside"):
            if not drafts:
                drafts.append(Draft(amount.start, amount.end, Visit()))
            visit = nearest(drafts, amount).visit
            if amount.group == "outside" and _is_apart(text, amount, visit):
                amount.group = ASIDE
                continue
            known: Optional[str] = getattr(visit, amount.group)
            total = amount.value + (Decimal(known) if known and amount.group == "outside" else 0)
            setattr(visit, amount.group, yuan(total))
    return own, used


def _is_apart(text: str, amount: Amount, visit: Visit) -> bool:
    """Whether a self-paid amount is none of the bill: paid apart, or beside items that were added up without it."""
    first, last = clause_of(text, amount.start, amount.end, CLAUSE)
    clause = text[first:last]
    if says("apart", clause):
        return True
    added_up = bool(visit.parts) and visit.bill == yuan(sum(map(Decimal, visit.parts), Decimal(0)))
    return added_up and not says("inside", clause)


def take_out_of_totals(text: str, drafts: List[Draft], aside: Sequence[Amount]) -> None:
    """What is no medical cost leaves the total that it was added into (一共1515，里面打车35)."""
    for amount in aside:
        if amount.roled.role not in ("excluded", "other_person") or not drafts:
            continue
        first, last = clause_of(text, amount.start, amount.end, CLAUSE)
        draft = nearest(drafts, amount)
        mixed = says("inside", text[first:last]) or says("together", text[: draft.end])
        bill = draft.visit.bill
        if mixed and bill and Decimal(bill) > amount.value and draft.end <= amount.start:
            draft.visit.bill = yuan(Decimal(bill) - amount.value)
