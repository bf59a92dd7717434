"""How well money is understood: messages with gold cases, their numbers, roles, cases and the sums that a student is shown.

The set is tests/nlu/blind/money; the format is told in tests/nlu/blind/README.md. Lines with an odd number may be read one by
one, the others are only ever counted.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from bot.dialogue.visits import bill_fields
from bot.evaluation.sets import BLIND
from bot.knowledge.base import knowledge
from bot.knowledge.dialogues import level_names
from bot.nlu.roles.extractor import ROLE_OF
from bot.policy.catalogue import calculate
from bot.policy.result import Result
from bot.settings import settings

FOLDER = BLIND / "money"
CITY_WORDS = {"shanghai": "上海", "lanzhou": "兰州"}
OUTCOMES = ("right", "asked", "wrong", "disclosed", "refused", "other")
"""right: the sum of the gold case, or no sum where none is due; asked: a question; wrong: another sum with nothing that shows it;
disclosed: another sum, but the number that was misread is named as set aside or rough; refused: no sum although one is due;
other: an answer that is no calculation although one is due."""


@dataclass(frozen=True)
class GoldCase:
    """One line of the set."""

    id: str
    city: Optional[str]
    before: str
    text: str
    mentions: Sequence[Mapping[str, Any]]
    case: Mapping[str, Any]
    asks: str
    expect: str

    @property
    def is_hidden(self) -> bool:
        """Whether the line may be read only in totals."""
        return int(self.id.split("-")[1]) % 2 == 0


def gold_cases(folder: Path = FOLDER) -> List[GoldCase]:
    """All lines of the set, by author."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    fields = GoldCase.__dataclass_fields__
    return [GoldCase(**{name: value for name, value in json.loads(line).items() if name in fields}) for line in lines]


@dataclass
class MoneyFigures:
    """Counts over a set of gold cases."""

    numerals: Counter[bool] = field(default_factory=Counter)
    """Whether a number was read with its value."""
    expected: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    """By role: marked by the author, found by the model, both."""
    exact: Counter[bool] = field(default_factory=Counter)
    """Whether the whole case of a message is as the author has it."""
    outcomes: Dict[str, Counter[str]] = field(default_factory=dict)
    """What the student is shown, by what a good assistant does (sum, ask, no, text)."""
    faults: List[Tuple[str, str]] = field(default_factory=list)
    """(id, what went wrong) of lines that may be read."""

    def share(self, counter: Counter[Any], key: Any) -> float:
        """Share of a key in a counter; 0 when it is empty."""
        total = sum(counter.values())
        return counter[key] / total if total else 0.0


def _plain(value: Any) -> Optional[Decimal]:
    try:
        return None if value is None or value == "" else Decimal(str(value))
    except InvalidOperation:
        return None


def _spans(gold: GoldCase) -> Iterator[Tuple[int, int, Mapping[str, Any]]]:
    position = 0
    for mention in gold.mentions:
        start = gold.text.find(mention["t"], position)
        if start >= 0:
            position = start + len(mention["t"])
            yield start, position, mention


def marks_of(gold: GoldCase) -> Tuple[Tuple[int, int, str], ...]:
    """The author's marks: where each number stands in the text, and its role."""
    return tuple((start, end, mention["r"]) for start, end, mention in _spans(gold))


def count_numbers(figures: MoneyFigures, gold: GoldCase, parsed: Mapping[str, Any]) -> None:
    """Numerals and roles of one line."""
    entities = [entity for entity in parsed["entities"] if entity.get("confidence_entity") is not None]
    for start, end, mention in _spans(gold):
        over = [e for e in entities if e["start"] < end and e["end"] > start and (e["entity"] in _NUMERIC or e["entity"] == "level")]
        got = over[0] if over else None
        value = _plain(re.split(r"[-~]", str(mention["v"]))[0])
        wanted = "rule" if re.search(r"[%％成折]$", mention["t"]) else mention["r"]
        if value is not None and wanted not in ("grade", "phone_or_id") and not wanted.startswith("date"):
            read = _plain(got["value"]) if got else None
            figures.numerals[read == value or (got is not None and got["entity"] == "percent")] += 1
            if read != value and not (got and got["entity"] == "percent") and not gold.is_hidden:
                figures.faults.append((gold.id, f"numeral {mention['t']} read as {read}"))
        role = _role(got) if got else "missed"
        figures.expected[wanted] += 1
        figures.found[role] += 1
        figures.hits[wanted] += role == wanted


