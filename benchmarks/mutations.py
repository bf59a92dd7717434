"""Small wrongs to put into a copy of the project: one figure, one text, one reference, one rule at a time."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

import yaml

from bot.regress.marks import MarkedFile, read_marked

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
CITIES = ("shanghai", "lanzhou")
REFERENCE = re.compile(r"\{([a-z][\w.]*)(?:@[a-z][\w.]*)?\}")
ONLY_CITED = {
    "sh.inpatient.covers_observation",
    "sh.serious.diseases",
    "sh.incentive.first_raise_year",
    "lz.inpatient.pre_admission_emergency",
    "lz.in_province",
    "lz.out_of_province.vacation",
    "lz.out_of_province.term",
}
"""Parameters whose value no rule uses (tests/policy/test_mutation.py says why); unless a topic shows one, nothing can notice."""
SILENT = "这方面请问学校。"


@dataclass(frozen=True)
class Mutant:
    """One wrong: a file of the project with another text."""

    kind: str
    what: str
    file: str
    text: str
    about: str = ""
    """What it is about: a parameter, city/topic, a response or an intent; conversations that touch it run first."""


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


def _edited(marked: MarkedFile, edits: Sequence[Tuple[Any, str]]) -> str:
    """The file's text with the spans of some nodes replaced."""
    lines = marked.text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    spans = []
    for node, text in edits:
        start = starts[node.start_mark.line] + node.start_mark.column
        end = starts[node.end_mark.line] + node.end_mark.column
        spans.append((start, start + len(marked.text[start:end].rstrip()), text))
    changed = marked.text
    for start, end, text in sorted(spans, reverse=True):
        changed = changed[:start] + text + changed[end:]
    return changed


def figures(project: Path) -> Iterator[Mutant]:
    """Each parameter with one of its values changed in every claim that holds it."""
    shown = {name for _, _, marked in _topics(project) for name in REFERENCE.findall(marked.text)}
    for path in sorted(project.glob("knowledge/*/parameters/*.yml")):
        marked = read_marked(path, path.name)
        for index, entry in enumerate(marked.data):
            if entry["id"] in ONLY_CITED - shown:
                continue
            values = [str(claim["value"]) for claim in entry["claims"] if claim.get("value") is not None]
            for value in dict.fromkeys(values[:1]):
                other = another(value, entry["unit"].split("/")[0])
                nodes = [
                    marked.node((index, "claims", number, "value"))
                    for number, claim in enumerate(entry["claims"])
                    if str(claim.get("value")) == value
                ]
                text = _edited(marked, [(node, f'"{other}"') for node in nodes])
                file = path.relative_to(project).as_posix()
                yield Mutant("figure", f"{entry['id']}: {value} → {other}", file, text, entry["id"])


