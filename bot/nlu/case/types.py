"""The case that a message tells, as plain data that survives JSON."""

from __future__ import annotations

from typing import List, Optional

from pydantic import BaseModel, Extra

COUNTED = ("bill", "part")
"""Roles of amounts that are billed for care that is to be paid."""
GROUPS = {
    "counted": COUNTED,
    "outside": ("outside",),
    "covered": ("covered",),
    "own": ("own_share",),
    "used": ("used",),
    "fund_paid": ("fund_paid",),
}
"""What an amount does in a case -> its roles; all others are set aside."""
ASIDE = "aside"


class _Plain(BaseModel):
    class Config:
        extra = Extra.forbid


class Visit(_Plain):
    """One visit or stay that is to be paid."""

    care: Optional[str] = None
    """outpatient | emergency | observation | inpatient"""
    level: Optional[str] = None
    """campus | 1 | 2 | 3 | 3A | 3B, as in the vocabulary."""
    bill: Optional[str] = None
    """The whole bill in yuan, two decimals."""
    covered: Optional[str] = None
    """The part within the insurance's scope, in yuan."""
    outside: Optional[str] = None
    """The self-paid part outside the scope, in yuan."""
    emergency: Optional[str] = None
    """The emergency bill in the same hospital that the stay followed, in yuan."""
    parts: List[str] = []
    """Items that the bill was added up from, or that the message names of it, in yuan."""
    about: bool = False
    """Whether the bill was given as an order of size only."""

    @property
    def has_amount(self) -> bool:
        """Whether anything can be worked out."""
        return bool(self.bill or self.covered)


class Aside(_Plain):
    """An amount that does not enter the calculation."""

    value: str
    role: str
    word: str = ""
    """The word of the message that says what it is (打车)."""
    inside: bool = False
    """Whether the words say that it is contained in a bill that was told before (470里有45是护腕)."""


class Doubt(_Plain):
    """An amount whose role the words do not give."""

    value: str
    candidates: List[str]
    """What it could be, likeliest first: counted, another, outside, covered, own, used, aside."""


class Case(_Plain):
    """What one message tells."""

    visits: List[Visit] = []
    counted: Optional[str] = None
    """Spent towards the yearly deductible before: yuan, none, or full."""
    remaining: Optional[str] = None
    """What is left of the yearly deductible, in yuan (起付线还剩100)."""
    admission: Optional[int] = None
    """Which stay of the year the first stay is."""
    own: Optional[str] = None
    """What the student bears after settlement, in yuan."""
    fund_paid: Optional[str] = None
    aside: List[Aside] = []
    doubts: List[Doubt] = []
    lapsed_years: Optional[int] = None
    lapsed_years_high: Optional[int] = None
    repaid_years: Optional[int] = None
    care_open: bool = False
    """Whether nothing in the words says if it was a visit or a stay."""
    alternatives: bool = False
    """Whether the visits are compared and not added."""
