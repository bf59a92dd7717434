"""Intent model with an open-set gate, without Rasa: fitted on labelled texts, answers with a ranking and a decision.

Two views of a text are added: a linear model over character n-grams (what examples have in common) and BM25 over one
document per intent (which rare words an intent owns). Whether the text is ours at all is a third question with a gate
of its own, stacked from seven signals: a classifier's confidence says little about texts unlike anything it saw.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import List, Optional, Sequence, Set, Tuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.nlu.masking import mask
from bot.nlu.text import comparable

SEED = 20250901


@dataclass(frozen=True)
class Thresholds:
    """Where the decisions lie; set by cross-validation on the training data (`calibrate`)."""

    reject: float = 0.5
    """Probability of being ours below which a text is declined."""
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


@dataclass
class _ClassDocuments:
    """BM25 of a text against one document per intent (k1, b: the usual defaults)."""

    k1: float = 1.2
    b: float = 0.75
    vectorizer: CountVectorizer = field(
        default_factory=lambda: CountVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False)
    )

    def fit(self, texts: Sequence[str], labels: np.ndarray, n_labels: int) -> None:
        counts = self.vectorizer.fit_transform(texts)
        membership = csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(n_labels, len(labels)))
        documents = (membership @ counts).tocsr().astype(float)
        lengths = np.asarray(documents.sum(axis=1)).ravel()
        presence = np.asarray((documents > 0).sum(axis=0)).ravel()
        idf = np.log(1 + (n_labels - presence + 0.5) / (presence + 0.5))
        norm = self.k1 * (1 - self.b + self.b * lengths / lengths.mean())
        coo = documents.tocoo()
        weights = coo.data * (self.k1 + 1) / (coo.data + norm[coo.row]) * idf[coo.col]
        self._weights = csr_matrix((weights, (coo.row, coo.col)), shape=documents.shape)

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """One row a text, one column an intent, divided by the text's number of features."""
        counts = self.vectorizer.transform(texts)
        counts.data[:] = 1
        sizes = np.maximum(np.asarray(counts.sum(axis=1)), 1)
        return np.asarray((counts @ self._weights.T).todense()) / sizes


def _softmax(scores: np.ndarray) -> np.ndarray:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def _share(text: str, bigrams: Set[str]) -> float:
    """Share of the text's character pairs that stand in some example."""
    pairs = [text[i : i + 2] for i in range(len(text) - 1)]
    return sum(pair in bigrams for pair in pairs) / len(pairs) if pairs else 0.0


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
        self._known = {comparable(text): intent for text, intent in zip(texts, intents)}
        masked = [mask(text) for text in texts]
        labels = np.array([self.labels.index(intent) for intent in intents])
        self._fit_views(masked, labels)
        signals = self._out_of_fold_signals(masked, labels)
        ours = np.array([intent not in self.foreign for intent in intents])
        self._gate = LogisticRegression(C=1.0, class_weight="balanced", random_state=SEED, max_iter=1000)
        self._gate.fit(signals, ours)
        return self

    def _fit_views(self, masked: Sequence[str], labels: np.ndarray) -> None:
        self._tfidf = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, lowercase=False, min_df=1)
        features = self._tfidf.fit_transform(masked)
        self._svm = LinearSVC(C=1.0, class_weight="balanced", random_state=SEED).fit(features, labels)
        self._svm.coef_ = self._svm.coef_.astype(np.float32)  # half the memory, the same decisions
        self._bm25 = _ClassDocuments()
        self._bm25.fit(masked, labels, len(self.labels))
        self._examples = features
        self._bigrams = {text[i : i + 2] for text in masked for i in range(len(text) - 1)}
        ours = np.array([self.labels[label] not in self.foreign for label in labels])
        self._in_out = LogisticRegression(C=10.0, class_weight="balanced", random_state=SEED, max_iter=1000)
        self._in_out.fit(features, ours)

    def _linear_scores(self, features: csr_matrix) -> np.ndarray:
        """Scores of the linear model, one row a text.

        Only the columns of a text's own features are touched: the library's product would turn the whole float32 matrix
        (70 intents, 60,000 features) into float64 for every message.
        """
        if len(self._svm.classes_) == 2:
            scores = self._svm.decision_function(features)
            return np.column_stack([-scores, scores])
        rows = [slice(features.indptr[i], features.indptr[i + 1]) for i in range(features.shape[0])]
        coefficients = self._svm.coef_
        return np.array(
            [coefficients[:, features.indices[row]] @ features.data[row] + self._svm.intercept_ for row in rows]
        )

    def _combined(self, masked: Sequence[str], svm: np.ndarray) -> np.ndarray:
        """Probabilities over intents from both views; the weights were set by cross-validation (docs/nlu.md)."""
        scores = 3.0 * svm + 2.0 * self._bm25.scores(masked)
        long = np.array([len(text) > self.short_limit for text in masked])
        generic = np.array([label in self.short for label in self.labels])
        scores[np.ix_(long, generic)] = -1e9
        return _softmax(scores)

    def _views(self, masked: Sequence[str]) -> Tuple[np.ndarray, np.ndarray]:
        """(probabilities over intents, signals for the gate) of masked texts."""
        features = self._tfidf.transform(masked)
        svm = self._linear_scores(features)
        probabilities = self._combined(masked, svm)
        foreign = [index for index, label in enumerate(self.labels) if label in self.foreign]
        ordered = np.sort(svm, axis=1)
        nearest = np.asarray((features @ self._examples.T).max(axis=1).todense()).ravel()
        known = [_share(text, self._bigrams) for text in masked]
        bm25 = np.sort(self._bm25.scores(masked), axis=1)
        signals = np.column_stack(
            [
                ordered[:, -1],
                ordered[:, -1] - ordered[:, -2],
                nearest,
                known,
                self._in_out.decision_function(features),
                probabilities[:, foreign].sum(axis=1) if foreign else np.zeros(len(masked)),
                bm25[:, -1],
            ]
        )
        return probabilities, signals

    def _out_of_fold_signals(self, masked: List[str], labels: np.ndarray) -> np.ndarray:
        """Signals of texts that the views did not see, so that the gate learns what unseen texts look like."""
        signals = None
        folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=SEED)
        for train, test in folds.split(masked, labels):
            view = IntentModel(sorted(self.foreign), sorted(self.short), self.short_limit)
            view.labels = self.labels
            view._fit_views([masked[index] for index in train], labels[train])
            part = view._views([masked[index] for index in test])[1]
            signals = np.zeros((len(masked), part.shape[1])) if signals is None else signals
            signals[test] = part
        assert signals is not None
        return signals

    def probabilities(self, texts: Sequence[str]) -> Tuple[np.ndarray, np.ndarray]:
        """(one row of intent probabilities a text, probability that each text is ours)."""
        probabilities, signals = self._views([mask(text) for text in texts])
        return probabilities, self._gate.predict_proba(signals)[:, 1]

    def known(self, text: str) -> Optional[str]:
        """The intent of a text that is an example, else None: a button's title means the same when it is typed."""
        return self._known.get(comparable(text))

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
        if foreign and (ours < self.thresholds.reject or not own):
            return Decision("decline", foreign[0][0], 1 - ours, ranking, ours)
        route = "offer" if len(own) > 1 and own[0][1] - own[1][1] < self.thresholds.margin else "answer"
        return Decision(route, own[0][0], own[0][1], ranking, ours)
