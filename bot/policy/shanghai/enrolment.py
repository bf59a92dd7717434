"""Premium, promise, family fund, medical code, insurers, confirmation in Shanghai: SH-11, SH-19 to SH-23.

Source: sh-fresh-2025 待遇表, *注, STEP 2; sh-qa-2025 问题3, 问题10, 问题11; sh-xianda-2024 首段, 承诺书样张.
"""

from datetime import datetime
from decimal import Decimal
from typing import FrozenSet, List, Literal, Optional

from bot.policy.dates import ONE_DAY, last_of_year, parse_period, spoken
from bot.policy.inputs import Amount, Day, Inputs, Moment, Year, ask
from bot.policy.money import ZERO, yuan
from bot.policy.parameters import COHORT_TITLES
from bot.policy.result import Result
from bot.policy.rules import Rules
from bot.policy.shanghai.cover import ALL, ASK_COHORT, COHORT_CHOICES, FRESH_2025

PREMIUM = "sh.premium.student"
DISABLED = "sh.premium.severe_disability"
DIBAO = "sh.subsidy.dibao"
FAMILY_FUND = "sh.family_fund.deadline"
CODE_TIME = "sh.code.ready_time"
CLAWBACK = "sh.clawback"
INSURERS = "sh.insurers"
OPENS = "sh.confirm.opens"
CLOSES = "sh.enroll.window_end"


class PremiumInput(Inputs):
    """Who pays for which benefit year."""

    cohort: Optional[str] = ask(ASK_COHORT, title="学生类别", choices=COHORT_CHOICES, vague={ALL: COHORT_CHOICES})
    year: Optional[Year] = None
    """Benefit year; default: the year of today, or the last one that the documents cover."""
    status: Literal["none", "dibao", "severe_disability"] = "none"
    """本市低保 or 重残."""

    def needless(self) -> FrozenSet[str]:
        """Students with a severe disability pay nothing in any cohort."""
        return frozenset({"cohort"} if self.status == "severe_disability" else ())


class ClawbackInput(Inputs):
    """What the fund has paid in the year."""

    fund_paid: Optional[Amount] = ask("这一年医保基金一共报销了多少元？", title="基金已报销")
    payments: Optional[List[Amount]] = None
    """Instead of the sum: the fund's payments one by one, in yuan."""

    def needless(self) -> FrozenSet[str]:
        """Single payments stand in for their sum."""
        return frozenset({"fund_paid"} if self.payments else ())


class FamilyFundInput(Inputs):
    """When the family fund was set to pay the premium."""

    done_at: Optional[Moment] = None
    """Local time; without it only the deadline is given."""


class CodeInput(Inputs):
    """When the promise was signed, or when the wait ends."""

    signed: Optional[Day] = ask("哪一天签的参保承诺？", title="签署日期")
    wait_end: Optional[Day] = None
    """Last day of the wait, for freshmen who have one."""

    def needless(self) -> FrozenSet[str]:
        """With a wait its end decides."""
        return frozenset({"signed"} if self.wait_end else ())


class InsurerInput(Inputs):
    """Which year's insurers."""

    year: Optional[Year] = None


def premium(inputs: PremiumInput, rules: Rules) -> Result:
    """SH-11 个人缴费: yuan per person and benefit year, by cohort (C04).

    低保 pay at most that, the subsidy's amount is not stated (a range); 重残 pay nothing. Other years are not known.
    """
    if inputs.year is not None:
        rules.move(last_of_year(inputs.year))
    if inputs.status == "severe_disability":
        amount = rules.number(DISABLED)
        rules.step("premium", "重残大学生个人缴费", yuan(amount), amount, params=[DISABLED])
        return rules.ok({"premium": amount})
    if rules.look_up(PREMIUM).status == "out_of_coverage":
        who = COHORT_TITLES[rules.cohort]
        return rules.refuse("out_of_coverage", f"“{who}”{rules.on.year} 年度的缴费标准，文件里没有写。")
    amount = rules.number(PREMIUM)
    rules.step("premium", f"{rules.on.year} 年度个人缴费", yuan(amount), amount, params=[PREMIUM])
    rules.disagree("C04")
    if inputs.status != "dibao":
        return rules.ok({"premium": amount})
    rules.unknown(DIBAO)
    rules.assume("dibao", "本市低保家庭的缴费有政府补助，补助多少文件没有写。", "要到街道社区事务受理服务中心申请。")
    return rules.between({"premium": ZERO}, {"premium": amount})


