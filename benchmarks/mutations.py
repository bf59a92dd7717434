"""Small wrongs to put into a copy of the project: one figure, one text, one reference, one rule at a time."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from benchmarks.mutation import Mutant, edited, yaml_text
from benchmarks.mutations_knowledge import citations, figures, topic_references, topic_texts
from bot.regress.marks import read_marked

SEED = 7
QUOTAS = {
    "figure": 20,
    "topic text": 10,
    "topic reference": 6,
    "citation": 4,
    "response": 5,
    "pattern": 5,
    "dialogue": 8,
    "rule": 4,
}
"""Mutants of each kind; 62 together."""
RETRAINED = {"rule"}
"""Kinds that the model is trained from; all others are read at run time."""


def mutants(project: Path, valid: Callable[[Mutant], bool], quotas: Dict[str, int] = QUOTAS) -> List[Mutant]:
    """The same mutants each time: of every kind as many as its quota, those left out that cannot be loaded at all."""
    sources: Dict[str, Callable[[Path], Iterator[Mutant]]] = {
        "figure": figures,
        "topic text": topic_texts,
        "topic reference": topic_references,
        "citation": citations,
        "response": responses,
        "pattern": patterns,
        "dialogue": dialogues,
        "rule": rules,
    }
    chosen: List[Mutant] = []
    for kind, source in sources.items():
        candidates = list(source(project))
        random.Random(SEED).shuffle(candidates)
        fitting = (mutant for mutant in candidates if kind in RETRAINED or valid(mutant))
        chosen += [mutant for mutant, _ in zip(fitting, range(quotas.get(kind, 0)))]
    return chosen


def responses(project: Path) -> Iterator[Mutant]:
    """Each response without what it says."""
    marked = read_marked(project / "domain.yml", "domain.yml")
    for name in marked.data["responses"]:
        text = edited(marked, [(marked.node(("responses", name, 0, "text")), yaml_text("好的。"))])
        yield Mutant("response", f"{name} says nothing", "domain.yml", text, name)


def patterns(project: Path) -> Iterator[Mutant]:
    """Each urgent rule of data/patterns.yml so that it never matches, each pair of whole messages exchanged."""
    file = "data/patterns.yml"
    marked = read_marked(project / file, file)
    for kind in marked.data["urgent"]:
        for key, replacement in (("any", '["(?!)"]'), ("unless", '"(?!)"')):
            if key in marked.data["urgent"][kind]:
                text = edited(marked, [(marked.node(("urgent", kind, key)), replacement)])
                yield Mutant("pattern", f"{kind}: {key} never matches", file, text, kind)
    whole = marked.data["whole_message"]
    for intent, other in zip(whole, [*list(whole)[1:], next(iter(whole))]):
        one, two = (marked.node(("whole_message", name)) for name in (intent, other))
        text = edited(marked, [(one, yaml_text(str(whole[other]))), (two, yaml_text(str(whole[intent])))])
        yield Mutant("pattern", f"{intent} and {other} exchanged as whole messages", file, text, intent)


def dialogues(project: Path) -> Iterator[Mutant]:
    """Each calculation of knowledge/dialogues.yml that no message turns into, or with a fact that is not handed on."""
    file = "knowledge/dialogues.yml"
    marked = read_marked(project / file, file)
    for intent, spec in marked.data["dialogues"].items():
        base: Tuple[Any, ...] = ("dialogues", intent)
        if spec.get("rules"):
            text = edited(marked, [(marked.node((*base, "rules")), "[]")])
            yield Mutant("dialogue", f"{intent} takes over from nothing", file, text, intent)
        for city, rule in spec["cities"].items():
            for name in rule.get("fields") or {}:
                node = marked.node((*base, "cities", city, "fields", name))
                text = edited(marked, [(node, "dialysis")])
                yield Mutant("dialogue", f"{intent} in {city} does not get {name}", file, text, intent)


def rules(project: Path) -> Iterator[Mutant]:
    """Each rule of data/rules with its last action replaced."""
    file = "data/rules/requests.yml"
    marked = read_marked(project / file, file)
    for index, rule in enumerate(marked.data["rules"]):
        steps = rule["steps"]
        number = max(position for position, step in enumerate(steps) if "action" in step)
        action = steps[number]["action"]
        other = "action_my_details" if action != "action_my_details" else "action_offer"
        text = edited(marked, [(marked.node(("rules", index, "steps", number, "action")), other)])
        intent: Optional[str] = next((step["intent"] for step in steps if "intent" in step), None)
        yield Mutant("rule", f"{rule['rule']}: {action} → {other}", file, text, intent or "")
