"""Years of a gap: not paid, or paid later, by number or by their names. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Dict, List, Optional, Sequence

from bot.nlu.case.clauses import SENTENCE, clause_of
from bot.nlu.case.types import Case
from bot.nlu.case.words import case_words, says
from bot.nlu.mentions.find import Mention
from bot.nlu.roles.model import Roled


def tell_years(case: Case, text: str, roled: Sequence[Roled], year: int) -> None:
    """Years that were not paid and years that were paid later: by number, or by their names."""
    named: Dict[str, List[int]] = {"lapsed": [], "repaid": []}
    for each in roled:
        mention = each.mention
        is_number = mention.kind == "number" and mention.unit == "year" and (mention.number or 0) >= 1
        repaid = mention.unit == "year" and says("repaid", text[max(0, mention.start - 4) : mention.start])
        if is_number and (repaid or each.role == "years_repaid"):
            case.repaid_years = int(mention.number or 0)
        elif is_number and (
            (each.role == "years_lapsed" and says("not_paid", text))
            or says("unpaid_throughout", text[mention.whole_end :])
        ):
            case.lapsed_years = int(mention.number or 0)
            case.lapsed_years_high = int(Decimal(mention.high)) if mention.high else None
        elif mention.kind == "year" and each.role in ("calendar_year", "years_lapsed", "years_repaid"):
            rule = _fate_of_year(text, mention)
            if rule:
                named[rule].append(int(mention.value))
    if case.lapsed_years is None:
        case.lapsed_years = _span(text, named["lapsed"], year) if named["lapsed"] else _told_by_words(text)
    if case.repaid_years is None and named["repaid"]:
        case.repaid_years = len(set(named["repaid"]))


_STUDY_YEAR = "一二三四五"


def _told_by_words(text: str) -> Optional[int]:
    """Years of a gap by their names: 去年和前年都没交, 大二到大四没交."""
    words = case_words()["unpaid_by_name"].pattern.search(text)
    if words is None:
        return None
    grades = re.findall(rf"[大高研初]([{_STUDY_YEAR}])", words["names"])
    if grades:
        first, last = _STUDY_YEAR.index(grades[0]), _STUDY_YEAR.index(grades[-1])
        return last - first + 1 if says("since_until", words["names"]) and last > first else len(set(grades))
    return len(set(re.findall(r"大前年|前年|去年", words["names"]))) or None


def _fate_of_year(text: str, mention: Mention) -> Optional[str]:
    """Whether a named year was not paid, or paid later: the nearest word behind it in its sentence, else before it."""
    first, last = clause_of(text, mention.start, mention.end, SENTENCE)
    behind, ahead = text[mention.end : last], text[first : mention.start]
    for stretch in (behind[:24], ahead[-8:]):
        unpaid = case_words()["not_paid"].pattern.search(stretch)
        repaid = case_words()["repaid"].pattern.search(stretch)
        if unpaid and repaid:
            return "lapsed" if unpaid.start() < repaid.start() else "repaid"
        if unpaid or repaid:
            return "lapsed" if unpaid else "repaid"
    return None


def _span(text: str, years: Sequence[int], year: int) -> int:
    """How many years a list of years names; from a year on means up to the year before today's."""
    if len(set(years)) == 1 and says("since", text):
        return max(year - years[0], 1)
    joined = bool(re.search(r"\d\s*年?\s*(?:到|至|-|~)\s*(?:20)?\d\d", text))
    return max(years) - min(years) + 1 if joined else len(set(years))