_NUMERIC = ("amount", "number", "percent", "date", "years", "year", "ordinal", "count", "days", "age", "denied")


def _role(entity: Mapping[str, Any]) -> str:
    if entity["entity"] == "denied":
        return "denied"
    if entity["entity"] == "percent":
        return "rule"
    role = entity.get("role") or ""
    return ROLE_OF.get((entity["entity"], role), role or entity["entity"])


# --- whole cases -------------------------------------------------------------------------------------------------------

_GRADES = {"3A": "3", "3B": "3"}


def _grade(value: Any, city: Optional[str]) -> str:
    text = str(value or "")
    return _GRADES.get(text, text) if city == "shanghai" else text


def gold_visits(gold: GoldCase) -> List[Dict[str, Any]]:
    """The author's visits as the project's: bill, covered, outside, emergency in yuan."""
    names = {"total": "bill", "covered": "covered", "outside": "outside", "emergency": "emergency"}
    found = []
    for visit in gold.case.get("visits") or []:
        amounts = {ours: f"{Decimal(str(visit[theirs])):.2f}" for theirs, ours in names.items() if visit.get(theirs) is not None}
        found.append({"care": visit.get("care"), "level": visit.get("grade"), **amounts})
    return found


def _countable(visits: Sequence[Mapping[str, Any]], city: Optional[str]) -> List[Tuple[str, Decimal, Optional[Decimal]]]:
    """(grade, yuan that a payment is worked out from, emergency that joins the stay) of each visit with an amount."""
    rows = [(_grade(visit.get("level"), city), _eligible(visit), _plain(visit.get("emergency"))) for visit in visits]
    return [(grade, eligible, emergency) for grade, eligible, emergency in rows if eligible is not None]


def _eligible(visit: Mapping[str, Any]) -> Optional[Decimal]:
    """A total without its self-paid part and a sum of the rest are the same case: what is paid is the same."""
    fields = {name: Decimal(value) for name, value in bill_fields(visit).items()}
    if "eligible" in fields:
        return fields["eligible"]
    return fields["total"] - fields["outside"] if "total" in fields else None


def is_exact(gold: GoldCase, told: Mapping[str, Any]) -> bool:
    """Whether the message's case holds the author's visits with their amounts and grades, own share and what was used."""
    mine = _countable(told.get("visits") or [], gold.city)
    wanted = _countable(gold_visits(gold), gold.city)
    own, wanted_own = _plain(told.get("own")), _plain(gold.case.get("own"))
    if gold.asks == "second" and wanted_own is not None:
        return own == wanted_own and not told.get("doubts")
    return mine == wanted and _same_used(gold, told) and _same_stay(gold, told)


def _same_used(gold: GoldCase, told: Mapping[str, Any]) -> bool:
    if gold.city != "shanghai" or all(visit.get("care") in ("inpatient", "observation") for visit in gold.case.get("visits") or [{}]):
        return True
    return _used(gold.case.get("used")) == _used(told.get("counted"))


def _used(value: Any) -> Optional[Decimal]:
    """Yuan of the deductible that were used; 300 and more is all of it."""
    plain = {"none": Decimal(0), "full": Decimal(300)}.get(str(value), _plain(value))
    return None if plain is None else min(plain, Decimal(300))


def _same_stay(gold: GoldCase, told: Mapping[str, Any]) -> bool:
    stays = [visit for visit in gold.case.get("visits") or [] if visit.get("care") == "inpatient"]
    if gold.city != "lanzhou" or not stays:
        return True
    return (gold.case.get("stay") or 1) == (told.get("admission") or 1)


# --- what the student is shown -----------------------------------------------------------------------------------------


