"""From claims to one value: agreed, single source, preferred, a range, unknown, or out of coverage."""

from datetime import date
from decimal import Decimal
from typing import List, Mapping, Optional, Sequence, Tuple, Union

from bot.policy.parameters import COHORTS, Claim, Conflict, Frozen, Parameter, lineage, narrower

Value = Union[Decimal, str]


class Citation(Frozen):
    """Where a figure stands."""

    document: str
    """Document id."""
    section: str
    """Section of the document."""
    lines: Tuple[int, int]
    """First and last physical line."""


class Resolution(Frozen):
    """What the documents say about one parameter for one cohort on one day."""

    parameter: Parameter
    """The parameter that was asked for."""
    status: str
    """agreed | single_source | preferred | range | unknown | out_of_coverage."""
    value: Optional[Value]
    """The one value; None with status range, unknown and out_of_coverage."""
    values: Tuple[Value, ...]
    """All values that applicable claims give, in the order of the file, without repetition."""
    citations: Tuple[Citation, ...]
    """The claims behind `values`, or behind the mention without a figure."""
    conflict: Optional[str]
    """Id of the conflict that this parameter stands in."""

    class Config:
        smart_union = True  # a text of digits, such as a phone number, must not become a Decimal


def resolve(parameter: Parameter, conflicts: Mapping[str, Conflict], *, cohort: str, on: date) -> Resolution:
    """Return what holds for `cohort` on `on`. Validity is closed: outside every claim the status is out_of_coverage.

    Raises ValueError for a cohort that does not exist.
    """
    if cohort not in COHORTS:
        raise ValueError(f"no cohort {cohort!r}; allowed are {', '.join(COHORTS)}")
    dated = [claim for claim in parameter.claims if claim.valid_from <= on <= claim.valid_to]
    own = set(lineage(cohort, on))
    claims = [claim for claim in dated if claim.cohort in own]
    if not claims:
        return _for_parts(parameter, cohort, dated)
    if parameter.status == "mentioned_without_value":
        return _resolution(parameter, "unknown", None, claims)
    if parameter.unit == "bands":
        return _resolution(parameter, _support(claims), ";".join(str(claim.value) for claim in claims), claims)
    return _settle(parameter, conflicts.get(parameter.conflict or ""), claims)


def _settle(parameter: Parameter, conflict: Optional[Conflict], claims: Sequence[Claim]) -> Resolution:
    """Bring the applicable claims down to one value, or to a range when the conflict names no document to prefer."""
    values = _values(parameter, claims)
    if len(values) > 1:
        preferred = _values(parameter, [claim for claim in claims if conflict and claim.document == conflict.prefer])
        if len(preferred) != 1:
            return _resolution(parameter, "range", None, claims)
        return _resolution(parameter, "preferred", preferred[0], claims)
    status = "preferred" if conflict and conflict.policy == "prefer" else _support(claims)
    return _resolution(parameter, status, values[0], claims)


def _for_parts(parameter: Parameter, cohort: str, dated: Sequence[Claim]) -> Resolution:
    """Nobody speaks about the cohort as a whole: a range when its parts differ, else out of coverage."""
    parts = [claim for claim in dated if claim.cohort in narrower(cohort) and claim.value is not None]
    if len(_values(parameter, parts)) > 1:
        return _resolution(parameter, "range", None, parts)
    return _resolution(parameter, "out_of_coverage", None, ())


def _support(claims: Sequence[Claim]) -> str:
    return "agreed" if len({claim.document for claim in claims}) > 1 else "single_source"


def _values(parameter: Parameter, claims: Sequence[Claim]) -> Tuple[Value, ...]:
    """Return the different values of the claims, in order."""
    texts = [claim.value for claim in claims if claim.value is not None]
    values: List[Value] = [Decimal(text) for text in texts] if parameter.numeric else list(texts)
    return tuple(dict.fromkeys(values))


def _resolution(parameter: Parameter, status: str, value: Optional[Value], claims: Sequence[Claim]) -> Resolution:
    places = dict.fromkeys((claim.document, claim.section, claim.lines) for claim in claims)
    return Resolution(
        parameter=parameter,
        status=status,
        value=value,
        values=_values(parameter, claims),
        citations=tuple(Citation(document=name, section=section, lines=lines) for name, section, lines in places),
        conflict=parameter.conflict,
    )
