"""When nothing can be computed in Lanzhou. Source: lz-letter-2025 三(二)(三), 五(二)."""

from typing import Mapping

from bot.policy.payment import Gate, PaymentInputs, third_party
from bot.policy.result import Result
from bot.policy.rules import Rules

NO_WAIT = "lz.wait.fresh"
HOME = "lz.home_insurance"


def insured_elsewhere(inputs: PaymentInputs, rules: Rules) -> Result:
    """Refuse: who is insured at home claims there, by rules that the letter does not give."""
    rules.look_up(HOME)
    reason = "医保还参在老家的，在兰州看病要走异地手续，按老家的规定报；老家报多少，这里的文件没有写。"
    return rules.refuse("not_calculable", reason)


def waiting(inputs: PaymentInputs, rules: Rules) -> Result:
    """Refuse: the letter knows no waiting period but says so only for freshmen who pay through the school."""
    rules.look_up(NO_WAIT)
    reason = (
        "兰州的文件只写了新生通过学校缴费的没有等待期；别的情形要不要等、等待期里报不报，都没有写，请问医保经办机构。"
    )
    return rules.refuse("not_calculable", reason)


GATES: Mapping[str, Gate] = {
    "insured_elsewhere": insured_elsewhere,
    "waiting": waiting,
    "third_party": third_party,
}
"""The gates by input, in the order in which they count."""
