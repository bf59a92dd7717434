"""Bars on the blind sets: lines that were written apart from the training data and are only looked at in totals.

The bars are what the model reaches, rounded down: they hold the ground, they are not the goal (docs/nlu.md).
"""

from __future__ import annotations

from typing import Any

from benchmarks.blind import measure_entities, measure_in_scope, measure_out_of_scope, measure_urgent


async def test_every_crisis_and_every_emergency_is_caught(assistant: Any) -> None:
    shares = await measure_urgent(assistant)
    assert shares["crisis"] == shares["emergency"] == 1.0
    assert shares["not_urgent"] <= 0.05


async def test_in_scope_questions_are_served_and_seldom_answered_wrongly(assistant: Any) -> None:
    shares = await measure_in_scope(assistant)
    assert shares["right"] + shares["offered"] >= 0.88
    assert shares["wrong"] <= 0.085


async def test_foreign_messages_are_seldom_answered(assistant: Any) -> None:
    shares = await measure_out_of_scope(assistant)
    assert shares["medical"] == 0.0
    assert shares["insurance"] <= 0.03 and shares["campus"] <= 0.08
    assert shares["far"] <= 0.10 and shares["other_city"] <= 0.13


async def test_entity_values_are_found(assistant: Any) -> None:
    assert await measure_entities(assistant) >= 0.93
