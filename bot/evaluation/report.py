"""docs/evaluation.md and its pictures, written from one run of all sets."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from bot.evaluation.calibration import MarginPoint
from bot.evaluation.consistency import Consistency
from bot.evaluation.measures import FACT_OUTCOMES, OUTCOMES, Acceptance, EntityFigures, Understanding
from bot.evaluation.money import MoneyFigures
from bot.evaluation.money_report import render_money
from bot.evaluation.tables import percent, table
from bot.evaluation.talk_report import render_talks
from bot.evaluation.talks import TalkFigures

WORST = 10
"""Confused pairs that the report lists. Pairs of intents, never the sentences: the sets stay blind."""


@dataclass
class Evaluation:
    """Everything that one run measured."""

    examples: int
    intents: int
    model_bytes: int
    blind: Understanding
    blind_foreign: Mapping[str, Acceptance]
    urgent: Mapping[str, Tuple[int, int]]
    entities: EntityFigures
    collected: Optional[Understanding] = None
    collected_foreign: Mapping[str, Acceptance] = field(default_factory=dict)
    facts: Optional[Counter[str]] = None
    money: Mapping[str, MoneyFigures] = field(default_factory=dict)
    """Half of the set (readable, hidden) -> what was counted on it."""
    talks: Mapping[str, TalkFigures] = field(default_factory=dict)
    """Part of the blind talks (readable, hidden) -> what was counted on it."""
    consistency: Optional[Consistency] = None
    rejects: Sequence[Tuple[float, float, float]] = ()
    margins: Sequence[MarginPoint] = ()
    decline: float = 0.0
    doubt: float = 0.0
    margin: float = 0.0


def _questions(sets: Mapping[str, Optional[Understanding]]) -> List[str]:
    rows = [
        [name, found.total, *(percent(found.share(o)) for o in OUTCOMES), percent(found.share("right", "offered"))]
        for name, found in sets.items()
        if found
    ]
    return table(["set", "sentences", *OUTCOMES, "right or among the three"], rows)


def _foreign(sets: Mapping[str, Mapping[str, Acceptance]]) -> List[str]:
    rows = [
        [name, kind, one.total, f"{one.answered} ({percent(one.share)})", one.offered]
        for name, kinds in sets.items()
        for kind, one in kinds.items()
    ]
    return table(["set", "kind", "sentences", "answered as ours", "met with an offer"], rows)


def render(run: Evaluation) -> str:
    """The page."""
    milliseconds = sorted(1000 * seconds for seconds in run.blind.seconds)
    p95 = milliseconds[int(len(milliseconds) * 0.95)]
    lines = [
        "# Evaluation",
        "",
        "Written by `bot evaluate`. **blind** (`tests/nlu/blind`) was written apart from the training data and is only "
        "looked at in totals; **collected** is a development set; the questions of the fact inventory are asked in whole "
        "conversations. What the words mean and where the thresholds come from: [nlu.md](nlu.md).",
        "",
        f"{run.examples} training examples, {run.intents} intents, model {run.model_bytes / 1e6:.1f} MB, parse median "
        f"{statistics.median(milliseconds):.1f} ms, p95 {p95:.1f} ms (two cores).",
        "",
        "## Questions that are ours",
        "",
        *_questions({"blind": run.blind, "collected": run.collected}),
        "“Offered”: the right meaning is among the three that the user is shown; “wrong offer”: it is not; “beside”: another "
        "topic was answered and the right one is the button beside the answer. A calculation that a question on a topic "
        "becomes by its facts (大三的今年交多少 → the premium worked out) counts as right.",
        "",
        "The pairs that blind questions are most often confused in:",
        "",
        *table(["wanted", "got", "times"], [[*pair, n] for pair, n in run.blind.confusions.most_common(WORST)]),
        "![Answered rightly by confidence](evaluation-confidence.png)",
        "",
        "## Messages that are not",
        "",
        *_foreign({"blind": run.blind_foreign, "collected": run.collected_foreign}),
        "## Emergencies and crises",
        "",
        *table(
            ["kind", "taken as urgent", "sentences"],
            [[kind, caught, total] for kind, (caught, total) in run.urgent.items()],
        ),
        "## Entities",
        "",
        f"{run.entities.found} of {run.entities.expected} values found ({percent(run.entities.share)}), "
        f"{run.entities.extra} too many, {run.entities.exact} of {run.entities.sentences} sentences exact.",
        "",
        *table(
            ["entity", "sentences at fault"],
            [[name, count] for name, count in sorted(run.entities.faults.items()) if count],
        ),
    ]
    if run.money:
        lines += render_money(run.money)
    if run.talks:
        lines += render_talks(run.talks, run.consistency)
    if run.facts:
        total = sum(run.facts.values())
        lines += [
            "## Facts of the inventory, asked in conversations",
            "",
            *table(
                ["what the student gets", "questions", "share"],
                [[name, run.facts[name], percent(run.facts[name] / total)] for name in FACT_OUTCOMES],
            ),
        ]
    if run.margins:
        lines += _calibration(run)
    return "\n".join(lines)


def _calibration(run: Evaluation) -> List[str]:
    return [
        "## Thresholds",
        "",
        "Cross-validated over the training examples, which are harder than life: no two of an intent are alike.",
        f"In use: decline below {run.decline:.2f}, offer below {run.doubt:.2f} or below a margin of {run.margin:.2f}.",
        "",
        *table(
            ["probability of being ours below", "own examples below", "foreign examples above"],
            [[f"{limit:.2f}", percent(lost), percent(taken)] for limit, lost, taken in run.rejects],
        ),
        *table(
            ["offer below margin", "offered", "answered right", "answered wrong", "right or among three"],
            [
                [f"{p.margin:.2f}", percent(p.offered), percent(p.right), percent(p.wrong), percent(p.served)]
                for p in run.margins
            ],
        ),
        "![The two trade-offs](evaluation-thresholds.png)",
        "",
    ]


def draw(run: Evaluation, folder: Path) -> None:
    """The pictures of the page."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4))
    confidence = np.array([score for score, _ in run.blind.confidences])
    right = np.array([good for _, good in run.blind.confidences])
    edges = np.linspace(0, 1, 11)
    bins: Dict[float, Tuple[float, int]] = {}
    for low, high in pairwise(edges):
        inside = (confidence >= low) & ((confidence < high) | (high == 1))
        if inside.sum() >= 5:
            bins[(low + high) / 2] = (float(right[inside].mean()), int(inside.sum()))
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    axes.plot(list(bins), [share for share, _ in bins.values()], marker="o")
    for middle, (share, count) in bins.items():
        axes.annotate(str(count), (middle, share), textcoords="offset points", xytext=(4, -12), fontsize=8)
    axes.set(xlabel="confidence of a direct answer", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1.03))
    figure.tight_layout()
    figure.savefig(folder / "evaluation-confidence.png", dpi=110)
    pyplot.close(figure)
    if not run.margins:
        return
    figure, (left, second) = pyplot.subplots(1, 2, figsize=(10, 4))
    limits, lost, taken = (np.array(column) for column in zip(*run.rejects))
    left.plot(limits, lost * 100, label="own examples below")
    left.plot(limits, taken * 100, label="foreign examples above")
    left.axvline(run.decline, color="grey", linestyle="--", label="declined below")
    left.axvline(run.doubt, color="grey", linestyle=":", label="offered below")
    left.set(xlabel="probability of being ours", ylabel="%", ylim=(0, 30))
    left.legend()
    second.plot([p.offered * 100 for p in run.margins], [p.wrong * 100 for p in run.margins], marker="o")
    for point in run.margins:
        second.annotate(f"{point.margin:.2f}", (point.offered * 100, point.wrong * 100), fontsize=7)
    second.set(xlabel="% asked back", ylabel="% answered wrongly", ylim=(0, None))
    figure.tight_layout()
    figure.savefig(folder / "evaluation-thresholds.png", dpi=110)
    pyplot.close(figure)
