"""Wrongs in the knowledge: a figure, a sentence, a reference, a citation."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Dict, Iterator, Tuple

from benchmarks.mutation import Mutant, edited, yaml_text
from bot.regress.marks import MarkedFile, read_marked

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
                text = edited(marked, [(node, f'"{other}"') for node in nodes])
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
        text = edited(marked, [(marked.node(("short",)), yaml_text(rest))])
        yield Mutant("topic text", f"{name}: without “{sentences[0][:24]}”", file, text, name)


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
            text = edited(marked, [(marked.node(("short",)), yaml_text(changed.strip()))])
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
            text = edited(marked, [(node, others[0]) for node in nodes])
            yield Mutant("citation", f"{name}: {first} → {others[0]}", file, text, name)
