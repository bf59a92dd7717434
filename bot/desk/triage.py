"""What a question is about and how much it presses, with the reason in words. Pure: the day is passed in."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from pydantic import BaseModel

from bot.desk.rules import PRIORITIES, Category, CategoryRule, DeadlineRule, MoneyRule, Priority, TriageRules
from bot.policy.book import PolicyBook

NOTHING_PRESSES = "没有急症、投诉、大额费用或临近的截止日"
_AMOUNT = re.compile(r"\d{1,12}\.\d{2}")
_WRITTEN = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{1,9})(\.\d{1,2})?\s*(?:([万千wk])(?![a-z人字步次])\s*[元块]?|[元块])"
)
_TIMES = {"万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000, None: 1}
_DAY = re.compile(r"(?P<year>\d{4}|-|this)-(?P<month>\d\d)-(?P<day>\d\d)")


class Case(BaseModel):
    """What is known of a question."""

    question: str
    intent: Optional[str] = None
    city: Optional[str] = None
    entities: Tuple[Dict[str, Any], ...] = ()
    """entity and value of each."""
    calculation: Optional[Dict[str, Any]] = None
    """The last one: a result as JSON, or the facts that it knows so far."""

    class Config:
        frozen = True


class Triage(BaseModel):
    """How a question is sorted."""

    category: Category
    priority: Priority
    reason: str
    """Why it has this priority, in Chinese."""
    stake: Optional[Decimal] = None
    """The largest amount in it, in yuan."""

    class Config:
        frozen = True


def triage(case: Case, today: date, rules: TriageRules, book: PolicyBook) -> Triage:
    """Sort a question; `book` gives the last days that the documents name."""
    text = unicodedata.normalize("NFKC", case.question).lower()
    category = _category(text, case.intent, rules.categories)
    stake = max(_amounts(case, text, rules.money), default=None)
    fired: List[Tuple[Priority, str]] = []
    if category and category.priority != "normal":
        fired.append((category.priority, category.reason))
    if stake is not None and stake >= rules.money.yuan:
        fired.append((rules.money.priority, f"涉及金额 {stake} 元（不少于 {rules.money.yuan} 元）"))
    name: Category = category.name if category else "other" if stake is None else "money"
    near = min(_near_days(case, name, today, rules.deadline, book), default=None)
    if near is not None:
        fired.append((rules.deadline.priority, _days_left(near, today)))
    for rule in rules.urgency:
        pattern = rule.pattern()
        if pattern and pattern.search(text):
            fired.append((rule.priority, rule.reason))
    fired.sort(key=lambda each: PRIORITIES.index(each[0]))
    priority: Priority = fired[0][0] if fired else "normal"
    reason = "；".join(reason for _, reason in fired) or NOTHING_PRESSES
    return Triage(category=name, priority=priority, reason=reason, stake=stake)


def _category(text: str, intent: Optional[str], rules: Sequence[CategoryRule]) -> Optional[CategoryRule]:
    foremost = [rule for rule in rules if rule.first and (intent in rule.intents or _says(rule, text))]
    by_intent = [rule for rule in rules if intent in rule.intents]
    by_words = [rule for rule in rules if _says(rule, text)]
    return next(iter([*foremost, *by_intent, *by_words]), None)


def _says(rule: CategoryRule, text: str) -> bool:
    pattern = rule.pattern()
    return bool(pattern and pattern.search(text)) and not (rule.unless and re.search(rule.unless, text))


def _amounts(case: Case, text: str, rule: MoneyRule) -> Iterator[Decimal]:
    """Every amount in yuan, to the fen."""
    for match in _WRITTEN.finditer(text):
        plain = Decimal(match[1].replace(",", "") + (match[2] or ""))
        yield (plain * _TIMES[match[3]]).quantize(Decimal("0.01"))
    for entity in case.entities:
        if entity.get("entity") in rule.entities and re.fullmatch(r"\d{1,12}(\.\d+)?", str(entity.get("value"))):
            yield Decimal(str(entity["value"])).quantize(Decimal("0.01"))
    if case.calculation:
        yield from _stated([case.calculation.get(key) for key in rule.calculation])


def _stated(value: Any) -> Iterator[Decimal]:
    """The amounts inside plain data: texts with two decimals."""
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        yield Decimal(value)
    elif isinstance(value, Mapping):
        yield from _stated(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _stated(item)


def _near_days(case: Case, category: Category, today: date, rule: DeadlineRule, book: PolicyBook) -> Iterator[date]:
    days = [
        day for known in rule.known if case.intent in known.intents and case.city in (None, known.city)
        for day in known.days(book)
    ]  # fmt: skip
    outputs = (case.calculation or {}).get("outputs")
    if isinstance(outputs, Mapping):
        days += [day for name in rule.outputs for day in _days(outputs.get(name), today)]
    if category in rule.categories:
        stated = [entity.get("value") for entity in case.entities if entity.get("entity") == "date"]
        days += [day for value in stated for day in _days(value, today)]
    yield from (day for day in days if 0 <= (day - today).days <= rule.days)


def _days(value: Any, today: date) -> Iterator[date]:
    """The day of 2025-12-31, 2025-12-31T17:00, --12-31 or this-12-31 (this year); none for anything else."""
    match = _DAY.match(str(value))
    if not match:
        return
    year = int(match["year"]) if match["year"].isdigit() else today.year
    try:
        yield date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        return


def _days_left(day: date, today: date) -> str:
    left = (day - today).days
    return f"截止日 {day.isoformat()} {'就是今天' if left == 0 else f'还有 {left} 天'}"
