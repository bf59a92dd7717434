"""The places of care that Shanghai's rates distinguish, and the answers to questions about them."""

from typing import Literal, Mapping

from bot.policy.inputs import Choices

Place = Literal["campus", "tier1", "tier2", "tier3"]
Level = Literal["tier1", "tier2", "tier3"]
PLACES: Mapping[str, str] = {
    "campus": "校内医疗机构",
    "tier1": "一级医院或社区卫生服务中心",
    "tier2": "二级医院",
    "tier3": "三级医院",
}
PLACE_CHOICES: Choices = tuple(PLACES.items())
LEVEL_CHOICES: Choices = tuple((key, title) for key, title in PLACES.items() if key != "campus")
ASK_PLACE = "在哪里看的：校内，还是一级、二级、三级医院？"
ASK_LEVEL = "住的是一级、二级还是三级医院？"
ELIGIBLE = "sh.eligible_costs"
"""Says that only what the fund covers is settled."""
