"""The picture of docs/performance.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping, Sequence

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

COLOURS = {"one": "#1f6f8b", "stock": "#c0504d", "proxied-1": "#8aa936", "proxied-3": "#4f6d1e"}


def draw(found: Mapping[str, Any], titles: Mapping[str, str], path: Path) -> None:
    """Four panels: throughput and latency over users, latency over the turns of a talk, memory over turns."""
    figure, axes = plt.subplots(2, 2, figsize=(11, 7.5), constrained_layout=True)
    for name, each in found["targets"].items():
        style = {"color": COLOURS.get(name), "label": titles.get(name, name), "marker": "o", "markersize": 4}
        stages = each.get("stages", [])
        users = [one["users"] for one in stages]
        axes[0, 0].plot(users, [one["turns_per_second"] for one in stages], **style)
        axes[0, 1].plot(users, [one["median"] for one in stages], **style)
        axes[0, 1].plot(users, [one["p95"] for one in stages], color=COLOURS.get(name), linestyle=":")
        for axis, key in ((axes[1, 0], "length"), (axes[1, 1], "memory")):
            points = (each.get(key) or {}).get("points", [])
            if points:
                axis.plot(*zip(*points), **style)
    users = sorted({one["users"] for each in found["targets"].values() for one in each.get("stages", [])})
    _dress(axes[0, 0], "turns a second", "users without a pause", users)
    _dress(axes[0, 1], "latency: median, p95 dotted (ms)", "users without a pause", users)
    _dress(axes[1, 0], "median of a turn in talks of 200 turns (ms)", "number of the turn")
    _dress(axes[1, 1], "resident memory (MB)", "turns of eight users")
    for axis in (axes[0, 0], axes[1, 0], axes[1, 1]):
        axis.set_ylim(bottom=0)
    axes[0, 1].set_yscale("log")
    known = axes[0, 0].get_legend_handles_labels()
    figure.legend(*known, loc="upper center", bbox_to_anchor=(0.5, 0), ncol=2, fontsize=9, frameon=False)
    figure.savefig(path, dpi=110, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)


def _dress(axis: Any, title: str, below: str, users: Sequence[int] = ()) -> None:
    axis.set_title(title, fontsize=10)
    axis.set_xlabel(below, fontsize=9)
    axis.grid(True, alpha=0.25)
    axis.spines[["top", "right"]].set_visible(False)
    if users:
        axis.set_xscale("log", base=2)
        axis.set_xticks(users, [str(each) for each in users])
    else:
        axis.set_xlim(left=0)
