"""Cross-validates the intent model on the training data: weights of the two views, then the two thresholds.

    python benchmarks/calibrate.py [--picture docs/nlu-thresholds.png]

Prints tables for docs/nlu.md. Reads no test set.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold

from bot.nlu.intent_model import SEED, IntentModel
from bot.nlu.masking import mask
from bot.settings import PROJECT


def training_data() -> Tuple[List[str], List[str]]:
    """Texts and intents of data/nlu."""
    texts, intents = [], []
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
            texts += lines
            intents += [block["intent"]] * len(lines)
    return texts, intents


def configured() -> Dict[str, List[str]]:
    """The classifier's configuration in config.yml."""
    pipeline = yaml.safe_load((PROJECT / "config.yml").read_text("utf-8"))["pipeline"]
    return next(step for step in pipeline if step["name"].endswith("OpenSetClassifier"))


def cross_validate(texts: List[str], intents: List[str]) -> Tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, List[str]]:
    """Out-of-fold linear scores, BM25 scores, and probability of being ours; labels as numbers; label names."""
    settings = configured()
    labels = sorted(set(intents))
    y = np.array([labels.index(intent) for intent in intents])
    linear = np.zeros((len(texts), len(labels)))
    bm25, ours = np.zeros_like(linear), np.zeros(len(texts))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=SEED + 1).split(texts, y):
        model = IntentModel(settings["foreign_intents"], settings["short_intents"])
        model.fit([texts[i] for i in train], [intents[i] for i in train])
        masked = [mask(texts[i]) for i in test]
        linear[test] = model._linear_scores(model._tfidf.transform(masked))
        bm25[test] = model._bm25.scores(masked)
        ours[test] = model.probabilities([texts[i] for i in test])[1]
    return linear, bm25, ours, y, labels


def main(picture: Path | None) -> None:
    """Print the tables; draw the curve when a path is given."""
    texts, intents = training_data()
    linear, bm25, ours, y, labels = cross_validate(texts, intents)
    foreign = np.isin(y, [labels.index(name) for name in configured()["foreign_intents"]])
    print(f"{len(texts)} examples, {len(labels)} intents; five folds\n\n| linear | BM25 | right among own intents |\n|---|---|---|")
    for weight_linear, weight_bm25 in ((1, 0), (0, 1), (3, 1), (3, 2), (3, 4), (3, 6), (3, 10)):
        best = (weight_linear * linear + weight_bm25 * bm25).argmax(axis=1)
        print(f"| {weight_linear} | {weight_bm25} | {np.mean(best[~foreign] == y[~foreign]):.1%} |")
    print("\n| reject below | own refused | foreign accepted |\n|---|---|---|")
    grid = np.arange(0.05, 1.0, 0.05)
    refused = [float(np.mean(ours[~foreign] < limit)) for limit in grid]
    accepted = [float(np.mean(ours[foreign] >= limit)) for limit in grid]
    for limit, lost, taken in zip(grid, refused, accepted):
        print(f"| {limit:.2f} | {lost:.1%} | {taken:.1%} |")
    scores = 3 * linear + 2 * bm25
    scores[:, [labels.index(name) for name in configured()["foreign_intents"]]] = -1e9
    top = np.exp(scores - scores.max(axis=1, keepdims=True))
    top /= top.sum(axis=1, keepdims=True)
    order = np.sort(top, axis=1)
    margin, right = order[:, -1] - order[:, -2], top.argmax(axis=1) == y
    best3 = np.argsort(-top, axis=1)[:, :3]
    in3 = (best3 == y[:, None]).any(axis=1)
    print("\n| offer below margin | offered | answered right | answered wrong | right or among three |\n|---|---|---|---|---|")
    for limit in (0.0, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4):
        ask, own = margin < limit, ~foreign
        print(f"| {limit:.2f} | {np.mean(ask[own]):.1%} | {np.mean((right & ~ask)[own]):.1%} | "
              f"{np.mean((~right & ~ask)[own]):.1%} | {np.mean(np.where(ask, in3, right)[own]):.1%} |")
    if picture:
        draw(picture, grid, refused, accepted)


def draw(picture: Path, grid: np.ndarray, refused: List[float], accepted: List[float]) -> None:
    """The trade-off of the reject threshold as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    axes.plot(grid, np.array(refused) * 100, label="own questions refused")
    axes.plot(grid, np.array(accepted) * 100, label="foreign messages accepted")
    axes.axvline(float(configured().get("reject", 0.5)), color="grey", linestyle=":", label="threshold in use")
    axes.set(xlabel="reject below this probability of being ours", ylabel="%", ylim=(0, 30))
    axes.legend()
    figure.tight_layout()
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=Path)
    main(parser.parse_args().picture)
