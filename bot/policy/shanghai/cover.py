"""From when to when a student is covered in Shanghai: SH-13, SH-14.

Source: sh-fresh-2025 *注, STEP 1, Q6; sh-xianda-2024 首段.
"""

from datetime import date
from typing import FrozenSet, NamedTuple, Optional, Tuple, Union

from bot.policy.dates import ONE_DAY, days_inclusive, spoken, waiting_end
from bot.policy.inputs import Choices, Count, Day, Inputs, ask
from bot.policy.parameters import COHORT_TITLES
from bot.policy.result import Outputs, Result
from bot.policy.rules import Rules

FRESH_2025, FRESH_2024, CONTINUING, ALL = "sh.fresh2025", "sh.fresh2024", "sh.continuing", "sh.all"
START = "sh.cover.fresh2025.start"
END = "sh.cover.fresh2025.end"
BOTH = "sh.cover.fresh2025"
END_2024 = "sh.cover.fresh2024.end"
COHORT_CHOICES: Choices = tuple((name, COHORT_TITLES[name]) for name in (FRESH_2025, FRESH_2024, CONTINUING))
OTHER_INTAKE = "新生通知只管 2025 年秋季报到的学生，别的年份文件里没有。"
ASK_COHORT = "是哪一年入学的？"


class CoverInput(Inputs):
    """Who the student is, when the student registered, and how long the wait is."""

    cohort: Optional[str] = ask(ASK_COHORT, title="学生类别", choices=COHORT_CHOICES, vague={ALL: COHORT_CHOICES})
    registered: Optional[Day] = ask("哪一天报到注册的？", title="报到注册日")
    waiting_months: Optional[Count] = ask("随申办显示的等待期是几个月？没有等待期填零。", title="等待期")
    wait_end: Optional[Day] = None
    """Last day of the wait as shown by 随申办; then registration and months are not needed."""
    confirmed: Optional[Day] = None
    """Day of the enrolment confirmation (参保确认)."""

    def needless(self) -> FrozenSet[str]:
        """Only the freshmen of 2025 have a wait; the end of the wait replaces its beginning."""
        if self.cohort != FRESH_2025:
            return frozenset({"registered", "waiting_months"})
        return frozenset({"registered", "waiting_months"} if self.wait_end else ())


class VisitInput(CoverInput):
    """The same, with the day of a visit."""

    date: Optional[Day] = ask("哪一天看的病？", title="就医日期")


class Window(NamedTuple):
    """A span of cover; `first` is None when nothing is left of the year."""

    first: Optional[date]
    last: date


def cover_window(inputs: CoverInput, rules: Rules) -> Result:
    """SH-13 待遇享受期: first and last day of cover, inclusive, in the year of entry.

    Freshmen of 2025 without a wait: from 1 September or from registration (C08: a range between the two). With a wait:
    it runs from registration, not before 1 September (R09), the account follows on the next day, then cover.
    Continuing students: the documents give no days.
    """
    if inputs.cohort == FRESH_2024:
        return _fresh_2024(inputs, rules)
    if inputs.cohort != FRESH_2025:
        return rules.refuse("not_calculable", "文件没有写在校老生的待遇从哪天到哪天。")
    rules.move(rules.book.latest_day("shanghai"), FRESH_2025)
    if _other_intake(inputs, rules):
        return rules.refuse("out_of_coverage", OTHER_INTAKE)
    late, early, waits = _windows(inputs, rules)
    if late.first is None:
        reason = f"等待期满后，{late.last.year} 年已经没有可以享受待遇的日子；下一年要按时缴费。"
        return rules.refuse("not_covered", reason, waits)
    return rules.between(_outputs(late, waits), _outputs(early, waits))


def visit_covered(inputs: VisitInput, rules: Rules) -> Result:
    """SH-14 这次看病报不报: whether a day lies within the cover of SH-13; not during the wait."""
    day = inputs.date or rules.on
    if inputs.cohort != FRESH_2025:
        return _visit_of_others(day, inputs, rules)
    rules.move(rules.book.latest_day("shanghai"), FRESH_2025)
    if _other_intake(inputs, rules):
        return rules.refuse("out_of_coverage", OTHER_INTAKE)
    late, early, _ = _windows(inputs, rules)
    if day > late.last:
        return rules.refuse("out_of_coverage", f"文件只写到 {spoken(late.last)}，之后要看下一年度的参保。")
    covered = [window.first is not None and window.first <= day for window in (late, early)]
    rules.step(
        "covered",
        "待遇从哪天开始",
        " 或 ".join(spoken(window.first) if window.first else "当年没有" for window in (early, late)),
        all(covered),
        "",
        [START, END],
    )
    if not any(covered):
        return rules.refuse("not_covered", "这一天还没有开始享受待遇，费用要自己承担。", {"covered": False})
    return rules.between({"covered": all(covered)}, {"covered": True})


