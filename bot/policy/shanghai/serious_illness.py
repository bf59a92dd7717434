"""The second payment for serious illness, and what raises its ceiling: SH-9, SH-18.

Source: sh-qa-2025 问题1, 问题2(2); sh-xianda-2024 补充医疗保险待遇.
"""

from decimal import Decimal
from typing import FrozenSet, List, Literal, NamedTuple, Optional

from bot.policy.bills import charged
from bot.policy.inputs import Amount, Count, Flag, Inputs, ask, items
from bot.policy.money import ZERO, fen, percent, yuan
from bot.policy.payment import HOTLINE, PaymentInputs
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules, total
from bot.policy.shanghai.inpatient import Stay, settle_all

GENERAL = "sh.serious.rate.general"
LOW_INCOME = "sh.serious.rate.low_income"
CAP = "sh.serious.cap"
DISEASES = "sh.serious.diseases"
THRESHOLD = "sh.incentive.consecutive_years_threshold"


class SeriousInput(PaymentInputs):
    """What the student bears after the basic settlement, or the stays that lead to it."""

    own: Optional[Amount] = ask("居民医保结算后，单据上“个人自负”是多少元？", title="个人自负")
    stays: Optional[List[Stay]] = items("住院记录", asked=False)
    """Instead of `own`: stays to settle first."""
    deductible: Optional[Amount] = None
    """The part of `own` that is deductible, in yuan: shows the other reading of R03."""
    low_income: Optional[Flag] = None
    """Whether the family is a 低保 or 低收入 family of the city; not asked, the other rate is shown."""
    disease: Optional[Literal["listed", "other"]] = None
    """Whether the disease is one that the documents list; not asked, taken as listed. Their list does not end."""
    in_shanghai: Flag = True
    """Whether the costs arose in a designated hospital of the city."""

    def needless(self) -> FrozenSet[str]:
        """Stays stand in for what the student bears; for a disease that is not listed nothing is computed."""
        return frozenset({"own"} if self.stays or (self.disease == "other" and self.in_shanghai) else ())

    def unpaid(self) -> Outputs:
        """Return nothing for the second payment; the student's part, in yuan, only where it is known."""
        outputs: Outputs = {"second_reimbursement": ZERO}
        if self.stays and all(stay.known for stay in self.stays):
            outputs["final_own"] = charged(self.stays)
        elif self.own is not None:
            outputs["final_own"] = self.own
        return outputs


class IncentiveInput(Inputs):
    """Years of enrolment, counted from 2025 on."""

    consecutive_years: Optional[Count] = ask("连续参保多少年了（按新办法实施后算）？", title="连续参保年数")
    zero_claim_years: Count = 0
    """Years without any claim that were followed by enrolment."""
    lapsed_years: Count = 0
    """Lapsed years."""


class Burden(NamedTuple):
    """What the student bears after the basic settlement, in yuan."""

    base: Decimal
    """The part that the second payment counts from."""
    deductible: Decimal
    """The deductible within it, as far as known."""
    beyond: Decimal
    """What lies outside the list: borne as well, never counted."""

    def after(self, second: Decimal) -> Outputs:
        """Return the outputs for a second payment in yuan."""
        return {"second_reimbursement": second, "final_own": self.base + self.beyond - second}


def serious_illness(inputs: SeriousInput, rules: Rules) -> Result:
    """SH-9 大病保险: the second payment on what the student bears, at the general or the low-income rate.

    The base includes the deductible (R03), never what lies outside the list. A yearly ceiling exists and is not given,
    so a large payment may be cut. The column of one notice that pays everything (C06) is never applied. Outside the
    city's hospitals: not covered. A disease that the documents do not list: not calculable, because their list is open.
    """
    if inputs.disease == "other" and inputs.in_shanghai:
        rules.look_up(DISEASES)
        reason = f"这个病不在文件列出的大病里，但名单没有列完，能不能再报，请问承办的保险公司或 {HOTLINE}。"
        return rules.refuse("not_calculable", reason)
    burden = _burden(inputs, rules)
    if not inputs.in_shanghai:
        reason = "大病保险只报在本市医保定点医疗机构发生的费用。"
        return rules.refuse("not_covered", reason, burden.after(ZERO))
    parameter = LOW_INCOME if inputs.low_income else GENERAL
    rate = rules.number(parameter)
    second = fen(rate * burden.base)
    expression = f"{yuan(burden.base)} × {percent(rate)}"
    rules.step("second_reimbursement", "大病保险再报销", expression, second, params=[parameter])
    _assumptions(inputs, burden, parameter, rules)
    rules.disagree("C06")
    return rules.ok(burden.after(second))


def _burden(inputs: SeriousInput, rules: Rules) -> Burden:
    """Return what the student bears: as told, or after settling the stays."""
    if not inputs.stays:
        return Burden(inputs.own or ZERO, inputs.deductible or ZERO, ZERO)
    _, rows = settle_all(inputs.stays, rules)
    beyond = sum((stay.beyond for stay in inputs.stays), ZERO)
    return Burden(total(rows, "eligible") - total(rows, "fund"), total(rows, "deductible_used"), beyond)


def _assumptions(inputs: SeriousInput, burden: Burden, parameter: str, rules: Rules) -> None:
    rules.unknown(CAP)
    diseases = "、".join(rules.text(DISEASES).split(";"))
    rules.assume("cap", "大病保险有年度最高支付限额，文件没有给出数字，这里没有扣。", "超过限额的部分不再报销。")
    if burden.deductible > 0:
        other = fen(rules.number(parameter) * max(burden.base - burden.deductible, ZERO))
        effect = f"不算的话，再报销 {yuan(other)} 元。"
        rules.assume("R03", "起付线也算在个人自负里。", effect, burden.after(other))
    if inputs.low_income is None:
        better = fen(rules.number(LOW_INCOME) * burden.base)
        effect = f"本市低保、低收入家庭再报销 {yuan(better)} 元。"
        rules.assume("low_income", "按一般家庭算。", effect, burden.after(better))
    if inputs.disease is None:
        effect = f"文件列的是：{diseases}，后面还有“等”字；别的病要向承办的保险公司核实，也可能没有这笔报销。"
        rules.assume("disease", "按文件列出的大病算。", effect)


def incentives(inputs: IncentiveInput, rules: Rules) -> Result:
    """SH-18 连续参保激励: how many times the serious-illness ceiling is raised or cut; the amounts are not stated.

    One raise for each consecutive year after the threshold, one for each year without a claim, one cut per lapsed year.
    """
    threshold = rules.whole(THRESHOLD)
    rules.look_up("sh.incentive.first_raise_year")
    years = inputs.consecutive_years or 0
    raises = max(0, years - threshold)
    rules.step(
        "raises", "连续参保提高限额", f"连续 {years} 年，满 {threshold} 年以后每年一次", raises, "次", [THRESHOLD]
    )
    for parameter in ("raise_amount", "zero_claim_raise_amount", "cut_amount"):
        rules.unknown(f"sh.incentive.{parameter}")
    rules.unknown(CAP)
    rules.assume("amount", "每次提高或降低多少，文件没有写，只能说次数。", "金额请向医保咨询热线核实。")
    rules.assume("R12", "年数从新办法开始的那一年算起。", "更早的年份算不算，文件没有写。")
    return rules.ok({"raises": raises, "zero_claim_raises": inputs.zero_claim_years, "cuts": inputs.lapsed_years})
