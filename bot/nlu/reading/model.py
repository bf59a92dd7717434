"""The reading model: linear machines over the features of a message in its context, one a reading. No Rasa.

Reading a message adds up the rows of its features: no library of machine learning is needed for it.
"""

from __future__ import annotations

import io
from collections import Counter
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.nlu.reading.features import Context, features
from bot.nlu.reading.talks import Example

FEWEST = 3
"""Examples that a feature must have; with 2 the model is twice as large and reads no better."""
COST = 0.6
SHARPNESS = 4.0
"""Factor that makes probabilities of distances; measured on authors that the model had not seen."""
WEIGHTS: Dict[str, float] = {"x": 0.4}
"""First letter of features -> weight, where it is not 1: products are many."""
SEED = 20260901


def _probabilities(distances: np.ndarray) -> np.ndarray:
    scaled = np.exp(SHARPNESS * (distances - distances.max()))
    return scaled / scaled.sum()


class ReadingModel:
    """Fitted on examples of talks; gives the probability of every reading of a message."""

    def __init__(self, content: Optional[bytes] = None) -> None:
        """`content`: what `content` of a fitted model gave. Raises ValueError when it is none."""
        self.readings: Tuple[str, ...] = ()
        self._rows: Dict[str, int] = {}
        self._weights = np.zeros((0, 0), np.float32)
        self._bias = np.zeros(0, np.float32)
        if content is not None:
            self._restore(content)

    def fit(self, examples: Iterable[Example]) -> ReadingModel:
        """Learn from talks. Raises ValueError when there are fewer than two readings among them."""
        learned = list(examples)
        if len({example.reading for example in learned}) < 2:
            raise ValueError("talks with at least two different readings are needed")
        named = [list(dict.fromkeys(features(example.text, example.context))) for example in learned]
        found = Counter(name for names in named for name in names)
        fewest = FEWEST if len(learned) > 20 * FEWEST else 1
        self._rows = {name: row for row, name in enumerate(n for n, count in found.items() if count >= fewest)}
        machine = LinearSVC(C=COST, class_weight="balanced", random_state=SEED)
        machine.fit(self._matrix(named), [example.reading for example in learned])
        self.readings = tuple(str(name) for name in machine.classes_)
        weights, bias = machine.coef_, machine.intercept_
        if len(self.readings) == 2:
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        self._weights = np.ascontiguousarray(weights.T.astype(np.float16).astype(np.float32))
        self._bias = bias.astype(np.float32)
        return self

    def read(self, text: str, context: Context = Context()) -> Dict[str, float]:
        """Probability of each reading of a message, likeliest first; they sum to 1.

        Raises ValueError: the model is not fitted.
        """
        if not self.readings:
            raise ValueError("the reading model is used before it is fitted or loaded")
        rows, values = self._row(dict.fromkeys(features(text, context)))
        distances = np.asarray(values, np.float32) @ self._weights[rows] + self._bias if rows else self._bias
        found = _probabilities(distances)
        return {self.readings[place]: float(found[place]) for place in np.argsort(-found)}

    def _row(self, names: Iterable[str]) -> Tuple[List[int], List[float]]:
        """Places and weights of the features that the model knows; the squares of the weights sum to 1."""
        known = [(row, WEIGHTS.get(name[0], 1.0)) for name in names if (row := self._rows.get(name)) is not None]
        length = sum(weight * weight for _, weight in known) ** 0.5
        return [row for row, _ in known], [weight / length for _, weight in known]

    def _matrix(self, named: Sequence[Iterable[str]]) -> csr_matrix:
        rows = [self._row(names) for names in named]
        ends = np.cumsum([0, *(len(places) for places, _ in rows)])
        places = [place for found, _ in rows for place in found]
        values = [value for _, found in rows for value in found]
        return csr_matrix((values, places, ends), shape=(len(rows), len(self._rows)))

    @property
    def content(self) -> bytes:
        """The fitted model as bytes. Raises ValueError: the model is not fitted."""
        if not self.readings:
            raise ValueError("the reading model is not fitted")
        target = io.BytesIO()
        np.savez_compressed(
            target,
            readings=np.array(self.readings),
            names=np.frombuffer("\0".join(self._rows).encode(), np.uint8),
            weights=self._weights.astype(np.float16),
            bias=self._bias,
        )
        return target.getvalue()

    def _restore(self, content: bytes) -> None:
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                self.readings = tuple(str(name) for name in stored["readings"])
                names = stored["names"].tobytes().decode().split("\0")
                self._weights, self._bias = stored["weights"].astype(np.float32), stored["bias"]
        except Exception as error:  # whatever else the bytes are: numpy raises many kinds
            raise ValueError(f"no reading model: {error}") from error
        self._rows = {name: row for row, name in enumerate(names)}
