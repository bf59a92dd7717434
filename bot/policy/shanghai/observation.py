"""Emergency observation (急诊留观) in Shanghai: SH-8. Source: sh-qa-2025 问题4, sh-xianda-2024 待遇表表头."""

from typing import FrozenSet, List, Optional

from bot.policy.bills import tell_bound, tell_parts
from bot.policy.inputs import Amount, Flag, ask
from bot.policy.money import ZERO
from bot.policy.payment import BillInputs
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules, with_beyond
from bot.policy.shanghai import inpatient, outpatient
from bot.policy.shanghai.places import ELIGIBLE, LEVEL_CHOICES, Level


class ObservationInput(BillInputs):
    """One observation in an emergency department."""

    level: Optional[Level] = ask("在几级医院留观的？", title="医院等级", choices=LEVEL_CHOICES)
    counted: Optional[Amount] = None
    """Off-campus outpatient spending of the year before, in yuan: only for the comparison."""
    admitted: Flag = False
    """Whether a stay in hospital followed."""

    def needless(self) -> FrozenSet[str]:
        """Nothing can be computed when a stay followed."""
        return super().needless() | ({"level", "eligible"} if self.admitted else set())


def observation(inputs: ObservationInput, rules: Rules) -> Result:
    """SH-8 急诊留观: settled like a stay; rows compare it with the same bill as an outpatient emergency."""
    rules.look_up("sh.inpatient.covers_observation")
    if inputs.admitted:
        reason = "留观后转住院，是合在一起结算还是分两次，文件没有写，请问医院是怎么结算的。"
        return rules.refuse("not_calculable", reason)
    level, eligible = inputs.level or "", inputs.amount
    tell_parts(inputs, ELIGIBLE, rules)
    row = with_beyond(inpatient.settle(level, eligible, rules), inputs.beyond)
    rows: List[Outputs] = [{"settled_as": "observation", "fund": row["fund"], "own": row["own"]}]
    used_up = rules.number(outpatient.DEDUCTIBLE)
    for counted in dict.fromkeys([ZERO, used_up] if inputs.counted is None else [inputs.counted]):
        rules.prefix = "如果按门急诊："
        done = outpatient.settle(level, eligible, counted, rules, key="outpatient")
        own = done.own + inputs.beyond
        rows.append({"settled_as": "outpatient", "counted_before": counted, "fund": done.fund, "own": own})
    rules.prefix = ""
    outputs: Outputs = {"fund": row["fund"], "own": row["own"]}
    if not inputs.upper_bound:
        return rules.ok(outputs, {"compare": rows})
    tell_bound(rules, "结算单")
    return rules.between(inputs.unpaid(), outputs, rows={"compare": rows})
