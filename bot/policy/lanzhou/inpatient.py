"""Stays in hospital in Lanzhou: LZ-1, LZ-2, LZ-3, LZ-4. Source: lz-letter-2025 七(一)-(六)."""

from decimal import Decimal
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence

from bot.policy.bills import Bill, charged, tell_bound, tell_parts
from bot.policy.inputs import Amount, Count, Flag, ask, items
from bot.policy.lanzhou.levels import ASK_LEVEL, ELIGIBLE, LEVEL_CHOICES, LEVELS, VAGUE, Level
from bot.policy.money import ZERO, fen, percent, yuan
from bot.policy.payment import PaymentInputs
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules, ends, total, with_beyond

DEDUCTIBLE = "lz.inpatient.deductible."
RATE = "lz.inpatient.rate."
STEP_DOWN = DEDUCTIBLE + "step_down"
FLOOR = DEDUCTIBLE + "floor"
CAP = "lz.inpatient.cap"
MERGE = "lz.inpatient.pre_admission_emergency"
READING = "R02"
Share = Callable[[Decimal, int], Decimal]


class Stay(Bill):
    """One stay in hospital."""

    level: Optional[Level] = ask(ASK_LEVEL, title="医院等级", choices=LEVEL_CHOICES, vague=VAGUE)
    emergency_before: Amount = ZERO
    """Covered costs of emergency care right before admission, in yuan (LZ-4)."""
    same_hospital: Flag = True
    """Whether that emergency care was in the admitting hospital; only then it joins the stay."""

    @property
    def joined(self) -> Decimal:
        """Yuan of emergency care that are settled with this stay."""
        return self.emergency_before if self.same_hospital else ZERO

    @property
    def amount(self) -> Decimal:
        """Yuan to settle with this stay."""
        return super().amount + self.joined

    @property
    def whole(self) -> Decimal:
        """Yuan charged for the stay and the emergency care that joins it."""
        return super().whole + self.joined


class InpatientInput(PaymentInputs):
    """Stays of one insurance year, in order."""

    stays: Optional[List[Stay]] = items("住院记录")
    earlier_stays: Optional[Count] = None
    """Stays of the same year before the first one given."""
    fund_paid_before: Optional[Amount] = None
    """What the basic fund has paid for stays of the year before, in yuan."""


class Year(NamedTuple):
    """Where the year stands before the stays."""

    earlier_stays: int
    fund_paid: Decimal


def inpatient(inputs: InpatientInput, rules: Rules) -> Result:
    """LZ-1, LZ-2, LZ-3, LZ-4 住院: what the basic fund pays for the stays of a year.

    The deductible falls from the second stay on (R02: a range where its meanings differ), emergency care in the same
    hospital right before admission joins the stay, and the fund's yearly ceiling is used up in the order of stays. What
    lies outside the list is the student's.
    """
    stays = inputs.stays or []
    year = begin(inputs, rules)
    cases = {name: _sums(settle_all(stays, year, rules, reading=name)) for name in other_readings(rules)}
    rows = settle_all(stays, year, rules, reading=rules.book.readings[READING].default, trace=True)
    outputs = _sums(rows)
    explain(stays, rules)
    if any(stay.upper_bound for stay in stays):
        tell_bound(rules, "出院结算单")
        nothing: Outputs = {"fund": ZERO, "own": charged(stays)}
        return rules.between(nothing, ends([outputs, *cases.values()], "fund")[1], rows={"stays": rows})
    low, high = ends([outputs, *cases.values()], "fund")
    if low != high:
        tell_reading(rules)
    return rules.between(low, high, rows={"stays": rows}, default=outputs)


def begin(inputs: InpatientInput, rules: Rules) -> Year:
    """Return where the year stands, and say what is assumed when nobody told."""
    if inputs.earlier_stays is None:
        rules.assume(
            "earlier_stays", "按这是本年度第一次住院算。", "之前住过院的话，起付标准会降低，已用掉的限额也要扣除。"
        )
    elif inputs.earlier_stays and inputs.fund_paid_before is None:
        cap = yuan(rules.number(CAP))
        rules.assume(
            "fund_paid_before", f"按之前的住院还没有用掉年度限额 {cap} 元算。", "已经报销过的住院费用会占用限额。"
        )
    return Year(inputs.earlier_stays or 0, inputs.fund_paid_before or ZERO)


