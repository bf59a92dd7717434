"""Intent model with an open-set gate, without Rasa: fitted on labelled texts, answers with a ranking and a decision.

Two views of a text are added: a linear model over character n-grams (what examples have in common) and BM25 over one
document per intent (which rare words an intent owns). Both read the same n-grams. Whether the text is ours at all is a
third question with a gate of its own, stacked from six signals: a classifier's confidence says little about texts unlike
anything it saw.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.nlu.masking import mask
from bot.nlu.views import SEED, KnownTexts, Views

GATE_FOLDS = 3
"""Folds that the gate learns from; five took half as long again and changed no decision that was measured."""


@dataclass(frozen=True)
class Thresholds:
    """Where the decisions lie; set by cross-validation on the training data (`calibrate`)."""

    decline: float = 0.2
    """Probability of being ours below which a text is declined."""
    doubt: float = 0.5
    """Probability of being ours below which a text is not answered at once but met with an offer."""
    margin: float = 0.15
    """Probability distance of the two best intents below which the choice is offered to the user."""


@dataclass(frozen=True)
class Decision:
    """What to do with a text."""

    route: str
    """answer | offer | decline"""
    intent: str
    """The best intent; for `decline` the out-of-scope intent that fits best."""
    confidence: float
    ranking: Tuple[Tuple[str, float], ...]
    """Intents by falling probability; their probabilities sum to 1."""
    ours: float
    """Probability that the text is in scope."""

    @property
    def margin(self) -> float:
        """Probability distance of the two best intents."""
        return self.ranking[0][1] - self.ranking[1][1]


def _softmax(scores: np.ndarray) -> np.ndarray:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


class IntentModel:
    """Fitted on (texts, intents); `foreign` names the intents that are out of scope, `short` those that only a message
    of at most `short_limit` characters can have (a generic 好的 attracts questions that end in 好的吗)."""

    def __init__(
        self,
        foreign: Sequence[str],
        short: Sequence[str] = (),
        short_limit: int = 6,
        thresholds: Thresholds = Thresholds(),
    ) -> None:
        self.foreign = frozenset(foreign)
        self.short = frozenset(short)
        self.short_limit = short_limit
        self.thresholds = thresholds

    def fit(self, texts: Sequence[str], intents: Sequence[str]) -> IntentModel:
        """Fit both views and the gate. Raises ValueError: fewer than two intents, or an intent without five examples."""
        few = [intent for intent, count in Counter(intents).items() if count < 5]
        if len(set(intents)) < 2 or few:
            raise ValueError(f"at least two intents with five examples each are needed; too few for {sorted(few)}")
        self.labels: List[str] = sorted(set(intents))
        labels = np.array([self.labels.index(intent) for intent in intents])
        self._known = KnownTexts(texts, labels)
        masked = [mask(text) for text in texts]
        self._gate = LogisticRegression(C=1.0, class_weight="balanced", random_state=SEED, max_iter=1000)
        self._gate.fit(self._out_of_fold_signals(masked, labels), self._ours(labels))
        self._views = self._fitted(masked, labels).compact()
        return self

    def _ours(self, labels: np.ndarray) -> np.ndarray:
        return np.array([self.labels[label] not in self.foreign for label in labels])

    def _fitted(self, masked: Sequence[str], labels: np.ndarray) -> Views:
        return Views().fit(masked, labels, len(self.labels), self._ours(labels))

    def _signals(self, masked: Sequence[str], views: Views) -> Tuple[np.ndarray, np.ndarray]:
        """(probabilities over intents, signals for the gate) of masked texts."""
        seen = views.read(masked)
        scores = 3.0 * seen.linear + 2.0 * seen.bm25
        long = np.array([len(text) > self.short_limit for text in masked])
        generic = np.array([label in self.short for label in self.labels])
        scores[np.ix_(long, generic)] = -1e9
        probabilities = _softmax(scores)
        foreign = np.array([label in self.foreign for label in self.labels])
        ordered = np.sort(seen.linear, axis=1)
        signals = np.column_stack(
            [
                ordered[:, -1],
                ordered[:, -1] - ordered[:, -2],
                seen.known,
                seen.ours,
                probabilities[:, foreign].sum(axis=1),
                seen.bm25[:, ~foreign].max(axis=1) - seen.bm25[:, foreign].max(axis=1, initial=0.0),
                seen.bm25.max(axis=1),
            ]
        )
        return probabilities, signals

    def _out_of_fold_signals(self, masked: List[str], labels: np.ndarray) -> np.ndarray:
        """Signals of texts that the views did not see, so that the gate learns what unseen texts look like."""
        folds = list(StratifiedKFold(n_splits=GATE_FOLDS, shuffle=True, random_state=SEED).split(masked, labels))

        def signals(train: np.ndarray, test: np.ndarray) -> np.ndarray:
            views = self._fitted([masked[index] for index in train], labels[train])
            return self._signals([masked[index] for index in test], views)[1]

        # threads: the linear solver leaves the interpreter to others
        found = Parallel(n_jobs=2, prefer="threads")(delayed(signals)(train, test) for train, test in folds)
        return np.concatenate(found)[np.argsort(np.concatenate([test for _, test in folds]))]

    def probabilities(self, texts: Sequence[str]) -> Tuple[np.ndarray, np.ndarray]:
        """(one row of intent probabilities a text, probability that each text is ours)."""
        probabilities, signals = self._signals([mask(text) for text in texts], self._views)
        # what the gate's predict_proba does, without its checks of the input
        odds = signals @ self._gate.coef_.ravel() + self._gate.intercept_[0]
        return probabilities, 1 / (1 + np.exp(-odds))

    def known(self, text: str) -> Optional[str]:
        """The intent of a text that is an example, else None: a button's title means the same when it is typed."""
        label = self._known.find(text)
        return None if label is None else self.labels[label]

    def decide(self, text: str) -> Decision:
        """Rank the intents for one text and decide whether to answer, to offer a choice or to decline."""
        return self.decide_all([text])[0]

    def decide_all(self, texts: Sequence[str]) -> List[Decision]:
        """`decide` for many texts at once."""
        rows, ours = self.probabilities(texts)
        return [self._decide(row, float(probability)) for row, probability in zip(rows, ours)]

    def _decide(self, row: np.ndarray, ours: float) -> Decision:
        order = np.argsort(-row, kind="stable")
        ranking = tuple((self.labels[index], float(row[index])) for index in order)
        own = [(intent, score) for intent, score in ranking if intent not in self.foreign]
        foreign = [(intent, score) for intent, score in ranking if intent in self.foreign]
        limits = self.thresholds
        foreign_first = bool(foreign) and (not own or foreign[0][1] > own[0][1])
        if foreign and (ours < limits.decline or not own or (foreign_first and ours < limits.doubt)):
            return Decision("decline", foreign[0][0], 1 - ours, ranking, ours)
        close = len(own) > 1 and own[0][1] - own[1][1] < limits.margin
        route = "offer" if close or ours < limits.doubt else "answer"
        return Decision(route, own[0][0], own[0][1], ranking, ours)
