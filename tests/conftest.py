"""What all tests share: a fixed day, the official documents, one trained model, one loaded assistant."""

from __future__ import annotations

import os
import tempfile

# a database of its own: what the tests' students ask must not stand among the tickets of this machine
os.environ.update(
    BOT_TODAY="2025-10-15",
    BOT_RATE_LIMIT="10000",
    BOT_DEFAULT_CITY="",
    BOT_ACTION_URL="",
    BOT_DATABASE_URL=f"sqlite:///{tempfile.mkdtemp(prefix='campus-tests-')}/campus.db",
)

from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest

import bot.cli  # noqa: F401  (quiet environment before TensorFlow is imported)
from bot.settings import PROJECT, Settings, settings

TODAY = "2025-10-15"


@pytest.fixture(scope="session")
def documents() -> Path:
    """Folder with the four official documents; with CI set they must be there."""
    folder = Path(os.environ.get("BOT_DOCUMENTS") or PROJECT.parent / "shared" / "documents")
    if not folder.is_dir():
        message = f"the official documents are not in {folder}; set BOT_DOCUMENTS to check figures against them"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def model() -> Path:
    """The model of the current data, trained once if it is not there."""
    from bot.cli.quiet import configure_logging
    from bot.engine.models import train_model

    configure_logging("ERROR")
    return train_model(PROJECT / "models")


@pytest.fixture(scope="session")
def assistant(model: Path) -> Any:
    """A loaded assistant whose conversations live in memory; the conversation cases talk to the same."""
    from bot.regress.pytest_plugin import loaded_assistant

    return loaded_assistant()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Settings]]:
    """Set environment variables of settings for one test: environment(BOT_TODAY="2026-03-01")."""

    def change(**variables: Optional[str]) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
        settings.cache_clear()
        return settings()

    settings.cache_clear()
    yield change
    monkeypatch.undo()
    settings.cache_clear()


class Conversation:
    """A talk with the real model and the real actions."""

    _count = 0

    def __init__(self, assistant: Any) -> None:
        Conversation._count += 1
        self.sender = f"talk-{Conversation._count}"
        self._assistant = assistant

    async def say(self, text: str) -> Dict[str, Any]:
        """Send a message; returns the one reply of the turn."""
        replies: List[Dict[str, Any]] = (await self._assistant.turn(text, self.sender, "test")).messages
        assert len(replies) == 1, f"a turn has one bubble, this one had {len(replies)}: {replies}"
        return replies[0]

    async def slots(self) -> Dict[str, Any]:
        """The slots after the last turn."""
        tracker = await self._assistant.agent.tracker_store.retrieve(self.sender)
        return dict(tracker.current_slot_values())


@pytest.fixture
def talk(assistant: Any, environment: Any) -> Conversation:
    """A new conversation on 2025-10-15."""
    return Conversation(assistant)


def titles(reply: Dict[str, Any]) -> List[str]:
    """The button titles of a reply."""
    return [button["title"] for button in reply.get("buttons", [])]
