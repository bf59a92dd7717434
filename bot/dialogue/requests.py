"""Which action answers a request that needs nothing said before: the rules of data/rules, and what follows from the knowledge."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Tuple

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

    Raises ValueError: no list of rules, or a rule that is not one intent followed by one action.
    """
    try:
        written = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as fault:
        raise ValueError(f"{path.name}: is no YAML: {fault}") from fault
    rules = written.get("rules") if isinstance(written, dict) else None
    if not isinstance(rules, list):
        raise ValueError(f"{path.name}: takes a list of rules")
    return dict(_request(rule, path.name) for rule in rules)


def _request(rule: Any, where: str) -> Tuple[str, str]:
    match rule:
        case {"steps": [{"intent": str(intent), **about}, {"action": str(action), **more}]} if not (about or more):
            return intent, action
    name = rule.get("rule") if isinstance(rule, dict) else rule
    raise ValueError(f"{where}: {name}: takes one intent and one action")


def action_of_request(intent: str, sources: Sources) -> str:
    """The action that an intent asks for; what has none was not understood."""
    if intent in sources.dialogues:
        return CALCULATE
    if intent in sources.knowledge.topic_ids:
        return ANSWER
    return load_requests().get(intent, NOT_UNDERSTOOD)
