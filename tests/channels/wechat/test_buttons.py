"""A tap in WeChat sends a button's title: it must mean what the button means."""

from __future__ import annotations

import ast
from typing import Any, Iterator, Tuple

import pytest
import yaml

from bot.channels.wechat.events import FIRST_QUESTIONS, HUMAN
from bot.channels.wechat.menu import load_menu, questions
from bot.channels.wechat.render import _TWICE_DECODED, MAX_TITLE
from bot.knowledge.topics import CITY_NAMES
from bot.settings import PROJECT
from tests.health.test_buttons import titles


def of_domain() -> Iterator[Tuple[str, str]]:
    domain = yaml.safe_load((PROJECT / "domain.yml").read_text("utf-8"))
    for variations in domain["responses"].values():
        for variation in variations:
            yield from ((button["title"], button["payload"]) for button in variation.get("buttons", []))


def of_code() -> Iterator[Tuple[str, str]]:
    """Every Suggestion(title=…, message=…) of the code with words in it; {name} stands for a city."""
    paths = [*(PROJECT / "actions").rglob("*.py"), *(PROJECT / "bot").rglob("*.py")]
    for path in sorted(paths):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Suggestion":
                texts = {keyword.arg: _text(keyword.value) for keyword in node.keywords}
                if texts.get("title") and texts.get("message"):
                    for city in CITY_NAMES.values() if "{}" in texts["title"] else [""]:
                        yield texts["title"].replace("{}", city), texts["message"].replace("{}", city)


def _text(node: ast.expr) -> str:
    """The words of a text; a name in it, or alone, is {}."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
    return "{}" if isinstance(node, ast.Name) else ""


def of_calculations() -> Iterator[Tuple[str, str]]:
    """The choices of the calculator's questions."""
    from bot.knowledge.dialogues import load_dialogues

    found = yaml.safe_load((PROJECT / "knowledge" / "dialogues.yml").read_text("utf-8"))
    assert load_dialogues()
    yield from ((title, title) for title in sorted(set(_titles(found))))


def _titles(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            yield node["title"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _titles(each)


ALL = sorted({pair for source in (of_domain, of_code, of_calculations) for pair in source()})
TOPICS = [(title, title) for title, _ in titles()]


def test_the_sources_are_found() -> None:
    assert len(list(of_domain())) > 10 and len(list(of_code())) > 8 and len(list(of_calculations())) > 10


async def meaning(assistant: Any, text: str) -> Any:
    parsed = await assistant.parse(text)
    return parsed["intent"]["name"], sorted((each["entity"], str(each["value"])) for each in parsed["entities"])


@pytest.mark.parametrize("title, message", ALL)
async def test_title_means_what_its_message_means(title: str, message: str, assistant: Any) -> None:
    assert await meaning(assistant, title) == await meaning(assistant, message)


@pytest.mark.parametrize("title", [title for title, _ in ALL + TOPICS])
def test_title_fits_a_link_and_arrives_as_it_is(title: str) -> None:
    assert len(title) <= MAX_TITLE and title == title.translate(_TWICE_DECODED).strip()


@pytest.mark.parametrize("question", [*FIRST_QUESTIONS, HUMAN, *questions(load_menu())])
async def test_first_questions_and_menu_are_understood(question: str, assistant: Any) -> None:
    assert (await assistant.parse(question))["route"] in ("answer", "chat")