def clawback(inputs: ClawbackInput, rules: Rules) -> Result:
    """SH-19 不缴下一年度保费的后果: the year's fund payments that a freshman's promise puts at risk, in yuan."""
    payments = inputs.payments or [inputs.fund_paid or ZERO]
    at_risk = sum(payments, Decimal(0))
    rules.look_up(CLAWBACK)
    written = " + ".join(yuan(payment) for payment in payments)
    rules.step("at_risk", "可能要退回的报销", written, at_risk, params=[CLAWBACK])
    rules.assume(
        "sample", "依据是更早一届的承诺书样张，新一届的写法可能不同。", "请看自己签的承诺书，或向医保咨询热线核实。"
    )
    return rules.ok({"at_risk": at_risk})


def family_fund(inputs: FamilyFundInput, rules: Rules) -> Result:
    """SH-20 共济缴费: whether the choice was made strictly before the deadline of the 2025 premium round."""
    deadline = datetime.fromisoformat(rules.text(FAMILY_FUND))
    rules.step("deadline", "共济缴费截止", "在这一刻之前", deadline, "", [FAMILY_FUND])
    rules.assume("round", f"这是 {deadline.year} 年底那一轮缴费的截止时间。", "以后各轮的时间文件里没有。")
    if inputs.done_at is None:
        return rules.ok({"deadline": deadline, "passed": rules.today > deadline.date()})
    return rules.ok({"deadline": deadline, "in_time": inputs.done_at < deadline})


def medical_code(inputs: CodeInput, rules: Rules) -> Result:
    """SH-21 医保码: the day after signing, or after the end of the wait, from the stated hour on (C13)."""
    rules.move(rules.book.latest_day("shanghai"), FRESH_2025)
    anchor = inputs.wait_end or inputs.signed or rules.today
    hour = rules.text(CODE_TIME)
    day = anchor + ONE_DAY
    rules.step("available_day", "可以领医保码", f"{spoken(anchor)}的次日 {hour} 后", day, "", [CODE_TIME])
    rules.disagree("C13")
    return rules.ok({"available_day": day, "available_time": hour})


def insurer(inputs: InsurerInput, rules: Rules) -> Result:
    """SH-22 大病理赔的保险公司: the list of one year (C02), free to choose, fixed for the year (C09)."""
    if inputs.year is not None:
        rules.move(last_of_year(inputs.year))
    names = rules.text(INSURERS).split(";")
    rules.step("count", f"{rules.on.year} 年度的保险公司", "任选一家", len(names), "家", [INSURERS])
    rules.disagree("C02")
    rules.disagree("C09")
    return rules.ok({"count": len(names)}, {"insurers": [{"name": name} for name in names]})


def confirmation_window(inputs: Inputs, rules: Rules) -> Result:
    """SH-23 参保确认的时间: the tentative first days and the estimated end for freshmen of 2025, as quoted."""
    rules.move(rules.book.latest_day("shanghai"), FRESH_2025)
    first, last = parse_period(rules.text(OPENS))
    closes = rules.text(CLOSES)
    rules.step("opens", "暂定上线", f"{spoken(first)}到 {spoken(last)}", first, "", [OPENS])
    rules.step("closes", "预估结束", closes, closes, "", [CLOSES])
    rules.assume("tentative", "上线日是暂定的，结束时间是预估的。", "以学校和辖区医保中心的通知为准。")
    return rules.ok({"opens_first": first, "opens_last": last, "closes": closes, "opened": rules.today >= last})
