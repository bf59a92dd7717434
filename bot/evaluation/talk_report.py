"""The part of docs/evaluation.md about talks: what a student sees in each turn, and whether the talk is kept in mind."""

from __future__ import annotations

from collections import Counter
from typing import List, Mapping, Optional

from bot.evaluation.consistency import Consistency
from bot.evaluation.tables import percent, table
from bot.evaluation.talks import TalkFigures


def _share(counts: Counter[bool]) -> str:
    total = counts[True] + counts[False]
    return f"{counts[True]} of {total} ({percent(counts[True] / total if total else 0.0)})"


def render_talks(parts: Mapping[str, TalkFigures], consistency: Optional[Consistency]) -> List[str]:
    """Lines of the page; `parts`: name of each part of the set -> what was counted on it."""
    lines = [
        "## Talks",
        "",
        "`tests/dialogue/blind`: talks of two to six turns by six authors who saw neither code nor data, each turn judged on "
        "what a student sees without a tap. The **readable** part was read while the reading of talks was built; the "
        "**hidden** part is only ever counted (its README says which authors).",
        "",
        *table(
            ["part", "talks right", "first turns right", "later turns right", "asked again", "same text twice"],
            [_row(name, figures) for name, figures in parts.items()],
        ),
        "Talks right by kind, hidden part:",
        "",
        *table(
            ["kind", "talks right"],
            [[kind, _share(counts)] for kind, counts in sorted(list(parts.values())[-1].kinds.items())],
        ),
    ]
    if consistency:
        lines += [
            "A later message of a written talk (`data/talks`) that reaches the same topic or the same sums as its full form "
            f"said alone: {_share(consistency.total)}. By reading:",
            "",
            *table(
                ["reading", "same"],
                [[name, _share(counts)] for name, counts in sorted(consistency.readings.items())],
            ),
        ]
    return lines


def _row(name: str, figures: TalkFigures) -> List[str]:
    later = figures.later[True] + figures.later[False]
    shares = [percent(count / later if later else 0.0) for count in (figures.asked_again, figures.same_text)]
    return [name, _share(figures.talks), _share(figures.first), _share(figures.later), *shares]
