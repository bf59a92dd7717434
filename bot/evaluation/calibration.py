"""Cross-validation of the intent model on its training data: where the thresholds lie. Reads no test set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold

from bot.nlu.intent_model import Decision, IntentModel, Thresholds
from bot.nlu.views import SEED
from bot.settings import PROJECT

FOLDS = 3
"""Each fold fits the whole model with its gate; three keep `bot evaluate` under three minutes."""


@dataclass(frozen=True)
class Fold:
    """Out-of-fold decisions of all examples: the probabilities, before any threshold."""

    decisions: List[Decision]
    intents: List[str]
    foreign: frozenset[str]

    def own(self) -> List[Tuple[Decision, str]]:
        """Examples that are ours."""
        return [(d, intent) for d, intent in zip(self.decisions, self.intents) if intent not in self.foreign]

    def others(self) -> List[Decision]:
        """Examples that are not."""
        return [d for d, intent in zip(self.decisions, self.intents) if intent in self.foreign]


def configured() -> Dict[str, Any]:
    """The classifier's configuration in config.yml."""
    pipeline = yaml.safe_load((PROJECT / "config.yml").read_text("utf-8"))["pipeline"]
    step: Dict[str, Any] = next(step for step in pipeline if step["name"].endswith("OpenSetClassifier"))
    return step


def training_examples() -> Tuple[List[str], List[str]]:
    """Texts and intents as Rasa trains on them: files and what is derived from the knowledge."""
    from bot.importer import KnowledgeImporter

    importer = KnowledgeImporter(
        str(PROJECT / "config.yml"), str(PROJECT / "domain.yml"), [str(PROJECT / "data" / "nlu")]
    )
    examples = [e for e in importer.get_nlu_data().intent_examples if e.get("text")]
    return [e.get("text") for e in examples], [e.get("intent") for e in examples]


def cross_validate(texts: Sequence[str], intents: Sequence[str], folds: int = FOLDS) -> Fold:
    """Decide every example with a model that did not see it."""
    settings = configured()
    decisions: Dict[int, Decision] = {}
    splits = StratifiedKFold(folds, shuffle=True, random_state=SEED + 1).split(texts, intents)
    for train, test in splits:
        model = IntentModel(
            settings["foreign_intents"],
            settings["short_intents"],
            thresholds=Thresholds(decline=0.0, doubt=0.0, margin=0.0),
        )
        model.fit([texts[i] for i in train], [intents[i] for i in train])
        decisions.update(zip(test.tolist(), model.decide_all([texts[i] for i in test])))
    return Fold([decisions[i] for i in range(len(texts))], list(intents), frozenset(settings["foreign_intents"]))


def reject_curve(fold: Fold, grid: Sequence[float]) -> List[Tuple[float, float, float]]:
    """(limit, share of own examples refused, share of foreign examples accepted) for each limit."""
    own = np.array([decision.ours for decision, _ in fold.own()])
    others = np.array([decision.ours for decision in fold.others()])
    return [(limit, float(np.mean(own < limit)), float(np.mean(others >= limit))) for limit in grid]


@dataclass(frozen=True)
class MarginPoint:
    """What a margin does to the examples that are ours."""

    margin: float
    offered: float
    right: float
    wrong: float
    served: float
    """Right directly or among the three that are offered."""


def margin_curve(fold: Fold, grid: Sequence[float]) -> List[MarginPoint]:
    """The trade-off between answering and asking back, one point for each margin."""
    rows = []
    for decision, intent in fold.own():
        ranked = [(name, score) for name, score in decision.ranking if name not in fold.foreign][:3]
        rows.append((ranked[0][1] - ranked[1][1], ranked[0][0] == intent, intent in [name for name, _ in ranked]))
    margin, right, among = (np.array(column) for column in zip(*rows))
    points = []
    for limit in grid:
        asked = margin < limit
        points.append(
            MarginPoint(
                limit,
                float(np.mean(asked)),
                float(np.mean(right & ~asked)),
                float(np.mean(~right & ~asked)),
                float(np.mean(np.where(asked, among, right))),
            )
        )
    return points
