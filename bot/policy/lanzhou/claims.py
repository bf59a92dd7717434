"""Stays elsewhere, and how long a filing lasts: LZ-12, LZ-13. Source: lz-letter-2025 九(一)-(四)."""

from datetime import date
from typing import FrozenSet, Literal, Optional

from bot.policy.dates import ONE_DAY, add_months, spoken
from bot.policy.inputs import YES_NO, Amount, Count, Day, Flag, Inputs, ask
from bot.policy.lanzhou.inpatient import InpatientInput, Stay, inpatient
from bot.policy.lanzhou.levels import ASK_LEVEL, LEVEL_CHOICES, VAGUE, Level
from bot.policy.payment import BillInputs
from bot.policy.result import Result
from bot.policy.rules import Rules

MONTHS = "lz.filing.validity_months"
CHANGE = "lz.filing.long_term_change_after_months"
IN_PROVINCE = "lz.in_province"
VACATION = "lz.out_of_province.vacation"
TERM = "lz.out_of_province.term"


class ElsewhereInput(BillInputs):
    """A stay outside Lanzhou."""

    where: Optional[Literal["in_province", "outside"]] = ask(
        "在甘肃省内还是省外住院？", title="地点", choices=(("in_province", "甘肃省内"), ("outside", "省外"))
    )
    period: Optional[Literal["vacation", "term", "graduate"]] = ask(
        "是寒暑假、休学或实习期间，在校期间，还是毕业以后？",
        title="时间",
        choices=(("vacation", "寒暑假、休学或实习"), ("term", "在校期间"), ("graduate", "毕业以后")),
    )
    filed: Optional[Flag] = ask("办过异地就医备案吗？", title="已备案", choices=YES_NO)
    level: Optional[Level] = ask(ASK_LEVEL, title="医院等级", choices=LEVEL_CHOICES, vague=VAGUE)
    earlier_stays: Optional[Count] = None
    """Stays of the same year before."""
    fund_paid_before: Optional[Amount] = None
    """What the basic fund has paid for stays of the year before, in yuan."""

    def needless(self) -> FrozenSet[str]:
        """Ask for the filing only where it matters, and for amounts only where they can be computed."""
        known = super().needless()
        if self.where == "in_province":
            return known | {"period", "filed"}
        if self.period == "vacation":
            return known | {"filed"}
        return frozenset({"level", "eligible"} | (set() if self.period else {"filed"}))


class FilingInput(Inputs):
    """A filing for care elsewhere."""

    kind: Optional[Literal["referral", "temporary", "long_term"]] = ask(
        "是哪一种备案？",
        title="备案类型",
        choices=(("referral", "异地转诊"), ("temporary", "其他临时外出就医"), ("long_term", "异地长期居住")),
    )
    filed_on: Optional[Day] = ask("哪一天备案的？", title="备案日期")


def elsewhere(inputs: ElsewhereInput, rules: Rules) -> Result:
    """LZ-12 在外地住院: as in Lanzhou within the province and, by a later claim, outside it when not at school.

    At school or after graduation a filing comes first; what is paid then, or without it, is not stated.
    """
    if inputs.where == "outside" and inputs.period != "vacation":
        rules.look_up(TERM)
        if inputs.filed:
            return rules.refuse(
                "not_calculable", "备案后可以直接结算，但报多少、起付标准按哪一级，文件没有写，请问参保地医保经办机构。"
            )
        return rules.refuse("not_calculable", "要先办异地就医备案再住院；没有备案能不能报、报多少，文件没有写。")
    if inputs.where == "outside":
        rules.look_up(VACATION)
        rules.assume("claim", "先自己付，出院后到县区医保经办机构报销，比例不降低。", "报销的期限文件没有写。")
        rules.assume("level", "起付标准按同一等级的本地医院算。", "省外医院按哪一级，文件没有写。")
    else:
        rules.look_up(IN_PROVINCE)
        rules.assume("in_province", "省内不用备案，直接结算，和兰州一样算。")
    stay = Stay(level=inputs.level, eligible=inputs.eligible, total=inputs.total, outside=inputs.outside)
    whole = InpatientInput(stays=[stay], earlier_stays=inputs.earlier_stays, fund_paid_before=inputs.fund_paid_before)
    return inpatient(whole, rules)


def filing_validity(inputs: FilingInput, rules: Rules) -> Result:
    """LZ-13 备案有效期: last day of a referral or temporary filing (R05); a long-term one has no end (C12)."""
    day = inputs.filed_on or rules.today
    rules.assume("R05", "到对应月份的同一天为止，没有这一天就到月底。", "保险起见请再提前一天。")
    if not rules.book.first_day("lanzhou") <= day <= rules.book.latest_day("lanzhou"):
        rules.assume(
            "year", f"按 {rules.on.year} 年度的文件算，备案那天的规定文件里没有。", "期限如有变动，结果也会变。"
        )
    if inputs.kind == "long_term":
        return _long_term(day, rules)
    months = rules.whole(MONTHS)
    last = add_months(day, months)
    rules.step("last_day", "备案最后一天", f"{spoken(day)} + {months} 个月", last, "", [MONTHS])
    return rules.ok({"last_day": last, "advised_day": last - ONE_DAY, "passed": rules.today > last})


def _long_term(day: date, rules: Rules) -> Result:
    """A long-term filing has no end; when it may be changed is told in two ways (C12): at once, or after months."""
    months = [int(value) for value in rules.look_up(CHANGE).values]
    first, last = add_months(day, min(months)), add_months(day, max(months))
    rules.step("change_from", "稳妥的变更日期", f"{spoken(day)} + {max(months)} 个月", last, "", [CHANGE])
    rules.disagree("C12")
    rules.assume("open", "长期备案一直有效，直到变更或取消。")
    return rules.between({"change_from": first}, {"change_from": last}, default={"change_from": last})
