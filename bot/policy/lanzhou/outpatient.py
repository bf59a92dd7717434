"""Outpatient care in Lanzhou: LZ-8 (chronic diseases), LZ-9 (ordinary). Source: lz-letter-2025 六, 八."""

from typing import Optional

from bot.policy.bills import tell_bound, tell_parts
from bot.policy.inputs import YES_NO, Amount, Flag, ask
from bot.policy.money import fen, percent, yuan
from bot.policy.payment import BillInputs, PaymentInputs
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules

ORDINARY = "lz.outpatient.ordinary"
DIALYSIS = "lz.chronic.rate.dialysis"
OTHER = "lz.chronic.rate.other"


class OutpatientInput(PaymentInputs):
    """An ordinary outpatient bill; nothing is needed to say that it cannot be computed."""

    eligible: Optional[Amount] = None


class ChronicInput(BillInputs):
    """A chronic-disease outpatient bill."""

    eligible: Optional[Amount] = ask("门诊慢特病符合医保规定的费用是多少元？", title="符合医保规定的费用", late=True)
    dialysis: Optional[Flag] = ask("是慢性肾衰竭的透析吗？", title="透析", choices=YES_NO, late=True)
    recognised: Flag = True
    """Whether the disease has been recognised (认定) for chronic outpatient care."""


def outpatient(inputs: OutpatientInput, rules: Rules) -> Result:
    """LZ-9 普通门诊: not calculable, because each school sets its own rate."""
    rules.unknown(ORDINARY)
    reason = "兰州的普通门诊报多少由各学校自己定，文件没有给出比例，请问本校负责医保的部门。"
    return rules.refuse("not_calculable", reason)


def chronic_outpatient(inputs: ChronicInput, rules: Rules) -> Result:
    """LZ-8 门诊慢特病: the rate for dialysis or for other recognised diseases, as an upper bound.

    The documents name neither a deductible nor yearly limits of this benefit. What lies outside the list is the
    student's.
    """
    if not inputs.recognised:
        reason = "要先通过门诊慢特病认定，认定之前不能按这个比例报销。"
        return rules.refuse("not_covered", reason, inputs.unpaid())
    eligible = inputs.amount
    parameter = DIALYSIS if inputs.dialysis else OTHER
    tell_parts(inputs, parameter, rules)
    rate = rules.number(parameter)
    fund = fen(rate * eligible)
    rules.step("fund", "门诊慢特病报销", f"{yuan(eligible)} × {percent(rate)}", fund, params=[parameter])
    rules.assume("recognised", "按已经通过认定、在认定的病种范围内算。", "没有通过认定就不能这样报。")
    rules.assume("limit", "文件没有写这项待遇的起付线和年度限额，所以这是上限。", "实际报销可能更少。")
    outputs: Outputs = {"fund": fund, "own": inputs.whole - fund}
    if not inputs.upper_bound:
        return rules.ok(outputs)
    tell_bound(rules, "票据")
    return rules.between(inputs.unpaid(), outputs)
