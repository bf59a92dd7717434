"""Which model names the roles of numbers best: measured on authors that it has not seen, and on the hidden half of the blind set.

Run: python -m benchmarks.roles [--folds 5]. Prints the table of docs/nlu.md: about five minutes on two cores. An author's lines
are never in two folds.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import SGDClassifier

from bot.evaluation.money import gold_cases, marks_of
from bot.examples import read_examples
from bot.nlu.case.types import ASIDE, GROUPS
from bot.nlu.mentions.find import Mention, find_mentions
from bot.nlu.roles import features
from bot.nlu.roles.extractor import annotated
from bot.nlu.roles.model import Annotated, RoleModel, labels_of, said_before
from bot.nlu.text import normalise
from bot.settings import PROJECT

FOLDER = PROJECT / "data" / "nlu" / "roles"
GROUP_OF = {role: group for group, roles in GROUPS.items() for role in roles}
READABLE_BLIND = range(31, 37)
"""Author files that hold the readable half of the blind set: their authors wrote the hidden half too."""


@dataclass
class Score:
    """Counts over messages that a model was not fitted on."""

    messages: int = 0
    bills: int = 0
    """Messages in which exactly the billed amounts are taken for billed."""
    effects: int = 0
    """Messages in which each amount does in the case what the author says."""
    mentions: int = 0
    right: int = 0
    seconds: float = 0.0
    training: List[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        """One line of the table."""
        share = lambda count: f"{count / self.messages:.1%}"  # noqa: E731
        per_message = f"{1000 * self.seconds / self.messages:.2f} ms"
        cells = (share(self.bills), share(self.effects), f"{self.right / self.mentions:.1%}", per_message, f"{max(self.training):.0f} s")
        return f"| {name} | " + " | ".join(cells) + " |"


def authors() -> Dict[str, List[Annotated]]:
    """Annotated lines by author."""
    return {path.stem: [annotated(example) for example in read_examples([path])] for path in sorted(FOLDER.glob("*.yml"))}


def group(role: str) -> str:
    """What an amount of a role does in a case."""
    return GROUP_OF.get(role, ASIDE)


def compare(score: Score, mentions: Sequence[Mention], labels: Sequence[str], found: Sequence[str]) -> None:
    """Count one message."""
    score.messages += 1
    score.mentions += len(labels)
    score.right += sum(a == b for a, b in zip(labels, found))
    amounts = [(group(a), group(b)) for m, a, b in zip(mentions, labels, found) if m.kind == "number"]
    score.effects += all(a == b for a, b in amounts)
    score.bills += all((a == "counted") == (b == "counted") for a, b in amounts)


class Crf:
    """The project's model."""

    def fit(self, lines: Sequence[Annotated]) -> Crf:
        """Fit on annotated lines."""
        self._model = RoleModel().fit(lines)
        return self

    def roles(self, text: str, mentions: Sequence[Mention], before: str) -> List[str]:
        """The role of each mention."""
        return [each.role for each in self._model.roles(text, mentions, before)]


class MentionByMention:
    """Logistic regression over the same features, each mention for itself."""

    def fit(self, lines: Sequence[Annotated]) -> MentionByMention:
        """Fit on annotated lines."""
        rows: List[Dict[str, float]] = []
        labels: List[str] = []
        for line in lines:
            normal = normalise(line.text)
            mentions = find_mentions(normal.text)
            rows += features.sequence_features(normal.text, mentions, said_before(line.before))
            labels += labels_of(line, normal, mentions)
        self._vectors = DictVectorizer()
        self._model = SGDClassifier(loss="log_loss", alpha=2e-6, max_iter=12, tol=None, random_state=1, n_jobs=2)
        self._model.fit(self._vectors.fit_transform(rows), labels)
        return self

    def roles(self, text: str, mentions: Sequence[Mention], before: str) -> List[str]:
        """The role of each mention."""
        rows = features.sequence_features(text, mentions, before)
        return list(self._model.predict(self._vectors.transform(rows))) if rows else []


def measure(model: Any, lines: Sequence[Annotated], score: Score) -> None:
    """Ask a fitted model for the roles of lines that it has not seen."""
    for line in lines:
        normal = normalise(line.text)
        mentions = find_mentions(normal.text)
        began = time.perf_counter()
        found = model.roles(normal.text, mentions, said_before(line.before))
        score.seconds += time.perf_counter() - began
        compare(score, mentions, labels_of(line, normal, mentions), found)


def folds(names: Sequence[str], count: int) -> Iterator[Tuple[List[str], List[str]]]:
    """(authors to fit on, authors to ask)."""
    for number in range(count):
        held = list(names[number::count])
        yield [name for name in names if name not in held], held


def hidden() -> List[Annotated]:
    """The hidden half of the blind set; its readable half is training data."""
    return [Annotated(gold.text, gold.before, marks_of(gold)) for gold in gold_cases() if gold.is_hidden]


def without(name: str) -> None:
    """Leave a kind of features out."""
    setattr(features, name, {"_neighbouring_words": lambda *_: None, "_with_neighbours": lambda rows, index: dict(rows[index])}[name])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folds", type=int, default=5)
    count = parser.parse_args().folds
    lines = authors()
    names = [name for name in lines if not name.endswith(tuple(str(number) for number in READABLE_BLIND))]
    kinds: List[Tuple[str, Any, Sequence[str]]] = [
        ("logistic regression, mention by mention", MentionByMention, ()),
        ("CRF", Crf, ()),
        ("CRF without neighbouring mentions", Crf, ("_with_neighbours",)),
        ("CRF without words and neighbours", Crf, ("_neighbouring_words", "_with_neighbours")),
    ]
    scores: Dict[Tuple[str, str], Score] = defaultdict(Score)
    for title, kind, left_out in kinds:
        kept = {name: getattr(features, name) for name in left_out}
        for name in left_out:
            without(name)
        for fitted, held in folds(names, count):
            began = time.perf_counter()
            model = kind().fit([line for name in fitted for line in lines[name]])
            scores[title, "authors"].training.append(time.perf_counter() - began)
            measure(model, [line for name in held for line in lines[name]], scores[title, "authors"])
        began = time.perf_counter()
        model = kind().fit([line for each in lines.values() for line in each])
        scores[title, "hidden"].training.append(time.perf_counter() - began)
        measure(model, hidden(), scores[title, "hidden"])
        for name, function in kept.items():
            setattr(features, name, function)
    total = sum(map(len, lines.values()))
    print(f"{total} annotated messages of {len(lines)} authors; {count} folds by author; hidden: {len(hidden())} messages\n")
    for part, heading in (("authors", "authors not seen"), ("hidden", "hidden half of the blind set")):
        print(f"| {heading} | bills right | every amount right | mentions | a message | training |\n|---|---|---|---|---|---|")
        for title, _, _ in kinds:
            print(scores[title, part].row(title))
        print()


if __name__ == "__main__":
    main()