PAYMENTS = ("fund", "second_reimbursement")
"""Outputs that are paid; a calculation of the whole year has both, and what is asked first is the fund's."""


def due(gold: GoldCase) -> Optional[Tuple[Decimal, Decimal]]:
    """The sum, or range, that the calculator makes of the author's case; None where it makes none."""
    if gold.expect == "no":
        return Decimal(0), Decimal(0)
    if gold.expect != "sum" or gold.city is None:
        return None
    results = list(_results(gold))
    if not results:
        return None
    low = high = Decimal(0)
    for result in results:
        span = paid(result)
        if span is None:
            if len(results) > 1:
                continue
            return None
        low, high = low + span[0], high + span[1]
    return low, high


def paid(result: Result) -> Optional[Tuple[Decimal, Decimal]]:
    """What a result says is paid: lower and upper end in yuan, None when it says nothing of it."""
    sums: List[Decimal] = []
    for outputs in (result.low or result.outputs, result.high or result.outputs):
        value = next((outputs[name] for name in PAYMENTS if name in outputs), None)
        if not isinstance(value, Decimal):
            return None
        sums.append(value)
    return min(sums), max(sums)


def _results(gold: GoldCase) -> Iterator[Result]:
    book, today, city, facts = knowledge().book, settings().today(), gold.city or "", set(gold.case.get("facts") or ())
    if gold.asks == "second" and gold.case.get("own") is not None:
        own = f"{Decimal(str(gold.case['own'])):.2f}"
        if city == "shanghai":
            inputs: Dict[str, Any] = {"own": own, "low_income": bool(facts & {"dibao", "low_income"})}
        else:
            inputs = {"burden": own}
        yield calculate(f"{city}.serious_illness", inputs, book=book, today=today)
        return
    visits = gold_visits(gold)
    names = level_names(city)
    stays = [visit for visit in visits if visit["care"] in ("inpatient", "observation")]
    others = [visit for visit in visits if visit not in stays]
    if stays:
        rows = [{"level": names.get(str(v["level"]), v["level"]), **bill_fields(v)} for v in stays]
        extra: Dict[str, Any] = {}
        if city == "lanzhou":
            rows = [{**row, **({"emergency_before": v["emergency"]} if v.get("emergency") else {})} for row, v in zip(rows, stays)]
            extra = {"earlier_stays": max(int(gold.case.get("stay") or 1) - 1, 0)}
        yield calculate(f"{city}.inpatient", {"stays": rows, **extra}, book=book, today=today)
    if others and city == "shanghai":
        rows = [{"place": names.get(str(v["level"]), v["level"]), **bill_fields(v)} for v in others]
        used = gold.case.get("used")
        counted = None if used is None else {"none": "0", "full": "300"}.get(str(used), str(used))
        yield calculate("shanghai.outpatient", {"visits": rows, **({"counted": counted} if counted else {})}, book=book, today=today)
    if others and city == "lanzhou":
        dialysis = "dialysis" in facts
        for visit in others:
            if visit["care"] == "chronic":
                yield calculate("lanzhou.chronic_outpatient", {**bill_fields(visit), "dialysis": dialysis}, book=book, today=today)
            else:
                yield calculate("lanzhou.outpatient", {}, book=book, today=today)


def shown(messages: Sequence[Mapping[str, Any]]) -> Tuple[Optional[Tuple[Decimal, Decimal]], str, str]:
    """(sum that was shown, kind of reply, text): kind is sum, refusal, question or text."""
    text = "\n".join(str(message.get("text") or "") for message in messages)
    for message in messages:
        card = (message.get("custom") or {}).get("card") or {}
        if card.get("kind") == "calculation":
            data = card["data"]
            sums = []
            for part in ("low", "high"):
                values = []
                for result in filter(None, (data, data.get("beside"))):
                    outputs = result.get(part) or result.get("outputs") or {}
                    value = next((outputs[name] for name in PAYMENTS if outputs.get(name) is not None), None)
                    values.append(_plain(value))
                paid_for = [value for value in values if value is not None]
                sums.append(sum(paid_for, Decimal(0)) if paid_for and values[0] is not None else None)
            if data["status"] in ("ok", "range") and None not in sums:
                return (min(sums), max(sums)), "sum", text  # type: ignore[type-var, return-value]
            return None, "refusal" if data["status"] not in ("ok", "range") else "text", text
    asks = text.rstrip().endswith(("？", "?")) or any(message.get("buttons") for message in messages) and "？" in text[-40:]
    return None, "question" if asks else "text", text


