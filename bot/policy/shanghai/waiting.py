"""The waiting period in Shanghai: SH-12. Source: sh-qa-2025 问题1, sh-fresh-2025 Q5."""

from typing import FrozenSet, List, Optional

from bot.policy.inputs import YES_NO, Count, Flag, Inputs, ask
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules

FIXED = "sh.wait.fixed_months"
FURTHER = "sh.wait.variable_months_per_further_year"
PER_YEAR = "sh.wait.months_per_lapsed_year_001"
REPAIR = "sh.wait.repair_months_per_paid_year"
FLOOR = "sh.wait.floor_after_repair_4y"
LONG = "sh.wait.long_lapse_years"
FRESH = "sh.fresh2025"


class WaitingInput(Inputs):
    """How long the insurance had lapsed, and what was paid back."""

    lapsed_years: Optional[Count] = ask("断保了几年？没有断过填零。", title="断保年数")
    in_window: Optional[Flag] = ask("是在集中参保期内参保缴费的吗？", title="集中参保期内", choices=YES_NO)
    repaid_years: Count = 0
    """Lapsed years that were paid back later."""
    ever_insured: Flag = True
    """False when the student had never been insured before: that is not a lapse."""

    def needless(self) -> FrozenSet[str]:
        """The window decides only when nothing lapsed."""
        return frozenset() if self.lapsed_years == 0 and self.ever_insured else frozenset({"in_window"})


def waiting_period(inputs: WaitingInput, rules: Rules) -> Result:
    """SH-12 待遇等待期: months to wait, with low and high where the documents or their readings differ.

    Readings: A fixed months plus one for every lapsed year, B plus one for every further year (R01), C the notice's
    months per lapsed year added up (C01). Paying back shortens A and B, never below the floor after a long lapse;
    for C no such rule is written. Years count from 2025 (R12).
    """
    lapsed = inputs.lapsed_years or 0
    if not inputs.ever_insured:
        fixed = rules.whole(FIXED)
        rules.step("months", "固定等待期", f"{fixed}", fixed, "个月", [FIXED])
        rules.assume("never", "以前从没参加过医保，不算断保，只有固定等待期。", "请以随申办显示的等待期为准。")
        return rules.ok({"months": fixed})
    if lapsed == 0:
        return _without_lapse(inputs, rules)
    rows = _readings(lapsed, min(inputs.repaid_years, lapsed), rules)
    rules.disagree("C01")
    rules.assume("R12", "断保年数从新办法开始的那一年算起。", "更早断保的年份算不算，文件没有写。")
    months = [int(str(row["months"])) for row in rows if "months" in row]
    return rules.between({"months": min(months)}, {"months": max(months)}, rows={"readings": rows})


def _without_lapse(inputs: WaitingInput, rules: Rules) -> Result:
    """No lapse: no wait inside the window; outside it the fixed wait, but not for insured freshmen (C01b)."""
    if inputs.in_window:
        rules.look_up(FIXED)
        rules.step("months", "连续参保且在集中参保期内", "没有等待期", 0, "个月", [FIXED])
        return rules.ok({"months": 0})
    fixed = rules.whole(FIXED)
    if rules.cohort == FRESH:
        rules.disagree("C01b")
        rules.step("months", "入学前当年已参保的新生", "没有等待期", 0, "个月", [FIXED])
        return rules.ok({"months": 0})
    rules.step("months", "不在集中参保期内", f"{fixed}", fixed, "个月", [FIXED])
    return rules.ok({"months": fixed})


def _readings(lapsed: int, repaid: int, rules: Rules) -> List[Outputs]:
    """Compute every reading; each is one row, in months."""
    fixed, further, per_year = rules.whole(FIXED), rules.whole(FURTHER), rules.whole(PER_YEAR)
    rows: List[Outputs] = []
    for name, years in (("A", lapsed), ("B", lapsed - 1)):
        variable = further * years
        months = fixed + max(variable - repaid * rules.whole(REPAIR), 0)
        expression = f"{fixed} + {further} × {years}"
        if repaid:
            expression += f" − 补缴 {repaid} 年"
        if repaid and lapsed >= rules.whole(LONG):
            months = max(months, rules.whole(FLOOR))
            expression += f"，不少于 {rules.whole(FLOOR)}"
        label = "每断一年都加" if name == "A" else "从第二年起才加"
        rules.step(name, f"政策问答，{label}", expression, months, "个月", [FIXED, FURTHER, REPAIR, FLOOR, LONG])
        rows.append({"reading": name, "months": months})
    if repaid:
        rules.assume("repair", "新生通知没有写补缴能缩短等待期，这里只按政策问答算。", "请以随申办显示的等待期为准。")
        return rows
    rules.step("C", "新生通知，逐年相加", f"{per_year} × {lapsed}", per_year * lapsed, "个月", [PER_YEAR])
    rows.append({"reading": "C", "months": per_year * lapsed})
    return rows
