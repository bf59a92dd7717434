"""Emergency observation (急诊留观) in Shanghai: SH-8. Source: sh-qa-2025 问题4, sh-xianda-2024 待遇表表头."""

from typing import FrozenSet, List, Optional

from bot.policy.inputs import Amount, Flag, Inputs, ask
from bot.policy.money import ZERO
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules
from bot.policy.shanghai import inpatient, outpatient
from bot.policy.shanghai.places import ASK_ELIGIBLE, LEVEL_CHOICES, Level


class ObservationInput(Inputs):
    """One observation in an emergency department."""

    level: Optional[Level] = ask("在几级医院留观的？", title="医院等级", choices=LEVEL_CHOICES)
    eligible: Optional[Amount] = ask(ASK_ELIGIBLE, title="符合医保规定的费用")
    counted: Optional[Amount] = None
    """Off-campus outpatient spending of the year before, in yuan: only for the comparison."""
    admitted: Flag = False
    """Whether a stay in hospital followed."""

    def needless(self) -> FrozenSet[str]:
        """Nothing can be computed when a stay followed."""
        return frozenset({"level", "eligible"} if self.admitted else ())


def observation(inputs: ObservationInput, rules: Rules) -> Result:
    """SH-8 急诊留观: settled like a stay; rows compare it with the same bill as an outpatient emergency."""
    rules.look_up("sh.inpatient.covers_observation")
    if inputs.admitted:
        reason = "留观后转住院，是合在一起结算还是分两次，文件没有写，请问医院是怎么结算的。"
        return rules.refuse("not_calculable", reason)
    level, eligible = inputs.level or "", inputs.eligible or ZERO
    row = inpatient.settle(level, eligible, rules)
    rows: List[Outputs] = [{"settled_as": "observation", "fund": row["fund"], "own": row["own"]}]
    used_up = rules.number(outpatient.DEDUCTIBLE)
    for counted in dict.fromkeys([ZERO, used_up] if inputs.counted is None else [inputs.counted]):
        rules.prefix = "如果按门急诊："
        done = outpatient.settle(level, eligible, counted, rules, key="outpatient")
        rows.append({"settled_as": "outpatient", "counted_before": counted, "fund": done.fund, "own": done.own})
    rules.prefix = ""
    return rules.ok({"fund": row["fund"], "own": row["own"]}, {"compare": rows})
