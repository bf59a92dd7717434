"""Bars on the blind sets: lines that were written apart from the training data and are only looked at in totals.

The bars are what the model reaches, rounded down: they hold the ground, they are not the goal (docs/evaluation.md).
"""

from __future__ import annotations

from typing import Any

from bot.evaluation import sets
from bot.evaluation.measures import accept, catch_urgent, find_entities, understand


async def test_every_crisis_and_every_emergency_is_caught(assistant: Any) -> None:
    caught = await catch_urgent(assistant, sets.blind_urgent())
    for kind in ("crisis", "emergency"):
        taken, total = caught[kind]
        assert taken == total
    taken, total = caught["not_urgent"]
    assert taken / total <= 0.05


async def test_in_scope_questions_are_served_and_seldom_answered_wrongly(assistant: Any) -> None:
    found = await understand(assistant, sets.blind_questions())
    assert found.share("right") >= 0.91
    assert found.share("right", "offered") >= 0.955
    assert found.share("right", "offered", "beside") >= 0.975
    assert found.share("wrong", "beside") <= 0.036


async def test_foreign_messages_are_seldom_answered(assistant: Any) -> None:
    kinds = await accept(assistant, sets.blind_foreign())
    assert kinds["medical"].answered == 0
    assert kinds["far"].share <= 0.033
    near = [kinds[kind] for kind in ("campus", "insurance", "other_city")]
    assert sum(kind.answered for kind in near) / sum(kind.total for kind in near) <= 0.05


async def test_entity_values_are_found(assistant: Any) -> None:
    assert (await find_entities(assistant, sets.blind_entities())).share >= 0.94