def another(value: str, unit: str) -> str:
    """Another value of the same form."""
    if value in ("true", "false"):
        return "false" if value == "true" else "true"
    if unit == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return (date.fromisoformat(value) - timedelta(days=1)).isoformat()
    if unit in ("CNY", "ratio", "month", "year", "minute", "count", "day", "times"):
        try:
            number = Decimal(value)
            step = {"ratio": Decimal("-0.05"), "CNY": max(Decimal(10), number // 10)}.get(unit, Decimal(1))
            return str(number + step if number + step >= 0 else number - step)
        except InvalidOperation:
            pass
    digits = [match.start() for match in re.finditer(r"\d", value)]
    if digits:
        at = digits[-1]
        return f"{value[:at]}{(int(value[at]) + 1) % 10}{value[at + 1 :]}"
    # two different neighbours in the middle change places
    pairs = [at for at in range(len(value) - 1) if value[at] != value[at + 1]]
    at = pairs[len(pairs) // 2] if pairs else 0
    return f"{value[:at]}{value[at + 1]}{value[at]}{value[at + 2 :]}" if pairs else f"{value}甲"


def _topics(project: Path) -> Iterator[Tuple[str, str, MarkedFile]]:
    """(city/topic, file, its content)."""
    for city in CITIES:
        for path in sorted((project / "knowledge" / city / "topics").glob("*.yml")):
            yield f"{city}/{path.stem}", path.relative_to(project).as_posix(), read_marked(path, path.name)


def topic_texts(project: Path) -> Iterator[Mutant]:
    """Each short answer without its first sentence."""
    for name, file, marked in _topics(project):
        short = " ".join(str(marked.data["short"]).split("\n")).strip()
        sentences = [part for part in re.split(r"(?<=[。；])", short) if part.strip()]
        rest = "".join(sentences[1:]) or SILENT
        text = _edited(marked, [(marked.node(("short",)), yaml_text(rest))])
        yield Mutant("topic text", f"{name}: without “{sentences[0][:24]}”", file, text, name)


def yaml_text(text: str) -> str:
    """A text as a double-quoted scalar."""
    return yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10**6).strip()


def topic_references(project: Path) -> Iterator[Mutant]:
    """Each topic with the first reference of its short answer leading to another parameter of the same unit and city."""
    units: Dict[str, str] = {}
    for path in sorted(project.glob("knowledge/*/parameters/*.yml")):
        units.update({entry["id"]: entry["unit"] for entry in read_marked(path, path.name).data})
    for name, file, marked in _topics(project):
        match = REFERENCE.search(str(marked.data["short"]))
        if match is None or match[1] not in units:
            continue
        others = [o for o in units if units[o] == units[match[1]] and o != match[1] and o[:3] == match[1][:3]]
        if others:
            changed = str(marked.data["short"]).replace(match[0], f"{{{others[0]}}}", 1)
            text = _edited(marked, [(marked.node(("short",)), yaml_text(changed.strip()))])
            yield Mutant("topic reference", f"{name}: {match[1]} → {others[0]}", file, text, name)


def citations(project: Path) -> Iterator[Mutant]:
    """Each topic that cites another document of its city instead of its first."""
    documents = read_marked(project / "knowledge" / "documents.yml", "documents.yml").data
    city_of = {entry["id"]: entry["city"] for entry in documents}
    for name, file, marked in _topics(project):
        first = marked.data["citations"][0]["document"]
        cited = {citation["document"] for citation in marked.data["citations"]}
        others = [other for other in city_of if city_of[other] == city_of[first] and other not in cited]
        if others:
            nodes = [
                marked.node(("citations", number, "document"))
                for number, citation in enumerate(marked.data["citations"])
                if citation["document"] == first
            ]
            text = _edited(marked, [(node, others[0]) for node in nodes])
            yield Mutant("citation", f"{name}: {first} → {others[0]}", file, text, name)


def responses(project: Path) -> Iterator[Mutant]:
    """Each response without what it says."""
    marked = read_marked(project / "domain.yml", "domain.yml")
    for name in marked.data["responses"]:
        text = _edited(marked, [(marked.node(("responses", name, 0, "text")), yaml_text("好的。"))])
        yield Mutant("response", f"{name} says nothing", "domain.yml", text, name)


def patterns(project: Path) -> Iterator[Mutant]:
    """Each urgent rule of data/patterns.yml so that it never matches, each pair of whole messages exchanged."""
    file = "data/patterns.yml"
    marked = read_marked(project / file, file)
    for kind in marked.data["urgent"]:
        for key, replacement in (("any", '["(?!)"]'), ("unless", '"(?!)"')):
            if key in marked.data["urgent"][kind]:
                text = _edited(marked, [(marked.node(("urgent", kind, key)), replacement)])
                yield Mutant("pattern", f"{kind}: {key} never matches", file, text, kind)
    whole = marked.data["whole_message"]
    for intent, other in zip(whole, [*list(whole)[1:], next(iter(whole))]):
        one, two = (marked.node(("whole_message", name)) for name in (intent, other))
        text = _edited(marked, [(one, yaml_text(str(whole[other]))), (two, yaml_text(str(whole[intent])))])
        yield Mutant("pattern", f"{intent} and {other} exchanged as whole messages", file, text, intent)


def dialogues(project: Path) -> Iterator[Mutant]:
    """Each calculation of knowledge/dialogues.yml that no message turns into, or with a fact that is not handed on."""
    file = "knowledge/dialogues.yml"
    marked = read_marked(project / file, file)
    for intent, spec in marked.data["dialogues"].items():
        base: Tuple[Any, ...] = ("dialogues", intent)
        if spec.get("rules"):
            text = _edited(marked, [(marked.node((*base, "rules")), "[]")])
            yield Mutant("dialogue", f"{intent} takes over from nothing", file, text, intent)
        for city, rule in spec["cities"].items():
            for name in rule.get("fields") or {}:
                node = marked.node((*base, "cities", city, "fields", name))
                text = _edited(marked, [(node, "dialysis")])
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
        text = _edited(marked, [(marked.node(("rules", index, "steps", number, "action")), other)])
        intent: Optional[str] = next((step["intent"] for step in steps if "intent" in step), None)
        yield Mutant("rule", f"{rule['rule']}: {action} → {other}", file, text, intent or "")
