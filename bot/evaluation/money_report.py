"""The part of docs/evaluation.md about money: numbers, roles, cases, and the sums that a student is shown."""

from __future__ import annotations

from typing import List, Mapping

from bot.evaluation.money import OUTCOMES, MoneyFigures
from bot.evaluation.tables import percent, table

EXPECTS = {
    "sum": "a sum is due",
    "ask": "something must be asked",
    "no": "nothing is paid, or it cannot be worked out",
    "text": "no calculation",
}
FEW = 5
"""Roles with fewer marks are left out of the table."""


def render_money(parts: Mapping[str, MoneyFigures]) -> List[str]:
    """Lines of the page; `parts`: name of each half of the set -> what was counted on it."""
    lines = [
        "## Money",
        "",
        "`tests/nlu/blind/money`: messages with gold cases by six authors who saw neither code nor data; its README tells the "
        "format. The **readable** half was read while the rules were written and is training data by now; the **hidden** half "
        "is only ever counted. A case is exact when visits, grades, amounts that a payment is worked out from, what was used of "
        "the deductible, which stay it is and the own share are all as the author has them.",
        "",
        *table(
            [
                "half",
                "messages",
                "numbers read with their value",
                "case exact",
                "wrong sum stated",
                "asked although clear",
                "right",
            ],
            [_summary(name, figures) for name, figures in parts.items()],
        ),
        "What the student is shown, by what a good assistant does:",
        "",
        *table(
            ["half", "due", "messages", *OUTCOMES],
            [row for name, figures in parts.items() for row in _outcomes(name, figures)],
        ),
    ]
    hidden = list(parts.values())[-1]
    return [*lines, "Roles of the hidden half:", "", *table(["role", "marks", "precision", "recall"], _roles(hidden))]


def _summary(name: str, figures: MoneyFigures) -> List[object]:
    return [
        name,
        figures.messages,
        percent(figures.share(figures.numerals, True)),
        percent(figures.share(figures.exact, True)),
        percent(figures.of_all("wrong")),
        percent(figures.share(figures.outcomes["sum"], "asked")),
        percent(figures.of_all("right")),
    ]


def _outcomes(name: str, figures: MoneyFigures) -> List[List[object]]:
    return [
        [name, title, sum(figures.outcomes[due].values()), *(figures.outcomes[due][outcome] for outcome in OUTCOMES)]
        for due, title in EXPECTS.items()
        if due in figures.outcomes
    ]


def _roles(figures: MoneyFigures) -> List[List[object]]:
    rows: List[List[object]] = []
    for role, marks in figures.expected.most_common():
        if marks >= FEW:
            found = figures.found[role]
            precision = percent(figures.hits[role] / found) if found else "–"
            rows.append([role, marks, precision, percent(figures.hits[role] / marks)])
    return rows
