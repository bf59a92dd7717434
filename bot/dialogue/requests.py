"""Which action answers a request that needs nothing said before: the rules of data/rules, and what follows from the knowledge."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, Mapping

import yaml

from bot.dialogue.sources import Sources
from bot.settings import PROJECT

RULES = PROJECT / "data" / "rules" / "requests.yml"
ANSWER, CALCULATE = "action_answer", "action_calculate"
"""What answers the intents of topics and of calculations; their rules are derived (bot/importer.py)."""
NOT_UNDERSTOOD = "action_offer"


@lru_cache(maxsize=2)
def load_requests(path: Path = RULES) -> Mapping[str, str]:
    """Intent -> action, from rules in Rasa's format.

    Raises ValueError: a rule that is not one intent followed by one action.
    """
    actions: Dict[str, str] = {}
    for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]:
        steps = rule["steps"]
        if len(steps) != 2 or set(steps[0]) != {"intent"} or set(steps[1]) != {"action"}:
            raise ValueError(f"{path.name}: {rule['rule']}: takes one intent and one action")
        actions[steps[0]["intent"]] = steps[1]["action"]
    return actions


def action_of_request(intent: str, sources: Sources) -> str:
    """The action that an intent asks for; what has none was not understood."""
    if intent in sources.dialogues:
        return CALCULATE
    if intent in sources.knowledge.topic_ids:
        return ANSWER
    return load_requests().get(intent, NOT_UNDERSTOOD)
