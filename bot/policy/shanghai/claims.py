"""Without a card, deadlines, and other provinces: SH-15, SH-16, SH-17. Source: sh-qa-2025 问题4 to 问题7."""

from typing import FrozenSet, Literal, Optional

from bot.policy.dates import ONE_DAY, add_months, spoken
from bot.policy.inputs import YES_NO, Amount, Day, Flag, Inputs, ask
from bot.policy.payment import BillInputs
from bot.policy.result import Result
from bot.policy.rules import Rules
from bot.policy.shanghai.inpatient import InpatientInput, Stay, inpatient
from bot.policy.shanghai.outpatient import OutpatientInput, Visit, outpatient
from bot.policy.shanghai.places import ASK_PLACE, LEVEL_CHOICES, PLACE_CHOICES, Level, Place

MONTHS = "sh.claim.deadline_months"


class NoCardInput(BillInputs):
    """A visit without card or code."""

    care: Optional[Literal["outpatient", "emergency"]] = ask(
        "是普通门诊还是急诊？", title="就医方式", choices=(("outpatient", "普通门诊"), ("emergency", "急诊"))
    )
    place: Optional[Place] = ask(ASK_PLACE, title="就医地点", choices=PLACE_CHOICES)
    counted: Optional[Amount] = None
    """Off-campus eligible spending of the year before, in yuan."""

    def needless(self) -> FrozenSet[str]:
        """An ordinary visit without a card is not paid, whatever it cost."""
        return super().needless() if self.care == "emergency" else frozenset({"place", "eligible"})


class DeadlineInput(Inputs):
    """The day of the receipt."""

    voucher_date: Optional[Day] = ask("票据是哪一天开的？", title="票据日期")


class OutOfProvinceInput(BillInputs):
    """Care outside Shanghai."""

    filed: Optional[Flag] = ask("办过异地就医备案吗？", title="已备案", choices=YES_NO)
    care: Optional[Literal["outpatient", "inpatient"]] = ask(
        "是门诊（急诊）还是住院？", title="就医方式", choices=(("outpatient", "门诊或急诊"), ("inpatient", "住院"))
    )
    level: Optional[Level] = ask("是几级医院？", title="医院等级", choices=LEVEL_CHOICES)
    counted: Optional[Amount] = None
    """Off-campus outpatient spending of the year before, in yuan."""

    def needless(self) -> FrozenSet[str]:
        """Without a filing nothing can be computed."""
        return super().needless() | ({"care", "level", "eligible"} if self.filed is False else set())


def no_card(inputs: NoCardInput, rules: Rules) -> Result:
    """SH-15 没带卡: an ordinary visit is not paid; an emergency is settled as usual after a claim with the receipts."""
    months = rules.whole(MONTHS)
    if inputs.care == "outpatient":
        return rules.refuse("not_covered", "普通门诊没有带卡也没有医保码，费用不能结算。", inputs.unpaid())
    rules.assume("claim", f"先自己垫付，{months} 个月内带票据和病史资料申请报销。", "过了期限不能再申请。")
    visit = Visit(place=inputs.place, eligible=inputs.eligible, total=inputs.total, outside=inputs.outside)
    return outpatient(OutpatientInput(visits=[visit], counted=inputs.counted), rules)


def claim_deadline(inputs: DeadlineInput, rules: Rules) -> Result:
    """SH-16 报销期限: the last day to claim, counted from the receipt (C10) in whole months (R05), and a day before it.

    Several receipts have each their own last day; for a stay the receipt of the discharge counts.
    """
    day = inputs.voucher_date or rules.today
    months = rules.whole(MONTHS)
    last = add_months(day, months)
    rules.step("last_day", "最后一天", f"{spoken(day)} + {months} 个月", last, "", [MONTHS])
    rules.assume("R05", "到对应月份的同一天为止，没有这一天就到月底。", "保险起见请再提前一天。")
    rules.disagree("C10")
    if not rules.book.first_day("shanghai") <= day <= rules.book.latest_day("shanghai"):
        rules.assume(
            "year", f"按 {rules.on.year} 年度的文件算，票据那天的规定文件里没有。", "期限如有变动，结果也会变。"
        )
    return rules.ok({"last_day": last, "advised_day": last - ONE_DAY, "passed": rules.today > last})


def out_of_province(inputs: OutOfProvinceInput, rules: Rules) -> Result:
    """SH-17 外省就医: with a filing, Shanghai's rates at the hospital's level; without one the documents do not say."""
    if not inputs.filed:
        return rules.refuse(
            "not_calculable", "没有备案能不能报、报多少，文件没有写；备案可以在手机上办，办好立即生效。"
        )
    rules.assume("catalogue", "药品和项目按就医地的目录，比例按上海的政策。", "当地目录外的费用不报。")
    rules.assume("level", "外省医院按它自己的等级对应上海的等级。", "文件没有单独给外省的比例。")
    if inputs.care == "inpatient":
        stay = Stay(level=inputs.level, eligible=inputs.eligible, total=inputs.total, outside=inputs.outside)
        return inpatient(InpatientInput(stays=[stay]), rules)
    visit = Visit(place=inputs.level, eligible=inputs.eligible, total=inputs.total, outside=inputs.outside)
    return outpatient(OutpatientInput(visits=[visit], counted=inputs.counted), rules)
