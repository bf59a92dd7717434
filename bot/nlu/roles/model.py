"""The role model: a CRF whose sequence is the mentions of a message. No Rasa.

The mentions of a message depend on one another (a part follows a total, what is withdrawn comes before what replaces it), so
they are decided together. docs/nlu.md has the table of models that were measured.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import pycrfsuite

from bot.nlu.mentions.find import Mention, find_mentions
from bot.nlu.roles.features import sequence_features
from bot.nlu.text import NormalText, normalise

NONE = "none"
"""Role of a mention that no annotator marked: no number at all."""
SETTINGS: Mapping[str, object] = {
    "c1": 0.02,
    "c2": 0.1,
    "max_iterations": 30,
    "feature.minfreq": 2,
    "feature.possible_transitions": True,
}
MONEY_ROLES = (
    *("bill", "part", "covered", "outside", "own_share", "fund_paid", "other_paid", "deposit", "used", "last_year"),
    *("excluded", "premium", "guess", "rule", "wealth", "other_person", "denied"),
)
"""Roles of amounts."""
KNOWN_ROLES = (
    *MONEY_ROLES,
    *("date_care", "date_receipt", "date_today", "date_enrol", "date_other"),
    *("years_lapsed", "years_repaid", "study_year", "calendar_year"),
    *("visit_ordinal", "visit_count", "stay_days", "age", "grade", "phone_or_id", "other"),
)
"""Every role that an annotated message may have (data/nlu/roles/README.md)."""


@dataclass(frozen=True)
class Roled:
    """A mention with the role that the words give it."""

    mention: Mention
    role: str
    probability: float
    others: Tuple[Tuple[str, float], ...] = ()
    """Other roles by falling probability, as far as they are plausible."""

    def share(self, roles: Sequence[str]) -> float:
        """Probability that the role is one of these."""
        return sum(p for role, p in ((self.role, self.probability), *self.others) if role in roles)


@dataclass(frozen=True)
class Annotated:
    """A message of an annotator: for each mark its place in the message as typed and its role."""

    text: str
    before: str
    marks: Tuple[Tuple[int, int, str], ...]
    author: str = ""


def said_before(before: str) -> str:
    """What stands before a message as the features take it: `我` or `bot`, then the normal text."""
    if not before:
        return ""
    who, _, text = before.partition("：")
    return ("我" if who == "我" else "bot") + normalise(text or before).text[:80]


def labels_of(annotated: Annotated, normal: NormalText, mentions: Sequence[Mention]) -> List[str]:
    """The role of each mention that the reader finds; a percent is always a figure of a rule."""
    labels = []
    for mention in mentions:
        start, end = normal.span_in_original(mention.start, mention.end)
        found = next((role for first, last, role in annotated.marks if first < end and last > start), NONE)
        labels.append("rule" if mention.kind == "percent" else found)
    return labels


class RoleModel:
    """Fitted on annotated messages; names the role of every mention with its probability."""

    def __init__(self, content: Optional[bytes] = None) -> None:
        self._content = content
        self._tagger: Optional[pycrfsuite.Tagger] = None

    def fit(self, examples: Sequence[Annotated]) -> RoleModel:
        """Fit on annotated messages. Raises ValueError: fewer than two roles are marked in them."""
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params(dict(SETTINGS))
        seen = set()
        for example in examples:
            normal = normalise(example.text)
            mentions = find_mentions(normal.text)
            if mentions:
                labels = labels_of(example, normal, mentions)
                seen.update(labels)
                rows = sequence_features(normal.text, mentions, said_before(example.before))
                trainer.append(pycrfsuite.ItemSequence(rows), labels)
        if len(seen - {NONE}) < 2:
            raise ValueError("the role model needs messages with at least two different roles (data/nlu/roles)")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "roles.crfsuite"
            trainer.train(str(path))
            self._content, self._tagger = path.read_bytes(), None
        return self

    @property
    def content(self) -> bytes:
        """The model as bytes, to be stored. Raises ValueError before it is fitted."""
        if self._content is None:
            raise ValueError("the role model is not fitted")
        return self._content

    def _opened(self) -> pycrfsuite.Tagger:
        if self._tagger is None:
            self._tagger = pycrfsuite.Tagger()
            self._tagger.open_inmemory(self.content)
            self._labels: List[str] = self._tagger.labels()
        return self._tagger

    def roles(self, text: str, mentions: Sequence[Mention], before: str = "") -> List[Roled]:
        """The role of each mention of a normal text. `before`: what `said_before` makes of the line before."""
        if not mentions:
            return []
        tagger = self._opened()
        tagger.set(pycrfsuite.ItemSequence(sequence_features(text, mentions, before)))
        best = tagger.tag()
        found = []
        for index, (mention, role) in enumerate(zip(mentions, best)):
            shares: Dict[str, float] = {label: tagger.marginal(label, index) for label in self._labels}
            others = sorted(
                ((label, p) for label, p in shares.items() if label != role and p > 0.02), key=lambda each: -each[1]
            )
            found.append(Roled(mention, role, shares[role], tuple(others[:4])))
        return found
