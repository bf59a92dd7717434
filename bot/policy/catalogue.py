"""The calculations by name, and the one door to them: calculate()."""

import difflib
from datetime import date
from typing import Any, Callable, Iterator, Mapping, NamedTuple, Optional, Tuple, Type

from bot.policy.book import PolicyBook
from bot.policy.dates import spoken
from bot.policy.errors import InvalidInput, NoFigure, UnknownCalculation
from bot.policy.inputs import Inputs, parse, questions
from bot.policy.lanzhou import claims as lz_claims
from bot.policy.lanzhou import compare as lz_compare
from bot.policy.lanzhou import cover as lz_cover
from bot.policy.lanzhou import enrolment as lz_enrolment
from bot.policy.lanzhou import gates as lz_gates
from bot.policy.lanzhou import inpatient as lz_inpatient
from bot.policy.lanzhou import outpatient as lz_outpatient
from bot.policy.lanzhou import serious_illness as lz_serious_illness
from bot.policy.parameters import CITY_COHORT, COHORT_TITLES, COHORTS
from bot.policy.payment import closed
from bot.policy.result import Result
from bot.policy.rules import Moment, Rules
from bot.policy.shanghai import claims as sh_claims
from bot.policy.shanghai import compare as sh_compare
from bot.policy.shanghai import cover as sh_cover
from bot.policy.shanghai import enrolment as sh_enrolment
from bot.policy.shanghai import gates as sh_gates
from bot.policy.shanghai import inpatient as sh_inpatient
from bot.policy.shanghai import observation as sh_observation
from bot.policy.shanghai import outpatient as sh_outpatient
from bot.policy.shanghai import serious_illness as sh_serious_illness
from bot.policy.shanghai import subsidy as sh_subsidy
from bot.policy.shanghai import waiting as sh_waiting

Rule = Callable[[Any, Rules], Result]
GATES = {"shanghai": sh_gates.GATES, "lanzhou": lz_gates.GATES}


class Calculation(NamedTuple):
    """One entry of the catalogue."""

    name: str
    """Such as shanghai.outpatient."""
    id: str
    """Catalogue id, such as SH-1/2/3."""
    title: str
    """Chinese title."""
    model: Type[Inputs]
    """The typed input; its schema is printed by `bot calculate --list`."""
    function: Rule
    """The rule."""
    outputs: str
    """Names of its outputs, separated by spaces; not every answer has all of them."""

    @property
    def city(self) -> str:
        """Return shanghai or lanzhou."""
        return self.name.split(".")[0]

    @property
    def opening(self) -> Tuple[str, ...]:
        """Return the fields that a form would ask for when nothing is known yet."""
        return tuple(question.field for question in questions(self.model()))


