"""When nothing can be paid in Shanghai. Source: sh-fresh-2025 Q3, Q5; sh-qa-2025 问题1, 问题8."""

from typing import Mapping

from bot.policy.payment import Gate, PaymentInputs, third_party
from bot.policy.result import Result
from bot.policy.rules import Rules

UNPAID = "sh.wait.unpaid"
FIXED = "sh.wait.fixed_months"
ABROAD = "C14"


def insured_elsewhere(inputs: PaymentInputs, rules: Rules) -> Result:
    """Refuse: who is insured in another province is paid by its rules, which the documents do not give (C14)."""
    rules.disagree(ABROAD)
    reason = "医保参在外省市的，在上海看病要先办异地备案，按参保地的规定报；那边报多少，这些文件没有写。"
    return rules.refuse("not_calculable", reason)


def waiting(inputs: PaymentInputs, rules: Rules) -> Result:
    """Refuse: nothing is paid while the waiting period runs. Before 2025 the documents know no such period."""
    rules.text(UNPAID)
    rules.look_up(FIXED)
    reason = "等待期还没满，这段时间看病医保不报，钱要自己出；哪天满，看随申办里的提示。"
    return rules.refuse("not_covered", reason, inputs.unpaid())


GATES: Mapping[str, Gate] = {
    "insured_elsewhere": insured_elsewhere,
    "waiting": waiting,
    "third_party": third_party,
}
"""The gates by input, in the order in which they count: who is not insured here does not wait here either."""