def _other_intake(inputs: CoverInput, rules: Rules) -> bool:
    """Tell whether the day of registration cannot be one of the autumn of 2025."""
    end = date.fromisoformat(rules.text(END))
    return inputs.registered is not None and inputs.registered.year != end.year


def _windows(inputs: CoverInput, rules: Rules) -> Tuple[Window, Window, Outputs]:
    """Return the later and the earlier possible window of a freshman of 2025, and the days of the wait."""
    start, end = date.fromisoformat(rules.text(START)), date.fromisoformat(rules.text(END))
    if inputs.wait_end is None and inputs.waiting_months == 0:
        return _without_wait(max(inputs.registered or start, start), start, end, rules)
    wait_end = inputs.wait_end or _wait_end(inputs, start, rules)
    account = wait_end + ONE_DAY
    first = max(account + ONE_DAY, start)
    rules.step("account_day", "建账日", f"{spoken(wait_end)}的次日", account, "", [END])
    rules.step("first_day", "待遇开始", f"{spoken(account)}的次日", first, "", [END])
    window = Window(first if first <= end else None, end)
    return window, window, {"wait_end": wait_end, "account_day": account}


def _without_wait(registered: date, start: date, end: date, rules: Rules) -> Tuple[Window, Window, Outputs]:
    rules.step("first_day", "没有等待期", f"{spoken(start)}起", start, "", [START, END])
    if registered > start:
        rules.step("first_day_registered", "另一种写法", "报到注册日起", registered, "", [BOTH])
        rules.disagree("C08")
    return Window(registered if registered <= end else None, end), Window(start, end), {}


def _wait_end(inputs: CoverInput, start: date, rules: Rules) -> date:
    """Return the last day of the wait counted from registration, not before 1 September."""
    months = inputs.waiting_months or 0
    begin = max(inputs.registered or start, start)
    ended = waiting_end(begin, months)
    rules.step("wait_end", "等待期最后一天", f"{spoken(begin)}起 {months} 个月", ended, "", [START, BOTH])
    alternative: Optional[Outputs] = None
    if inputs.confirmed:
        alternative = {"wait_end": waiting_end(max(inputs.confirmed, start), months)}
    rules.assume("R09", "等待期从报到注册日起算。", "也可能从参保确认那天起算，请以随申办显示的日期为准。", alternative)
    return ended


def _fresh_2024(inputs: CoverInput, rules: Rules) -> Result:
    rules.move(min(rules.on, rules.book.documents["sh-xianda-2024"].last_day), FRESH_2024)
    last = date.fromisoformat(rules.text(END_2024))
    rules.step("last_day", "待遇最后一天", spoken(last), last, "", [END_2024])
    rules.assume("start", "从哪天开始享受，学校通知没有写。", "建账之前的费用能不能报，请先核实。")
    outputs: Outputs = {"last_day": last}
    if inputs.confirmed:
        rules.disagree("C13")
        outputs["account_day"] = inputs.confirmed + ONE_DAY
    return rules.ok(outputs)


def _visit_of_others(day: date, inputs: CoverInput, rules: Rules) -> Result:
    if inputs.cohort != FRESH_2024:
        return rules.refuse("not_calculable", "文件没有写在校老生的待遇从哪天到哪天。")
    rules.move(rules.book.documents["sh-xianda-2024"].last_day, FRESH_2024)
    last = date.fromisoformat(rules.text(END_2024))
    if day > last:
        return rules.refuse("out_of_coverage", f"入学那年的待遇到 {spoken(last)}为止，之后要看下一年度的参保。")
    return rules.refuse("not_calculable", "入学那年从哪天开始享受待遇，学校通知没有写。")


def _outputs(window: Window, waits: Outputs) -> Outputs:
    first: Union[date, str] = window.first or ""
    days = days_inclusive(window.first, window.last) if window.first else 0
    return {**waits, "first_day": first, "last_day": window.last, "days": days}