def explain(stays: Sequence[Stay], rules: Rules) -> None:
    """Record the assumptions that the stays call for."""
    if any(stay.emergency_before > 0 for stay in stays):
        rules.look_up(MERGE)
        rules.assume(
            "emergency", "入院前的急救费用，只有在同一家医院的才并入这次住院。", "隔多久以内算入院前，文件没有写。"
        )


def other_readings(rules: Rules) -> List[str]:
    """Return the options of R02 that are not the default."""
    reading = rules.book.readings[READING]
    return [name for name in reading.options if name != reading.default]


def tell_reading(rules: Rules) -> None:
    """Say which reading of the step-down the answer rests on."""
    options = rules.book.readings[READING].options
    default = rules.book.readings[READING].default
    others = "；".join(text for name, text in options.items() if name != default)
    rules.assume(READING, f"起付标准的递减按这种理解算：{options[default]}。", f"也可以理解为：{others}。")


def settle_all(stays: Sequence[Stay], year: Year, rules: Rules, *, reading: str, trace: bool = False) -> List[Outputs]:
    """Settle the stays in order under one option of R02; return one row per stay."""
    counts: Dict[str, int] = {}
    cap, paid = rules.number(CAP), year.fund_paid
    rows: List[Outputs] = []
    for index, stay in enumerate(stays):
        level = stay.level or ""
        before = counts.get(level, 0) if reading == "linear_per_level" else index
        counts[level] = counts.get(level, 0) + 1
        share = _share(reading, year.earlier_stays + before, rules)
        left = max(cap - paid, ZERO)
        row = _settle(level, stay.amount, share, left, rules)
        paid += total([row], "fund")
        rows.append(with_beyond({**row, "fund_paid_after": paid}, stay.beyond))
        if trace:
            tell_parts(stay, ELIGIBLE, rules, key=f"stays.{index}")
            _record(rules, f"stays.{index}", row, share, left)
    return rows


def _share(reading: str, before: int, rules: Rules) -> Decimal:
    """Return the part of the deductible that holds after `before` earlier stays."""
    step, floor = rules.number(STEP_DOWN), rules.number(FLOOR)
    fallen = (1 - step) ** before if reading == "geometric_all" else 1 - step * before
    return max(fallen, floor)


def _settle(level: str, eligible: Decimal, share: Decimal, left: Decimal, rules: Rules) -> Outputs:
    """Settle one stay with `left` yuan of the yearly ceiling still open."""
    deductible = rules.number(DEDUCTIBLE + level) * share
    used = min(eligible, deductible)
    fund = min(fen(rules.number(RATE + level) * (eligible - used)), left)
    return {
        "level": level,
        "eligible": eligible,
        "deductible": deductible,
        "deductible_used": used,
        "fund": fund,
        "own": eligible - fund,
    }


def _record(rules: Rules, key: str, row: Mapping[str, object], share: Decimal, left: Decimal) -> None:
    """Write the steps of one settled stay."""
    level, eligible, used = str(row["level"]), total([row], "eligible"), total([row], "deductible_used")
    full, rate, title = rules.number(DEDUCTIBLE + level), rules.number(RATE + level), LEVELS[level]
    rules.step(
        f"{key}.deductible",
        f"{title}起付标准",
        f"{yuan(full)} × {percent(share)}",
        row["deductible"],
        params=[DEDUCTIBLE + level, STEP_DOWN, FLOOR],
    )
    expression = f"({yuan(eligible)} − {yuan(used)}) × {percent(rate)}"
    if row["fund"] == left:
        expression += f"，年度限额还剩 {yuan(left)}"
    rules.step(f"{key}.fund", f"{title}住院报销", expression, row["fund"], params=[RATE + level, CAP])


def _sums(rows: List[Outputs]) -> Outputs:
    return {"fund": total(rows, "fund"), "own": total(rows, "own")}
