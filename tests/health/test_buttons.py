"""What stands on a button means, when typed, what the tap means."""

from __future__ import annotations

from typing import Any, Iterator, Tuple

import pytest
import yaml

from bot.knowledge.base import knowledge
from bot.knowledge.dialogues import load_dialogues
from bot.settings import PROJECT


def titles() -> Iterator[Tuple[str, str]]:
    for topic, names in knowledge().titles().items():
        yield from ((name, topic) for name in names)
    for intent, dialogue in load_dialogues().items():
        yield dialogue.title, intent


@pytest.mark.parametrize("title, intent", list(titles()))
async def test_title_means_its_topic(title: str, intent: str, assistant: Any) -> None:
    parsed = await assistant.parse(title)
    assert (parsed["intent"]["name"], parsed["route"]) == (intent, "answer")


def test_titles_are_unique() -> None:
    names = [name for name, _ in titles()]
    assert sorted(names) == sorted(set(names))


def responses() -> Iterator[Tuple[str, str]]:
    domain = yaml.safe_load((PROJECT / "domain.yml").read_text("utf-8"))
    for name, variations in domain["responses"].items():
        for variation in variations:
            yield from ((name, button["payload"]) for button in variation.get("buttons", []))


@pytest.mark.parametrize("response, payload", list(responses()))
async def test_button_of_a_response_leads_somewhere(response: str, payload: str, assistant: Any) -> None:
    assert not payload.startswith("/")
    assert (await assistant.parse(payload))["route"] in ("answer", "chat", "inform"), f"{response}: {payload}"


@pytest.mark.parametrize(
    "message, entity, value",
    [
        ("上海", "city", "shanghai"),
        ("兰州", "city", "lanzhou"),
        ("兰州的呢", "city", "lanzhou"),
        ("上海的呢", "city", "shanghai"),
        ("起付线还没用过", "deductible", "none"),
        ("起付线已经用完", "deductible", "full"),
    ],
)
async def test_button_that_states_a_fact_is_read_as_that_fact(
    message: str, entity: str, value: str, assistant: Any
) -> None:
    parsed = await assistant.parse(message)
    assert parsed["intent"]["name"] == "inform"
    assert [(e["entity"], e["value"]) for e in parsed["entities"]] == [(entity, value)]
    assert (parsed["case"] or {}).get("counted") == (value if entity == "deductible" else None)
