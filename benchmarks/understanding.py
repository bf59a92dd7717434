"""How well a trained model understands a folder of utterances it did not see: prints figures, asserts nothing.

    python benchmarks/understanding.py FOLDER [--errors]

FOLDER holds student_voice.txt and out_of_scope.txt: lines under `## group`; benchmarks/groups.yml says which intents
count. Right, offered (the right one among the three), wrong and declined are shares of the in-scope lines; out of scope,
what counts is which lines were answered as if they were ours.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import yaml

import bot.cli  # noqa: F401  (quiet environment before TensorFlow)
from bot.cli.quiet import configure_logging
from bot.engine.assistant import Assistant, memory_store
from bot.settings import settings

FOREIGN = ("out_of_scope", "out_of_scope_campus", "out_of_scope_insurance", "other_city_insurance", "medical_advice")


def grouped_lines(path: Path) -> Iterator[Tuple[str, str]]:
    """(group, line) of an utterance file."""
    group = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            group = line[3:].strip()
        elif line.strip():
            yield group, line.strip()


def outcome(parsed: Dict[str, Any], accepted: List[str]) -> str:
    """right | offered | wrong_offer | declined | wrong"""
    intent, route = parsed["intent"]["name"], parsed.get("route")
    if route == "offer":
        own = [e["name"] for e in parsed["intent_ranking"] if e["name"] not in FOREIGN][:3]
        return "offered" if set(own) & set(accepted) else "wrong_offer"
    if intent in accepted:
        return "right"
    return "declined" if intent in FOREIGN else "wrong"


async def measure(folder: Path, show_errors: bool) -> None:
    """Print the figures."""
    assistant = Assistant.load(settings(), store=memory_store())
    groups = yaml.safe_load((Path(__file__).parent / "groups.yml").read_text("utf-8"))
    counts: Counter[str] = Counter()
    for group, line in grouped_lines(folder / "student_voice.txt"):
        parsed = await assistant.parse(line)
        result = outcome(parsed, groups[group])
        counts[result] += 1
        if show_errors and result != "right":
            tops = [(e["name"], round(e["confidence"], 2)) for e in parsed["intent_ranking"][:3]]
            print(f"{result:12} {group:22} {line}  {tops}")
    total = sum(counts.values())
    print(
        f"in scope {total}: "
        + ", ".join(f"{name} {count} ({count / total:.1%})" for name, count in counts.most_common())
    )
    accepted: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for group, line in grouped_lines(folder / "out_of_scope.txt"):
        parsed = await assistant.parse(line)
        lines[group] += 1
        if parsed.get("route") not in ("decline", "urgent", "chat") and parsed["intent"]["name"] not in FOREIGN:
            accepted[f"{group} {parsed['route']}"] += 1
            if show_errors:
                print(f"accepted     {group:22} {line}  {parsed['intent_ranking'][:1]}")
    print(f"out of scope {dict(lines)}: accepted {dict(accepted)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    configure_logging("ERROR")
    asyncio.run(measure(arguments.folder, arguments.errors))
