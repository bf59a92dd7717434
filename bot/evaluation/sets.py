"""The sentences that understanding is measured on: none of them is a training example (tests/nlu/test_data.py)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterator, List, Tuple

import yaml

from bot.knowledge.coverage import load_inventory
from bot.settings import KNOWLEDGE, PROJECT

BLIND = PROJECT / "tests" / "nlu" / "blind"
"""Written apart from the training data and only ever looked at in totals; its README says when."""
GROUPS = Path(__file__).with_name("groups.yml")
CALCULATIONS = {"calculate_outpatient", "calculate_inpatient", "calculate_waiting", "calculate_serious_illness"}


@dataclass(frozen=True)
class Question:
    """A sentence with the intents that count as understood."""

    text: str
    accepted: FrozenSet[str]


def _read(name: str) -> Any:
    return yaml.safe_load((BLIND / f"{name}.yml").read_text("utf-8"))


def blind_questions() -> List[Question]:
    """In-scope questions; bare facts that begin a calculation count for it."""
    questions = []
    for intent, lines in _read("in_scope").items():
        for line in lines:
            text, also = (line, []) if isinstance(line, str) else (line["text"], line.get("also", []))
            accepted = {intent, *also}
            questions.append(Question(text, frozenset(accepted | ({"inform"} if accepted & CALCULATIONS else set()))))
    return questions


def blind_foreign() -> Dict[str, List[str]]:
    """Kind (far, campus, insurance, other_city, medical) -> sentences that are not ours."""
    kinds: Dict[str, List[str]] = _read("out_of_scope")
    return kinds


def blind_urgent() -> Dict[str, List[str]]:
    """crisis and emergency must be caught, not_urgent must not."""
    kinds: Dict[str, List[str]] = _read("urgent")
    return kinds


def blind_entities() -> List[Dict[str, Any]]:
    """Sentences with the entities that they state."""
    cases: List[Dict[str, Any]] = _read("entities")
    return cases


def grouped_lines(path: Path) -> Iterator[Tuple[str, str]]:
    """(group, line) of an utterance file: lines under `## group`."""
    group = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            group = line[3:].strip()
        elif line.strip():
            yield group, line.strip()


def collected_questions(folder: Path) -> List[Question]:
    """student_voice.txt of a folder of collected utterances; groups.yml says which intents count."""
    groups = yaml.safe_load(GROUPS.read_text("utf-8"))
    return [Question(line, frozenset(groups[group])) for group, line in grouped_lines(folder / "student_voice.txt")]


def collected_foreign(folder: Path) -> Dict[str, List[str]]:
    """out_of_scope.txt by kind, and far_out_of_scope_public.txt as `public` where it is there."""
    kinds: Dict[str, List[str]] = {}
    for group, line in grouped_lines(folder / "out_of_scope.txt"):
        kinds.setdefault(group, []).append(line)
    public = folder / "far_out_of_scope_public.txt"
    if public.is_file():
        kinds["public"] = [line for line in public.read_text("utf-8").splitlines() if line.strip()]
    return kinds


def inventory_questions() -> List[Tuple[str, Dict[str, Any]]]:
    """(city, fact) for every fact of the inventory; each has its questions."""
    from bot.knowledge.base import knowledge

    documents = knowledge().book.documents
    return [(documents[name].city, dict(fact)) for name, facts in load_inventory(KNOWLEDGE).items() for fact in facts]
