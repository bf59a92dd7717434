"""From mentions with roles, and the words of care and grade around them, to the case that a message tells. Pure.

Amounts that are billed become visits in their order; the parts, self-paid parts and covered parts of a bill join the visit that
they belong to; what belongs in no sum is set aside with its role; an amount without a sure role is a doubt.
"""

from __future__ import annotations

from decimal import Decimal
from typing import List, Optional, Sequence, Tuple

from bot.nlu.case.amounts import SECOND, Amount, amounts_of, candidates, divided, one_share, settle_by_clauses, yuan
from bot.nlu.case.clauses import CLAUSE, Place, clause_of, level_of
from bot.nlu.case.types import ASIDE, Aside, Case, Doubt
from bot.nlu.case.visits import (
    MAX_VISITS,
    Draft,
    attached,
    drafts_of,
    in_order_of_days,
    join_emergency,
    place,
    take_out_of_totals,
    with_each_grade,
    without_upper_ends,
)
from bot.nlu.case.words import case_words, found_this_year, says
from bot.nlu.case.years import tell_years
from bot.nlu.mentions.numerals import read
from bot.nlu.roles.model import Roled

OUTPATIENT = ("outpatient", "emergency")


def assemble(text: str, roled: Sequence[Roled], places: Sequence[Place], year: int) -> Case:
    """The case of a message.

    `text`: normal text; `roled`: its mentions with roles, by position; `places`: words of care and grade that are not denied;
    `year`: the calendar year of today, up to which named years of a gap count.
    """
    amounts, quoted = _without_deductible(text, amounts_of(text, roled))
    doubts, sure = divided(amounts)
    settle_by_clauses(text, sure)
    billed = without_upper_ends(text, [amount for amount in sure if amount.group == "counted"])
    drafts, unclear = drafts_of(text, billed, roled, places)
    ordinals = [each for each in roled if each.mention.kind == "ordinal" and each.role != "denied"]
    own, used = attached(text, drafts, sure)
    place(drafts, amounts, places, text)
    drafts = in_order_of_days(text, drafts, roled)
    join_emergency(text, drafts)
    grades = list(dict.fromkeys(each.value for each in places if each.kind == "level"))
    for_each = len(drafts) == 1 and len(grades) > 1 and says("each_grade", text)
    if for_each:
        drafts = with_each_grade(drafts[0], grades)
    aside = [amount for amount in sure if amount.group in (ASIDE, "fund_paid")]
    own, unlike = one_share(text, own)
    doubts += unlike
    case = Case(
        visits=[draft.visit for draft in drafts][:MAX_VISITS],
        own=yuan(sum((each.value for each in own), Decimal(0))) if own else None,
        fund_paid=next((each.text for each in aside if each.group == "fund_paid"), None),
        alternatives=for_each or (len(drafts) > 1 and says("alternatives", text)),
    )
    campus = [amount for amount in used if level_of(text, amount.start, amount.end, places) == "campus"]
    case.aside = [_aside(text, amount, sure) for amount in [*aside, *campus]]
    case.aside += [Aside(value=amount.text, role="rule") for amount in quoted]
    if not case.visits and says("inside", text):
        for each in case.aside:
            each.inside = each.role == "excluded"
    case.doubts = [Doubt(value=each.text, candidates=candidates(each, bool(drafts))) for each in doubts]
    case.doubts += [Doubt(value=each.text, candidates=SECOND) for each in unclear]
    take_out_of_totals(text, drafts, aside)
    case.remaining = next((amount.text for amount in sure if amount.group == "left"), None)
    case.counted = _counted(text, [amount for amount in used if amount not in campus])
    case.admission = _admission(text, ordinals, drafts, amounts)
    first_of_year = len(case.visits) < 2 or not _has_amount_beside(text, ordinals, amounts)
    if case.admission == 1 and first_of_year and _is_outpatient(text, places):
        # 头一回 of a visit says that the deductible is unused; the first of several visits does not
        case.counted, case.admission = case.counted or "none", None
    tell_years(case, text, roled, year)
    case.care_open = bool(case.visits) and not says("visit_told", text) and not any(p.kind == "care" for p in places)
    return case


def _without_deductible(text: str, amounts: Sequence[Amount]) -> Tuple[List[Amount], List[Amount]]:
    """The amounts without the deductible's own figure where it is said to be used up (300早扣光了), and that figure."""
    match = found_this_year("deductible_used_up", text)
    quoted = [a for a in amounts if match and match.start() <= a.start < match.end() and a.value == DEDUCTIBLE]
    return [amount for amount in amounts if amount not in quoted], quoted


DEDUCTIBLE = Decimal(300)
"""Yuan that students name when they speak of the yearly deductible (sh.outpatient.deductible)."""


def _has_amount_beside(text: str, ordinals: Sequence[Roled], amounts: Sequence[Amount]) -> bool:
    """Whether an ordinal counts a visit with its amount (头一回180后一回260), and not the visits of the year (今年第一次看病)."""
    for each in ordinals:
        first, last = clause_of(text, each.mention.start, each.mention.end, CLAUSE)
        if any(first <= amount.start < last for amount in amounts):
            return True
    return False


def _is_outpatient(text: str, places: Sequence[Place]) -> bool:
    """Whether a message tells of visits and not of stays."""
    cares = {place.value for place in places if place.kind == "care"}
    return not says("stay_told", text) and (not cares or bool(cares & set(OUTPATIENT)))


def _counted(text: str, used: Sequence[Amount]) -> Optional[str]:
    """What the deductible has seen: words that it is used up, a sum, words that it is unused."""
    if found_this_year("deductible_used_up", text):
        return "full"
    if used:
        return f"{sum((amount.value for amount in used), Decimal(0)):f}"
    return "none" if found_this_year("deductible_unused", text) else None


def _admission(
    text: str, ordinals: Sequence[Roled], drafts: Sequence[Draft], amounts: Sequence[Amount]
) -> Optional[int]:
    """Which stay of the year the first stay is, None when the message does not count stays."""
    stayed = case_words()["stayed_before"].pattern.search(text)
    if stayed and not ordinals:
        count = int(read(stayed["count"]) or 0)
        # 今年就住了两回:二级5100，三甲14700 counts the stays that it tells
        return 1 if count > 1 and count == len(drafts) else count + 1
    told = []
    for each in ordinals:
        first, last = clause_of(text, each.mention.start, each.mention.end, CLAUSE)
        inside = [amount for amount in amounts if first <= amount.start < last]
        if inside and all(amount.group not in ("counted", "covered") for amount in inside) and len(ordinals) > 1:
            continue
        told.append(int(each.mention.number or 1))
    if not told:
        return None
    stays = [draft for draft in drafts if draft.visit.care in (None, "inpatient")]
    return max(told[0] if len(stays) > 1 and len(told) > 1 else told[-1], 1)


def _aside(text: str, amount: Amount, amounts: Sequence[Amount]) -> Aside:
    first, last = clause_of(text, amount.start, amount.end, CLAUSE)
    first = max([first, *(other.end for other in amounts if other.end <= amount.start)])
    nouns = case_words()["excluded_thing"].pattern
    before = list(nouns.finditer(text, first, amount.start))
    after = nouns.search(text, amount.end, last)
    word = before[-1].group() if before else after.group() if after else ""
    return Aside(value=amount.text, role=amount.role or amount.roled.role, word=word)
