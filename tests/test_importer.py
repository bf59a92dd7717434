"""What follows from the knowledge is derived: a new topic is one file and its examples."""

from __future__ import annotations

from typing import Any

import pytest

from bot.importer import KnowledgeImporter, derived_rules
from bot.knowledge.base import knowledge
from bot.knowledge.dialogues import load_dialogues
from bot.settings import PROJECT


@pytest.fixture(scope="module")
def importer() -> KnowledgeImporter:
    return KnowledgeImporter(str(PROJECT / "config.yml"), str(PROJECT / "domain.yml"), [str(PROJECT / "data")])


def test_every_topic_and_calculation_is_an_intent(importer: KnowledgeImporter) -> None:
    assert {*knowledge().topic_ids, *load_dialogues()} <= set(importer.get_domain().intents)


def test_every_intent_of_the_domain_has_a_rule(importer: KnowledgeImporter) -> None:
    handled = {
        event.intent_name
        for step in importer.get_stories().story_steps
        for event in step.events
        if hasattr(event, "intent_name") and event.intent_name
    }
    assert (
        set(importer.get_domain().intents) - handled
        <= {"back", "out_of_scope", "restart", "session_start", "nlu_fallback"} | handled
    )
    assert {*knowledge().topic_ids, *load_dialogues(), "greet", "crisis", "inform", "nlu_fallback"} <= handled


def test_titles_are_examples_of_their_topics(importer: KnowledgeImporter) -> None:
    examples: Any = {
        (message.get("text"), message.get("intent")) for message in importer.get_nlu_data().intent_examples
    }
    for topic, titles in knowledge().titles().items():
        assert all((title, topic) in examples for title in titles)


def test_new_topic_needs_no_rule_by_hand() -> None:
    assert "intent: brand_new" in derived_rules(["brand_new"], [])


def test_rules_are_not_written_by_topic() -> None:
    written = (PROJECT / "data" / "rules" / "requests.yml").read_text("utf-8") + (PROJECT / "domain.yml").read_text(
        "utf-8"
    )
    assert [
        topic for topic in knowledge().topic_ids if f"intent: {topic}\n" in written or f"- {topic}\n" in written
    ] == []
