"""The figures for one cohort on one day, and the trace of how they were used.

A rule asks for every figure by parameter id, records each step where it is computed, and ends with one of the
methods that make a Result. Nothing here knows a city or a benefit.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from bot.policy.book import Citation, PolicyBook, Resolution
from bot.policy.errors import NoFigure
from bot.policy.result import Assumption, Outputs, Question, Result, Step

Rows = Dict[str, List[Outputs]]


class Moment(NamedTuple):
    """Whom a calculation is for and which day's rules it applies."""

    cohort: str
    """Cohort id."""
    on: date
    """The day whose rules apply."""
    today: date
    """The asker's day: decides only whether a deadline has passed."""


class Rules:
    """One calculation in progress: looks figures up and keeps the trace."""

    def __init__(self, name: str, book: PolicyBook, moment: Moment) -> None:
        self.name = name
        self.book = book
        self.cohort, self.on, self.today = moment
        self.steps: List[Step] = []
        self.assumptions: List[Assumption] = []
        self.conflicts: Dict[str, Dict[str, str]] = {}
        self.unknowns: List[str] = []
        self.citations: Dict[Tuple[Any, ...], Citation] = {}
        self._seen: Dict[str, Resolution] = {}
        self.prefix = ""
        """Put before the label of each step while one of several cases is computed."""

    def look_up(self, parameter: str) -> Resolution:
        """Return what the documents say, whatever the status, and cite it."""
        resolution = self.book.resolve(parameter, cohort=self.cohort, on=self.on)
        if self._seen.get(parameter) is not resolution:
            self._seen[parameter] = resolution
            self.citations.update({_key(place): place for place in resolution.citations})
        return resolution

    def number(self, parameter: str) -> Decimal:
        """Return the one number that holds. Raises NoFigure, which becomes the result's status."""
        resolution = self.look_up(parameter)
        if not isinstance(resolution.value, Decimal):
            raise NoFigure(resolution)
        return resolution.value

    def whole(self, parameter: str) -> int:
        """Return a whole number, such as months. Raises NoFigure."""
        return int(self.number(parameter))

    def text(self, parameter: str) -> str:
        """Return the one text that holds, such as a day. Raises NoFigure."""
        resolution = self.look_up(parameter)
        if not isinstance(resolution.value, str):
            raise NoFigure(resolution)
        return resolution.value

    def move(self, on: date, cohort: Optional[str] = None) -> None:
        """Apply the rules of another day, or of a narrower cohort, from here on."""
        self.on = on
        self.cohort = cohort or self.cohort

    def step(
        self, key: str, label: str, expression: str, value: Any, unit: str = "元", params: Sequence[str] = ()
    ) -> None:
        """Record one line of the calculation with the parameters used in it."""
        cited = [place for parameter in params for place in self.look_up(parameter).citations]
        self.steps.append(
            Step.construct(
                key=key,
                label=self.prefix + label,
                expression=expression,
                value=value,
                unit=unit,
                parameters=tuple(params),
                citations=tuple({_key(place): place for place in cited}.values()),
            )
        )

    def assume(self, name: str, text: str, effect: str = "", alternative: Optional[Outputs] = None) -> None:
        """Record something taken for granted; the same assumption only once."""
        if all(known.id != name for known in self.assumptions):
            self.assumptions.append(Assumption.construct(id=name, text=text, effect=effect, alternative=alternative))

    def disagree(self, conflict: str) -> None:
        """Show a conflict of the documents with the answer, and cite its positions."""
        entry = self.book.conflicts[conflict]
        self.conflicts[conflict] = {"id": entry.id, "text": entry.say}
        for place in entry.positions:
            cited = Citation.construct(document=place.document, section=place.section, lines=place.lines)
            self.citations.setdefault(_key(cited), cited)

    def unknown(self, parameter: str) -> None:
        """Record a figure that the documents mention and do not give."""
        self.look_up(parameter)
        if parameter not in self.unknowns:
            self.unknowns.append(parameter)

    def ok(self, outputs: Outputs, rows: Optional[Rows] = None) -> Result:
        """Answer with one set of outputs."""
        return self._result("ok", outputs=outputs, rows=rows or {})

    def between(
        self, low: Outputs, high: Outputs, *, rows: Optional[Rows] = None, default: Optional[Outputs] = None
    ) -> Result:
        """Answer with two sets of outputs, or with one when they are the same.

        `default` is the answer of the reading that is taken when nobody decided; without it only what both ends
        agree on is an output.
        """
        if low == high:
            return self.ok(low, rows)
        same = {key: value for key, value in low.items() if high.get(key) == value}
        return self._result("range", outputs=same if default is None else default, low=low, high=high, rows=rows or {})

    def refuse(
        self, status: str, reason: str, outputs: Optional[Outputs] = None, rows: Optional[Rows] = None
    ) -> Result:
        """Give no answer (not_calculable, not_covered or out_of_coverage) and say why."""
        return self._result(status, reason=reason, outputs=outputs or {}, rows=rows or {})

    def need(self, missing: List[Question]) -> Result:
        """Ask for what is missing."""
        return self._result("need_input", missing=missing)

    def _result(self, status: str, **found: Any) -> Result:
        fields: Dict[str, Any] = {
            "outputs": {},
            "low": None,
            "high": None,
            "rows": {},
            "missing": [],
            "reason": None,
            **found,
        }
        return Result.construct(
            name=self.name,
            status=status,
            outputs=fields["outputs"],
            low=fields["low"],
            high=fields["high"],
            rows=fields["rows"],
            steps=self.steps,
            assumptions=self.assumptions,
            conflicts=list(self.conflicts.values()),
            missing=fields["missing"],
            unknowns=self.unknowns,
            citations=list(self.citations.values()),
            reason=fields["reason"],
            as_of=self.on,
        )


def _key(citation: Citation) -> Tuple[Any, ...]:
    """Return what tells two citations apart; comparing the models themselves is far slower."""
    return citation.document, citation.section, citation.lines


def total(rows: Sequence[Mapping[str, Any]], key: str) -> Decimal:
    """Add one column of a table."""
    return sum((row[key] for row in rows), Decimal(0))


def with_beyond(row: Outputs, beyond: Decimal) -> Outputs:
    """Add to the row of a settled bill what was not settled, in yuan: it is the student's. 0 leaves the row alone."""
    return {**row, "own": total([row], "own") + beyond, "outside": beyond} if beyond else row


def ends(cases: Sequence[Outputs], key: str) -> Tuple[Outputs, Outputs]:
    """Return the cases with the smallest and the largest value of one output."""
    ordered = sorted(cases, key=lambda case: case[key])
    return ordered[0], ordered[-1]
