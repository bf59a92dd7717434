"""Deductible and reimbursement rate of each place of care, as the book has them: the answer while no bill is told. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import List, Mapping, Optional, Tuple

from bot.knowledge.dialogues import RateParameters
from bot.policy.book import Citation, PolicyBook

ALL: Mapping[str, str] = {"shanghai": "sh.all", "lanzhou": "lz.all"}
PLACE_TITLES: Mapping[str, str] = {
    "campus": "校内医疗机构",
    "tier1": "一级医院（社区）",
    "tier2": "二级医院",
    "tier3": "三级医院",
    "1": "一级医院",
    "2": "二级医院",
    "3B": "三级乙等",
    "3A": "三级甲等",
}


@dataclass(frozen=True)
class PlaceRate:
    """What is paid at one place of care."""

    place: str
    rate: Decimal
    """Share of the eligible costs above the deductible, 0 to 1."""
    deductible: Optional[Decimal]
    """Yuan; None where there is none."""
    per: str
    citations: Tuple[Citation, ...]

    @property
    def percent(self) -> str:
        """The rate as students say it: 60%."""
        return f"{(self.rate * 100).normalize():f}%"

    @property
    def sentence(self) -> str:
        """Place, deductible and rate in one line."""
        title = PLACE_TITLES[self.place]
        if not self.deductible:
            return f"{title}：没有起付线，报 {self.percent}。"
        first = "一年先自付" if self.per == "year" else "每次先扣起付线"
        return f"{title}：{first} {self.deductible:f} 元，超出的部分报 {self.percent}。"


def place_rates(rates: RateParameters, city: str, book: PolicyBook, today: date) -> List[PlaceRate]:
    """Every place that a calculation knows; one whose figures do not hold on the day is left out."""
    on = min(today, book.latest_day(city))
    found = [_place_rate(rates, place, city, book, on) for place in rates.places]
    return [one for one in found if one]


def _place_rate(rates: RateParameters, place: str, city: str, book: PolicyBook, on: date) -> Optional[PlaceRate]:
    names = [rates.rate.format(place=place)]
    if rates.deductible and place not in rates.free:
        names.append(rates.deductible.format(place=place))
    values = [book.resolve(name, cohort=ALL[city], on=on) for name in names]
    if any(not isinstance(value.value, Decimal) for value in values):
        return None
    citations = tuple(citation for value in values for citation in value.citations)
    rate, *deductible = (Decimal(str(value.value)) for value in values)
    return PlaceRate(place, rate, deductible[0] if deductible else None, rates.per, citations)
