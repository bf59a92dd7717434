"""The calculations by name, and the one door to them: calculate()."""

import difflib
from datetime import date
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional, Tuple, Type

from bot.policy.book import PolicyBook
from bot.policy.errors import InvalidInput, NoFigure, UnknownCalculation
from bot.policy.inputs import Inputs, parse, questions
from bot.policy.lanzhou import inpatient as lz_in
from bot.policy.lanzhou import outpatient as lz_out
from bot.policy.parameters import CITY_COHORT, COHORT_TITLES, COHORTS
from bot.policy.result import Result
from bot.policy.rules import Moment, Rules
from bot.policy.shanghai import inpatient as sh_in
from bot.policy.shanghai import outpatient as sh_out

Rule = Callable[[Any, Rules], Result]


class Calculation(NamedTuple):
    """One entry of the catalogue."""

    name: str
    """Such as shanghai.outpatient."""
    id: str
    """Catalogue id, such as SH-1/2/3."""
    title: str
    """Chinese title."""
    city: str
    """shanghai or lanzhou."""
    model: Type[Inputs]
    """The typed input; its schema is printed by `bot calculate --list`."""
    function: Rule
    """The rule."""

    @property
    def opening(self) -> Tuple[str, ...]:
        """Return the fields that a form would ask for when nothing is known yet."""
        return tuple(question.field for question in questions(self.model()))


def _entries() -> Tuple[Calculation, ...]:
    return (
        Calculation("shanghai.outpatient", "SH-1/2/3", "上海门急诊报销", "shanghai", sh_out.OutpatientInput, sh_out.outpatient),
        Calculation("shanghai.inpatient", "SH-6/7", "上海住院报销", "shanghai", sh_in.InpatientInput, sh_in.inpatient),
        Calculation("lanzhou.inpatient", "LZ-1/2/3/4", "兰州住院报销", "lanzhou", lz_in.InpatientInput, lz_in.inpatient),
        Calculation("lanzhou.chronic_outpatient", "LZ-8", "兰州门诊慢特病报销", "lanzhou", lz_out.ChronicInput,
                    lz_out.chronic_outpatient),
        Calculation("lanzhou.outpatient", "LZ-9", "兰州普通门诊报销", "lanzhou", lz_out.OutpatientInput, lz_out.outpatient),
    )


CALCULATIONS: Mapping[str, Calculation] = {entry.name: entry for entry in _entries()}


def calculate(
    name: str, inputs: Mapping[str, Any], *, book: PolicyBook, today: date, cohort: Optional[str] = None
) -> Result:
    """Run one calculation of the catalogue.

    `inputs` are plain data (amounts as strings in yuan); `today` is the asker's day; `cohort` the student's, when it
    is known and belongs to the city. Raises UnknownCalculation and InvalidInput, and nothing else: what is missing,
    not covered or not known is a status of the result.
    """
    entry = find(name)
    typed = _typed(entry, inputs, cohort)
    first, last = book.first_day(entry.city), book.latest_day(entry.city)
    on = typed.on or min(today, last)
    rules = Rules(name, book, Moment(typed.cohort or CITY_COHORT[entry.city], on, today))
    if not first <= on <= last:
        return rules.refuse("out_of_coverage", f"文件管的是 {first} 到 {last}，{on} 的标准文件里没有。")
    missing = list(questions(typed))
    if missing:
        return rules.need(missing)
    if typed.on is None and today > last:
        text = f"按 {last.year} 年度的文件算，{last} 以后的标准文件里还没有。"
        rules.assume("year", text, "之后的标准如有变动，结果也会变。")
    try:
        return entry.function(typed, rules)
    except NoFigure as gap:
        return _without_figure(gap, rules)


def find(name: str) -> Calculation:
    """Return a calculation. Raises UnknownCalculation with the nearest names."""
    try:
        return CALCULATIONS[name]
    except (KeyError, TypeError):
        similar = difflib.get_close_matches(str(name), list(CALCULATIONS), n=3)
        raise UnknownCalculation(str(name)[:60], similar) from None


def _typed(entry: Calculation, inputs: object, cohort: Optional[str]) -> Inputs:
    """Check the inputs; a cohort of the conversation counts when the inputs name none and it is one of this city."""
    if isinstance(inputs, Mapping) and inputs.get("cohort") is None and _fits(cohort, entry.city):
        inputs = {**inputs, "cohort": cohort}
    typed = parse(entry.model, inputs)
    if typed.cohort is not None and not _fits(typed.cohort, entry.city):
        allowed = "、".join(name for name in COHORTS if _fits(name, entry.city))
        raise InvalidInput("cohort", f"学生类别可以是：{allowed}。", f"must be one of {allowed}")
    return typed


def _fits(cohort: Optional[str], city: str) -> bool:
    return cohort in COHORTS and cohort.split(".")[0] == CITY_COHORT[city].split(".")[0]


def _without_figure(gap: NoFigure, rules: Rules) -> Result:
    """Turn a missing figure into the status that fits: outside the documents, or not stated."""
    parameter, status = gap.resolution.parameter, gap.resolution.status
    if status == "out_of_coverage":
        told = {claim.cohort for claim in parameter.claims if claim.valid_from <= rules.on <= claim.valid_to}
        only = f"，那天的规定只写给{'、'.join(COHORT_TITLES[name] for name in sorted(told))}" if told else ""
        return rules.refuse(status, f"文件里没有 {rules.on} 的“{parameter.label}”{only}。")
    rules.unknown(parameter.id)
    return rules.refuse("not_calculable", f"文件提到“{parameter.label}”，但没有给出可以用的数字。")