def _entries() -> Iterator[Calculation]:
    """Yield every calculation in the order of the catalogue."""
    yield Calculation(
        "shanghai.outpatient",
        "SH-1/2/3",
        "上海门急诊报销",
        sh_outpatient.OutpatientInput,
        sh_outpatient.outpatient,
        "fund own deductible_used counted_after",
    )
    yield Calculation(
        "shanghai.remaining_deductible",
        "SH-4",
        "上海门急诊起付线还差多少",
        sh_compare.RemainingInput,
        sh_compare.remaining_deductible,
        "remaining",
    )
    yield Calculation(
        "shanghai.compare_places",
        "SH-5",
        "上海各级医院门急诊比较",
        sh_compare.CompareInput,
        sh_compare.compare_places,
        "campus tier1 tier2 tier3",
    )
    yield Calculation(
        "shanghai.inpatient", "SH-6/7", "上海住院报销", sh_inpatient.InpatientInput, sh_inpatient.inpatient, "fund own"
    )
    yield Calculation(
        "shanghai.observation",
        "SH-8",
        "上海急诊留观报销",
        sh_observation.ObservationInput,
        sh_observation.observation,
        "fund own",
    )
    yield Calculation(
        "shanghai.serious_illness",
        "SH-9",
        "上海大病保险再报销",
        sh_serious_illness.SeriousInput,
        sh_serious_illness.serious_illness,
        "second_reimbursement final_own",
    )
    yield Calculation(
        "shanghai.subsidy",
        "SH-10",
        "上海困难学生起付线补助",
        sh_subsidy.SubsidyInput,
        sh_subsidy.subsidy,
        "fund subsidy covered own",
    )
    yield Calculation(
        "shanghai.premium", "SH-11", "上海个人缴费", sh_enrolment.PremiumInput, sh_enrolment.premium, "premium"
    )
    yield Calculation(
        "shanghai.waiting_period",
        "SH-12",
        "上海待遇等待期",
        sh_waiting.WaitingInput,
        sh_waiting.waiting_period,
        "months",
    )
    yield Calculation(
        "shanghai.cover_window",
        "SH-13",
        "上海待遇享受期",
        sh_cover.CoverInput,
        sh_cover.cover_window,
        "first_day last_day days wait_end account_day",
    )
    yield Calculation(
        "shanghai.visit_covered",
        "SH-14",
        "上海某天看病能不能报",
        sh_cover.VisitInput,
        sh_cover.visit_covered,
        "covered",
    )
    yield Calculation(
        "shanghai.no_card",
        "SH-15",
        "上海没带卡就医",
        sh_claims.NoCardInput,
        sh_claims.no_card,
        "fund own deductible_used counted_after",
    )
    yield Calculation(
        "shanghai.claim_deadline",
        "SH-16",
        "上海零星报销期限",
        sh_claims.DeadlineInput,
        sh_claims.claim_deadline,
        "last_day advised_day passed",
    )
    yield Calculation(
        "shanghai.out_of_province",
        "SH-17",
        "上海学生外省就医",
        sh_claims.OutOfProvinceInput,
        sh_claims.out_of_province,
        "fund own deductible_used counted_after",
    )
    yield Calculation(
        "shanghai.incentives",
        "SH-18",
        "上海连续参保激励",
        sh_serious_illness.IncentiveInput,
        sh_serious_illness.incentives,
        "raises zero_claim_raises cuts",
    )
    yield Calculation(
        "shanghai.clawback",
        "SH-19",
        "上海不缴下一年度保费的后果",
        sh_enrolment.ClawbackInput,
        sh_enrolment.clawback,
        "at_risk",
    )
    yield Calculation(
        "shanghai.family_fund",
        "SH-20",
        "上海共济缴费期限",
        sh_enrolment.FamilyFundInput,
        sh_enrolment.family_fund,
        "deadline in_time passed",
    )
    yield Calculation(
        "shanghai.medical_code",
        "SH-21",
        "上海医保码何时能领",
        sh_enrolment.CodeInput,
        sh_enrolment.medical_code,
        "available_day available_time",
    )
    yield Calculation(
        "shanghai.insurer", "SH-22", "上海大病理赔的保险公司", sh_enrolment.InsurerInput, sh_enrolment.insurer, "count"
    )
    yield Calculation(
        "shanghai.confirmation_window",
        "SH-23",
        "上海新生参保确认时间",
        Inputs,
        sh_enrolment.confirmation_window,
        "opens_first opens_last closes opened",
    )
    yield Calculation(
        "shanghai.compare_levels",
        "SH-24",
        "上海各级医院住院比较",
        sh_compare.LevelsInput,
        sh_compare.compare_levels,
        "tier1 tier2 tier3",
    )
    yield Calculation(
        "lanzhou.inpatient",
        "LZ-1/2/3/4",
        "兰州住院报销",
        lz_inpatient.InpatientInput,
        lz_inpatient.inpatient,
        "fund own",
    )
    yield Calculation(
        "lanzhou.serious_illness",
        "LZ-5/6",
        "兰州大病保险再报销",
        lz_serious_illness.SeriousInput,
        lz_serious_illness.serious_illness,
        "second_reimbursement final_own",
    )
    yield Calculation(
        "lanzhou.year",
        "LZ-7",
        "兰州住院加大病一站结算",
        lz_serious_illness.YearInput,
        lz_serious_illness.year,
        "fund burden second_reimbursement final_own",
    )
    yield Calculation(
        "lanzhou.chronic_outpatient",
        "LZ-8",
        "兰州门诊慢特病报销",
        lz_outpatient.ChronicInput,
        lz_outpatient.chronic_outpatient,
        "fund own",
    )
    yield Calculation(
        "lanzhou.outpatient", "LZ-9", "兰州普通门诊报销", lz_outpatient.OutpatientInput, lz_outpatient.outpatient, ""
    )
    yield Calculation(
        "lanzhou.premium", "LZ-10", "兰州个人缴费", lz_enrolment.PremiumInput, lz_enrolment.premium, "premium"
    )
    yield Calculation(
        "lanzhou.cover_window",
        "LZ-11",
        "兰州待遇享受期",
        lz_cover.CoverInput,
        lz_cover.cover_window,
        "first_day last_day days",
    )
    yield Calculation(
        "lanzhou.elsewhere", "LZ-12", "兰州学生在外地住院", lz_claims.ElsewhereInput, lz_claims.elsewhere, "fund own"
    )
    yield Calculation(
        "lanzhou.filing_validity",
        "LZ-13",
        "兰州异地备案有效期",
        lz_claims.FilingInput,
        lz_claims.filing_validity,
        "last_day advised_day passed change_from",
    )
    yield Calculation(
        "lanzhou.compare_levels",
        "LZ-14",
        "兰州各级医院住院比较",
        lz_compare.CompareInput,
        lz_compare.compare_levels,
        "3A 3B 2 1",
    )


