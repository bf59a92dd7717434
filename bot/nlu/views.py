"""How a text looks: character n-grams, a linear score for each intent, BM25 against one document per intent. No Rasa.

Fitted in full, then compacted: weights become small integers with a scale for each intent, which costs nothing that was
measurable and makes the model a fifth as large.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Callable, Optional, Sequence, Union

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.svm import LinearSVC

from bot.nlu.text import comparable

SEED = 20250901
LONGEST = 3
"""Characters of the longest n-gram."""
K1, B = 1.2, 0.75
"""BM25's usual constants."""


@dataclass(frozen=True)
class Seen:
    """What the views make of texts, one row a text."""

    linear: np.ndarray
    """Score of each intent."""
    bm25: np.ndarray
    """Match of each intent's document, divided by the number of n-grams of the text."""
    ours: np.ndarray
    """Linear score of being ours."""
    known: np.ndarray
    """Share of the text's n-grams that stand in several examples, one column for each length of two and more."""


class Weights:
    """A matrix of weights by intent (rows) and n-gram (columns), 8 bits each, with one scale a row."""

    def __init__(self, matrix: np.ndarray) -> None:
        self._scale = np.maximum(np.abs(matrix).max(axis=1), 1e-12) / 127
        self._small = np.rint(matrix / self._scale[:, None]).astype(np.int8).T.copy()

    def of(self, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Scores of one text: its n-grams and their values."""
        scores: np.ndarray = values @ self._small[columns] * self._scale
        return scores

    def dot(self, features: csr_matrix) -> np.ndarray:
        """Scores of sparse feature rows; only the n-grams of a text are touched."""
        rows = (slice(features.indptr[i], features.indptr[i + 1]) for i in range(features.shape[0]))
        return np.array([features.data[row] @ self._small[features.indices[row]] for row in rows]) * self._scale


class Views:
    """The n-grams of the examples and what was learnt about them."""

    _linear: Union[np.ndarray, Weights]
    _documents: Union[np.ndarray, Weights]

    def __init__(self) -> None:
        # an n-gram of a single example says nothing about others
        self._counter = CountVectorizer(analyzer="char", ngram_range=(1, LONGEST), min_df=2, lowercase=False)
        self._tfidf = TfidfTransformer(sublinear_tf=True)

    def fit(self, masked: Sequence[str], labels: np.ndarray, n_labels: int, ours: np.ndarray) -> Views:
        """Learn from masked texts, the number of each one's intent, and whether it is ours."""
        counts = self._counter.fit_transform(masked)
        features = self._tfidf.fit_transform(counts)
        self._sizes = np.array([len(gram) for gram in self._counter.get_feature_names_out()], dtype=np.uint8)
        svm = LinearSVC(C=1.0, tol=1e-3, class_weight="balanced", random_state=SEED).fit(features, labels)
        two = len(svm.classes_) == 2
        self._linear = np.vstack([-svm.coef_, svm.coef_]) if two else svm.coef_
        self._bias = np.concatenate([-svm.intercept_, svm.intercept_]) if two else svm.intercept_
        self._documents = _bm25_weights(counts, labels, n_labels)
        gate = LinearSVC(C=1.0, tol=1e-3, class_weight="balanced", random_state=SEED)
        if len(set(ours.tolist())) == 2:
            gate.fit(features, ours)
            self._ours, self._ours_bias = gate.coef_.ravel(), float(gate.intercept_[0])
        else:
            self._ours, self._ours_bias = np.zeros(features.shape[1]), 1.0
        return self

    def compact(self) -> Views:
        """Make the weights small; nothing can be fitted any more."""
        self._linear, self._documents = Weights(np.asarray(self._linear)), Weights(np.asarray(self._documents))
        self._ours = self._ours.astype(np.float32)
        # the vectorizer remembers n-grams that it left out: they are never asked for
        self._counter.stop_words_ = None
        return self

    def read(self, masked: Sequence[str]) -> Seen:
        """What the views make of masked texts."""
        if len(masked) == 1 and isinstance(self._linear, Weights) and isinstance(self._documents, Weights):
            return self._read_one(masked[0], self._linear, self._documents)
        counts = self._counter.transform(masked)
        features = self._tfidf.transform(counts)
        presence = csr_matrix((np.ones(len(counts.indices)), counts.indices, counts.indptr), shape=counts.shape)
        sizes = np.maximum(np.diff(counts.indptr), 1)[:, None]
        return Seen(
            linear=self._times(self._linear, features) + self._bias,
            bm25=self._times(self._documents, presence) / sizes,
            ours=np.asarray(features @ self._ours).ravel() + self._ours_bias,
            known=self._known(masked, counts),
        )

    def _read_one(self, text: str, linear: Weights, documents: Weights) -> Seen:
        """`read` for one text, without scikit-learn's checks and matrices: a fifth of the time."""
        vocabulary = self._counter.vocabulary_
        found = Counter(vocabulary[gram] for gram in self._grams(text) if gram in vocabulary)
        columns, counts = np.fromiter(found.keys(), np.intp), np.fromiter(found.values(), float)
        weights = (1 + np.log(counts)) * self._idf[columns]
        weights /= np.sqrt(weights @ weights) or 1.0
        sizes = self._sizes[columns]
        known = [counts[sizes == n].sum() / max(len(text) - n + 1, 1) for n in range(2, LONGEST + 1)]
        return Seen(
            linear=(linear.of(columns, weights) + self._bias)[None, :],
            bm25=documents.of(columns, np.ones(len(columns)))[None, :] / max(len(columns), 1),
            ours=np.array([weights @ self._ours[columns] + self._ours_bias]),
            known=np.array([known]),
        )

    @cached_property
    def _grams(self) -> Callable[[str], Sequence[str]]:
        analyse: Callable[[str], Sequence[str]] = self._counter.build_analyzer()
        return analyse

    @cached_property
    def _idf(self) -> np.ndarray:
        return np.asarray(self._tfidf.idf_)

    def _known(self, masked: Sequence[str], counts: csr_matrix) -> np.ndarray:
        lengths = np.array([len(text) for text in masked])
        columns = [
            np.asarray(counts @ (self._sizes == n)).ravel() / np.maximum(lengths - n + 1, 1)
            for n in range(2, LONGEST + 1)
        ]
        return np.column_stack(columns)

    @staticmethod
    def _times(weights: Weights | np.ndarray, features: csr_matrix) -> np.ndarray:
        return weights.dot(features) if isinstance(weights, Weights) else np.asarray(features @ weights.T)


def _bm25_weights(counts: csr_matrix, labels: np.ndarray, n_labels: int) -> np.ndarray:
    """BM25 weight of every n-gram in every intent's document."""
    membership = csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(n_labels, len(labels)))
    documents = csc_matrix(membership @ counts).astype(float).toarray()
    lengths = documents.sum(axis=1, keepdims=True)
    presence = (documents > 0).sum(axis=0)
    idf = np.log(1 + (n_labels - presence + 0.5) / (presence + 0.5))
    norm = K1 * (1 - B + B * lengths / lengths.mean())
    weights: np.ndarray = documents * (K1 + 1) / (documents + norm) * idf
    return weights


class KnownTexts:
    """The examples themselves, eight bytes each: a text that is one of them needs no model."""

    def __init__(self, texts: Sequence[str], labels: np.ndarray) -> None:
        keys = np.array([_key(text) for text in texts], dtype=np.uint64)
        order = np.argsort(keys, kind="stable")
        self._keys, self._labels = keys[order], labels[order].astype(np.uint16)

    def find(self, text: str) -> Optional[int]:
        """Number of the intent of a text that is an example, else None."""
        key = _key(text)
        place = int(np.searchsorted(self._keys, key))
        found = place < len(self._keys) and self._keys[place] == key
        return int(self._labels[place]) if found else None


def _key(text: str) -> np.uint64:
    """Eight bytes that stand for what is left of a text without punctuation."""
    return np.uint64(int.from_bytes(hashlib.blake2b(comparable(text).encode(), digest_size=8).digest(), "big"))