def judged(gold: GoldCase, messages: Sequence[Mapping[str, Any]], earlier: Optional[Tuple[Decimal, Decimal]] = None) -> str:
    """One of OUTCOMES for what was shown. `earlier`: the sum that was shown for the message before, which may be added."""
    span, kind, text = shown(messages)
    if gold.asks == "compare" and gold.expect == "sum":
        return _compared(gold, kind, text)
    wanted = due(gold)
    if gold.expect == "text":
        return "right" if kind in ("text", "refusal") else "asked" if kind == "question" else "wrong"
    if kind == "question":
        return "right" if gold.expect == "ask" else "asked"
    if gold.expect == "no":
        return "right" if span is None or span[1] == 0 else "wrong"
    if span is None:
        return "refused" if kind == "refusal" else "other"
    together = (span[0] + earlier[0], span[1] + earlier[1]) if earlier else None
    if wanted is not None and wanted in (span, together):
        return "right"
    return "disclosed" if discloses(gold, text) else "wrong"


def _compared(gold: GoldCase, kind: str, text: str) -> str:
    """Whether a comparison shows what each of the author's bills gives."""
    if kind == "question":
        return "asked"
    ones = [dataclasses.replace(gold, case={**gold.case, "visits": [visit]}, asks="pays") for visit in gold.case["visits"]]
    spans = [due(one) for one in ones]
    seen = all(span is not None and all(f"{end:,.2f}" in text for end in span) for span in spans)
    return "right" if seen else "other"


def discloses(gold: GoldCase, text: str) -> bool:
    """Whether the reply names a number that counts as set aside, or calls its figure rough or assumed."""
    line = next((line for line in text.splitlines() if line.startswith("没有算进去")), "")
    if "前提：按文件列出的大病算" in text:
        return True
    amounts = {f"{Decimal(value):,.2f}".removesuffix(".00") for visit in gold_visits(gold) for value in (visit.get("bill"), visit.get("covered"), visit.get("outside")) if value}
    return any(amount in line for amount in amounts) or "（按这个整数）" in text


async def measure_money(assistant: Any, cases: Sequence[GoldCase]) -> MoneyFigures:
    """Numbers and roles of all lines, cases of those that stand alone, and what is shown for those and for second messages."""
    figures = MoneyFigures()
    for gold in cases:
        parsed = await assistant.parse(gold.text, before=gold.before)
        count_numbers(figures, gold, parsed)
        if not gold.before and gold.expect in ("sum", "ask", "no"):
            exact = is_exact(gold, parsed.get("case") or {}) if gold.expect != "ask" else True
            figures.exact[exact] += gold.expect != "ask"
            if not exact and not gold.is_hidden:
                figures.faults.append((gold.id, f"case {parsed.get('case')}"))
        if gold.before.startswith("助手"):
            continue
        outcome = judged(gold, *await _said(assistant, gold))
        figures.outcomes.setdefault(gold.expect, Counter())[outcome] += 1
        if outcome != "right" and not gold.is_hidden:
            figures.faults.append((gold.id, f"shown: {outcome}"))
    return figures


async def _said(
    assistant: Any, gold: GoldCase
) -> Tuple[Sequence[Mapping[str, Any]], Optional[Tuple[Decimal, Decimal]]]:
    """The replies to the line, after its city and the line before it, and the sum that that one was answered with."""
    earlier = None
    sender = f"money-{gold.id}"
    if gold.city:
        await assistant.turn(CITY_WORDS[gold.city], sender, "evaluation")
    if gold.before:
        before = await assistant.turn(gold.before.partition("：")[2], sender, "evaluation")
        earlier = shown(before.messages)[0]
    return (await assistant.turn(gold.text, sender, "evaluation")).messages, earlier