CALCULATIONS: Mapping[str, Calculation] = {entry.name: entry for entry in _entries()}


def calculate(
    name: str, inputs: Mapping[str, Any], *, book: PolicyBook, today: date, cohort: Optional[str] = None
) -> Result:
    """Run one calculation of the catalogue.

    `inputs` are plain data (amounts as strings in yuan); `today` is the asker's day; `cohort` the student's, when it
    is known and belongs to the city. A closed gate (bot.policy.payment) answers before anything is asked. Raises
    UnknownCalculation and InvalidInput, and nothing else: what is missing, not covered or not known is a status.
    """
    entry = find(name)
    typed = _typed(entry, inputs, cohort)
    first, last = book.first_day(entry.city), book.latest_day(entry.city)
    on = typed.on or min(today, last)
    rules = Rules(name, book, Moment(typed.cohort or CITY_COHORT[entry.city], on, today))
    if not first <= on <= last:
        return rules.refuse(
            "out_of_coverage", f"文件管的是 {spoken(first)}到 {spoken(last)}，{spoken(on)}的标准文件里没有。"
        )
    gate = closed(typed, GATES[entry.city])
    missing = [] if gate else list(questions(typed))
    if missing:
        return rules.need(missing)
    if typed.on is None and today > last:
        text = f"按 {last.year} 年度的文件算，{spoken(last)}以后的标准文件里还没有。"
        rules.assume("year", text, "之后的标准如有变动，结果也会变。")
    try:
        return (gate or entry.function)(typed, rules)
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
    return cohort is not None and cohort in COHORTS and cohort.split(".")[0] == CITY_COHORT[city].split(".")[0]


def _without_figure(gap: NoFigure, rules: Rules) -> Result:
    """Turn a missing figure into the status that fits: outside the documents, or not stated."""
    parameter, status = gap.resolution.parameter, gap.resolution.status
    if status == "out_of_coverage":
        told = {claim.cohort for claim in parameter.claims if claim.valid_from <= rules.on <= claim.valid_to}
        only = f"，那天的规定只写给{'、'.join(COHORT_TITLES[name] for name in sorted(told))}" if told else ""
        return rules.refuse(status, f"文件里没有 {spoken(rules.on)}的“{parameter.label}”{only}。")
    rules.unknown(parameter.id)
    return rules.refuse("not_calculable", f"文件提到“{parameter.label}”，但没有给出可以用的数字。")
