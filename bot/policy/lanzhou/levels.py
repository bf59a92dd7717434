"""The hospital levels that Lanzhou's figures distinguish, and the answers to questions about them."""

from typing import Literal, Mapping

from bot.policy.inputs import Choices

Level = Literal["3A", "3B", "3", "2", "1"]
"""3 (级 without 甲 or 乙) does not settle the figures and is asked about."""
LEVELS: Mapping[str, str] = {"3A": "三级甲等医院", "3B": "三级乙等医院", "2": "二级医院", "1": "一级医院"}
LEVEL_CHOICES: Choices = tuple(LEVELS.items())
VAGUE: Mapping[str, Choices] = {"3": (("3A", LEVELS["3A"]), ("3B", LEVELS["3B"]))}
ASK_LEVEL = "住的是几级医院？三级的话请分清甲等还是乙等。"
ELIGIBLE = "lz.eligible_costs"
"""Says that only what the rules cover is settled."""
