"""Subsidies of the deductible in Shanghai: SH-10. Source: sh-qa-2025 问题11, 问题2(2)."""

from decimal import Decimal
from typing import FrozenSet, List, Literal, Mapping, Optional, Tuple

from pydantic import validator

from bot.policy.bills import tell_bound, tell_parts
from bot.policy.inputs import Amount, ask, refuse
from bot.policy.money import ZERO, fen, percent, yuan
from bot.policy.payment import BillInputs
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules, ends, total
from bot.policy.shanghai import inpatient, outpatient
from bot.policy.shanghai.places import ASK_PLACE, ELIGIBLE, PLACE_CHOICES, PLACES, Place

Status = Literal["dibao", "severe_disability", "low_income", "none"]
Care = Literal["outpatient", "inpatient"]
STATUS_CHOICES = (
    ("dibao", "本市低保家庭"),
    ("severe_disability", "本市重残"),
    ("low_income", "本市低收入家庭"),
    ("none", "都不是"),
)
CARE_CHOICES = (("outpatient", "门诊或急诊"), ("inpatient", "住院"))
SUBSIDISED: Mapping[str, FrozenSet[str]] = {
    "dibao": frozenset({"outpatient"}),
    "severe_disability": frozenset({"outpatient", "inpatient"}),
}


class SubsidyInput(BillInputs):
    """One bill of a student who may have a subsidy."""

    status: Optional[Status] = ask("是本市低保家庭、低收入家庭，还是重残？", title="身份", choices=STATUS_CHOICES)
    care: Optional[Care] = ask("是门诊（急诊）还是住院？", title="就医方式", choices=CARE_CHOICES)
    place: Optional[Place] = ask(ASK_PLACE, title="就医地点", choices=PLACE_CHOICES)
    counted: Optional[Amount] = None
    """Off-campus outpatient spending of the year before, in yuan."""

    @validator("place")
    def no_stay_on_campus(cls, value: Optional[str], values: "dict[str, object]") -> Optional[str]:
        if value == outpatient.CAMPUS and values.get("care") == "inpatient":
            raise refuse("住院请选一级、二级或三级医院。", "a stay needs tier1, tier2 or tier3")
        return value


def subsidy(inputs: SubsidyInput, rules: Rules) -> Result:
    """SH-10 困难补助: a bill with the deductible waived, or with the deductible paid by the government (R06).

    Both on application; whether the subsidy is full is not stated. 低保 covers outpatient deductibles, 重残 also those
    of stays, 低收入 none (C17). What lies outside the list is the student's.
    """
    status, care = inputs.status or "none", inputs.care or "outpatient"
    place = inputs.place or outpatient.CAMPUS
    tell_parts(inputs, ELIGIBLE, rules)
    fund, used = _ordinary(care, place, inputs.amount, inputs.counted, rules)
    plain = _outputs(fund, ZERO, inputs.whole)
    cases: List[Outputs] = []
    if inputs.upper_bound:
        tell_bound(rules, "票据")
        cases = [_outputs(ZERO, ZERO, inputs.whole)]
    rules.disagree("C17")
    if care in SUBSIDISED.get(status, frozenset()) and place != outpatient.CAMPUS:
        rate_name = (outpatient.RATE if care == "outpatient" else inpatient.RATE) + place
        waived = _waived(inputs.amount, rate_name, rules)
        parameter = f"sh.subsidy.{status}"
        rules.step("paid", "政府付起付线的话", f"{yuan(fund)} + {yuan(used)}", fund + used, params=[parameter])
        rules.unknown(parameter)
        _assumptions(plain, rules)
        cases += [_outputs(waived, ZERO, inputs.whole), _outputs(fund, used, inputs.whole)]
    else:
        if status in ("low_income", "dibao"):
            rules.assume("serious", "低保、低收入家庭在大病保险里的再报销比例更高。")
        cases.append(plain)
    shared = {key: value for key, value in cases[0].items() if all(case[key] == value for case in cases)}
    return rules.between(*ends(cases, "covered"), default=shared)


def _waived(eligible: Decimal, rate_name: str, rules: Rules) -> Decimal:
    """Return what the fund pays without a deductible, in yuan."""
    rate = rules.number(rate_name)
    waived = fen(rate * eligible)
    rules.step("waived", "不设起付线的话", f"{yuan(eligible)} × {percent(rate)}", waived, params=[rate_name])
    return waived


def _assumptions(plain: Outputs, rules: Rules) -> None:
    rules.assume("R06", "补助是免起付线还是代付起付线，是否足额，文件没有写。", "两种算法的结果见范围。")
    rules.assume("application", "补助要到街道社区事务受理服务中心申请。", "没有申请下来就没有补助。", plain)


def _ordinary(
    care: str, place: str, eligible: Decimal, counted: Optional[Decimal], rules: Rules
) -> Tuple[Decimal, Decimal]:
    """Return what the fund pays without a subsidy, and the deductible used, in yuan."""
    if care == "inpatient":
        row = inpatient.settle(place, eligible, rules)
        return total([row], "fund"), total([row], "deductible_used")
    if counted is None and place != outpatient.CAMPUS:
        rules.assume(
            "counted",
            f"按今年第一次到{PLACES[place]}这类校外医院看病、起付线还没用算。",
            "已经用掉的起付线不会再补助。",
        )
    done = outpatient.settle(place, eligible, counted or ZERO, rules)
    return done.fund, done.deductible_used


def _outputs(fund: Decimal, paid: Decimal, whole: Decimal) -> Outputs:
    return {"fund": fund, "subsidy": paid, "covered": fund + paid, "own": whole - fund - paid}
