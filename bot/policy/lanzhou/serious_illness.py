"""The second payment for serious illness in Lanzhou, alone and after the stays of a year: LZ-5, LZ-6, LZ-7.

Source: lz-letter-2025 七(七).
"""

from decimal import Decimal
from typing import List, NamedTuple, Optional, Sequence

from bot.policy.bands import Band, marginal, parse_bands
from bot.policy.bills import charged, tell_bound
from bot.policy.inputs import Amount, ask
from bot.policy.lanzhou import inpatient as basic
from bot.policy.money import ZERO, fen, percent, yuan
from bot.policy.payment import PaymentInputs
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules, ends, total

DEDUCTIBLE = "lz.serious.deductible"
BANDS = "lz.serious.bands"
CAP = "lz.serious.cap"


class SeriousInput(PaymentInputs):
    """What the student bears after the basic fund in one settlement."""

    burden: Optional[Amount] = ask("基本医保报销以后，政策范围内自己还要付多少元？", title="个人负担")
    burden_before: Amount = ZERO
    """The same from earlier settlements of the insurance year, in yuan."""


class YearInput(basic.InpatientInput):
    """The stays of one insurance year, with what was borne before them."""

    burden_before: Amount = ZERO
    """What the student bore in earlier settlements of the year, in yuan."""


class Scheme(NamedTuple):
    """Deductible in yuan and bands above it."""

    deductible: Decimal
    bands: List[Band]

    def payment(self, burden: Decimal) -> Decimal:
        """Return the unrounded yearly payment for a yearly burden."""
        return marginal(self.bands, max(burden - self.deductible, ZERO))

    def settle(self, before: Decimal, burden: Decimal) -> Decimal:
        """Return what one settlement adds to the year, so that splitting never changes the year's sum."""
        return fen(self.payment(before + burden)) - fen(self.payment(before))


def serious_illness(inputs: SeriousInput, rules: Rules) -> Result:
    """LZ-5, LZ-6 大病保险: the second payment of one settlement, with bands cumulated over the year (R04).

    Band limits count from the deductible upwards; there is no yearly ceiling. R10: everything within the policy's range
    that the basic fund left is taken as the base.
    """
    scheme = _scheme(rules)
    before, burden = inputs.burden_before, inputs.burden or ZERO
    second = scheme.settle(before, burden)
    _record("second_reimbursement", before, burden, second, scheme, rules)
    if before > 0:
        _tell_restart(scheme, before, burden, second, rules)
    rules.assume("R10", "政策范围内、基本医保没有报的都算进来。", "住院起付标准那部分算不算，文件没有写。")
    return rules.ok({"second_reimbursement": second, "final_own": burden - second})


def year(inputs: YearInput, rules: Rules) -> Result:
    """LZ-7 住院加大病一站结算: the stays of a year, each followed by the serious-illness payment on what is left.

    The burden is what the basic fund leaves of the covered costs; what lies outside the list is borne beside it and
    never paid.
    """
    stays = inputs.stays or []
    start, scheme = basic.begin(inputs, rules), _scheme(rules)
    reading = rules.book.readings[basic.READING].default
    rows = basic.settle_all(stays, start, rules, reading=reading, trace=True)
    outputs = _chain(rows, inputs.burden_before, scheme, rules)
    cases = [outputs]
    for name in basic.other_readings(rules):
        others = basic.settle_all(stays, start, rules, reading=name)
        cases.append(_chain(others, inputs.burden_before, scheme))
    basic.explain(stays, rules)
    _tell_base(rows, inputs.burden_before, scheme, outputs, rules)
    high, low = ends(cases, "final_own")
    if any(stay.upper_bound for stay in stays):
        tell_bound(rules, "出院结算单")
        return rules.between(_nothing(stays, rows), high, rows={"stays": rows})
    if low != high:
        basic.tell_reading(rules)
    return rules.between(low, high, rows={"stays": rows}, default=outputs)


def _scheme(rules: Rules) -> Scheme:
    rules.look_up(CAP)
    return Scheme(rules.number(DEDUCTIBLE), parse_bands(rules.text(BANDS)))


def _chain(rows: List[Outputs], before: Decimal, scheme: Scheme, rules: Optional[Rules] = None) -> Outputs:
    """Follow each settled stay with its serious-illness payment; adds the columns to the rows."""
    for index, row in enumerate(rows):
        burden = _burden(row)
        second = scheme.settle(before, burden)
        row.update(burden=burden, second_reimbursement=second, final_own=total([row], "own") - second)
        if rules:
            _record(f"stays.{index}.second_reimbursement", before, burden, second, scheme, rules)
        before += burden
    keys = ("fund", "burden", "second_reimbursement", "final_own")
    return {key: total(rows, key) for key in keys}


def _burden(row: Outputs) -> Decimal:
    """Return what the basic fund left of the covered part of a stay, in yuan."""
    return total([row], "eligible") - total([row], "fund")


def _nothing(stays: Sequence[basic.Stay], rows: Sequence[Outputs]) -> Outputs:
    """Return the outputs when neither payment is made."""
    burden = total(rows, "eligible")
    return {"fund": ZERO, "burden": burden, "second_reimbursement": ZERO, "final_own": charged(stays)}


def _record(key: str, before: Decimal, burden: Decimal, second: Decimal, scheme: Scheme, rules: Rules) -> None:
    parts = []
    above_before, above = (max(amount - scheme.deductible, ZERO) for amount in (before, before + burden))
    for band in scheme.bands:
        low, high = max(band.low, above_before), above if band.high is None else min(band.high, above)
        if high > low:
            parts.append(f"{yuan(high - low)} × {percent(band.rate)}")
    expression = " + ".join(parts) or f"累计负担没有超过起付标准 {yuan(scheme.deductible)}"
    rules.step(key, "大病保险再报销", expression, second, params=[DEDUCTIBLE, BANDS, CAP])


def _tell_restart(scheme: Scheme, before: Decimal, burden: Decimal, second: Decimal, rules: Rules) -> None:
    """Mention the other reading of R04: bands begin anew in each settlement, the deductible is taken once a year."""
    above = max(before + burden - scheme.deductible, ZERO) - max(before - scheme.deductible, ZERO)
    restarted = fen(marginal(scheme.bands, above))
    if restarted != second:
        other: Outputs = {"second_reimbursement": restarted, "final_own": burden - restarted}
        effect = f"如果每次从头分段，这次再报销 {yuan(restarted)} 元。"
        rules.assume("R04", "分段按一年累计计算。", effect, other)


def _tell_base(rows: Sequence[Outputs], before: Decimal, scheme: Scheme, outputs: Outputs, rules: Rules) -> None:
    """Mention the other reading of R10: the deductible of stays does not belong to the base."""
    second = ZERO
    for row in rows:
        base = _burden(row) - total([row], "deductible_used")
        second += scheme.settle(before, base)
        before += base
    text = "住院起付标准、按比例自付和封顶线以上的部分都算进大病基数。"
    if second == outputs["second_reimbursement"]:
        rules.assume("R10", text, "门诊慢特病的自付算不算，文件没有写。")
        return
    other: Outputs = {**outputs, "second_reimbursement": second, "final_own": total(rows, "own") - second}
    rules.assume("R10", text, f"不算住院起付标准的话，再报销 {yuan(second)} 元。", other)
