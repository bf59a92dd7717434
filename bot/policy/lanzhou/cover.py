"""From when to when a student is covered in Lanzhou: LZ-11. Source: lz-letter-2025 三(三), 五(三)."""

from typing import FrozenSet, Literal, Optional

from bot.policy.dates import days_inclusive, parse_yearly
from bot.policy.inputs import Inputs, Year, ask
from bot.policy.result import Result
from bot.policy.rules import Rules

FRESH = "lz.cover.fresh"
GRADUATE = "lz.cover.graduate_end"
STUDENT_CHOICES = (("fresh", "新入学的学生"), ("graduate", "毕业生"), ("continuing", "其他在校生"))


class CoverInput(Inputs):
    """A freshman with the year of entry, or a graduate with the year of graduation."""

    student: Optional[Literal["fresh", "graduate", "continuing"]] = ask(
        "是新入学、在读还是毕业？", title="学生类别", choices=STUDENT_CHOICES
    )
    intake_year: Optional[Year] = ask("哪一年入学？", title="入学年份")
    graduation_year: Optional[Year] = ask("哪一年毕业？", title="毕业年份")

    def needless(self) -> FrozenSet[str]:
        """Only the year that belongs to the kind of student is asked; a given year tells the kind."""
        if self.student == "fresh" or (self.student is None and self.intake_year):
            return frozenset({"student", "graduation_year"})
        if self.student == "graduate" or (self.student is None and self.graduation_year):
            return frozenset({"student", "intake_year"})
        return frozenset({"intake_year", "graduation_year"})


def cover_window(inputs: CoverInput, rules: Rules) -> Result:
    """LZ-11 待遇享受期: freshmen from September to the next August, graduates to the end of the year; no wait.

    Which year's premium buys it is not clear (C11); days of other students are not stated.
    """
    rules.disagree("C11")
    if inputs.student == "continuing":
        return rules.refuse("not_calculable", "文件没有写其他在校生的待遇从哪天到哪天，只说一年缴一次、管一年。")
    if inputs.student == "graduate" or (inputs.student is None and inputs.graduation_year):
        year = inputs.graduation_year or rules.on.year
        last = parse_yearly(rules.text(GRADUATE), year)
        rules.step("last_day", "毕业生待遇最后一天", f"{year} 年毕业", last, "", [GRADUATE])
        _other_year(year, rules)
        return rules.ok({"last_day": last})
    year = inputs.intake_year or rules.on.year
    first, last = (parse_yearly(part, year) for part in rules.text(FRESH).split("/"))
    days = days_inclusive(first, last)
    rules.step("first_day", "待遇开始", f"{year} 年入学", first, "", [FRESH])
    rules.step("last_day", "待遇最后一天", f"{year} 年入学", last, "", [FRESH])
    rules.assume("school", "按通过学校统一缴费算，没有等待期。", "不通过学校缴费会怎样，文件没有写。")
    _other_year(year, rules)
    return rules.ok({"first_day": first, "last_day": last, "days": days})


def _other_year(year: int, rules: Rules) -> None:
    first, last = rules.book.first_day("lanzhou").year, rules.book.latest_day("lanzhou").year
    if not first <= year <= last:
        rules.assume(
            "year", f"文件写的是 {first} 到 {last} 年，{year} 年按同样的规定推算。", "那一年的规定文件里没有。"
        )
