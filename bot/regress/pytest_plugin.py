"""Case files as pytest nodes: tests/conversations/<folder>/<situation>.yml::<case>[<row>]."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator, Optional, Tuple

import pytest

from bot.regress.load import FRAGMENTS, Conversation, load_file
from bot.regress.marks import FormatError
from bot.regress.runner import CaseResult, in_process, run_case
from bot.regress.transcript import transcript
from bot.settings import PROJECT, Settings


@lru_cache(maxsize=1)
def loaded_assistant() -> Any:
    """The one assistant of this test process, its model trained if the data has changed, its conversations in memory."""
    from bot.cli.quiet import configure_logging
    from bot.engine.assistant import Assistant, memory_store
    from bot.engine.models import train_model
    from bot.regress.environment import RATE_LIMIT

    configure_logging("ERROR")
    patient = Settings().copy(update={"rate_limit": RATE_LIMIT})  # type: ignore[call-arg]
    return Assistant.load(patient, model=train_model(PROJECT / "models"), store=memory_store())


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Optional[pytest.Collector]:
    """Take every YAML file but the fragments."""
    if file_path.suffix == ".yml" and FRAGMENTS not in file_path.parts:
        return CaseFile.from_parent(parent, path=file_path)
    return None


class CaseFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """One node for each case, row and channel; a fault of the format fails the file."""
        for conversation in load_file(self.path):
            item: CaseItem = CaseItem.from_parent(self, name=conversation.node)
            item.take(conversation)
            yield item

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Faults of the format one a line, without a trace."""
        if isinstance(excinfo.value, FormatError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class NotAsExpected(Exception):
    """A conversation went otherwise."""

    def __init__(self, result: CaseResult) -> None:
        super().__init__(result.conversation.id)
        self.result = result


class CaseItem(pytest.Item):
    """One conversation."""

    conversation: Conversation

    def take(self, conversation: Conversation) -> None:
        """Remember what to run; tags become keywords for -k."""
        self.conversation = conversation
        self.extra_keyword_matches.update(conversation.tags)

    def runtest(self) -> None:
        """Run it against the real model and the real actions."""
        result = _loop().run_until_complete(_run(self.conversation))
        if result.outcome == "skipped":
            pytest.skip(result.skipped)
        if result.outcome == "known_failure":
            pytest.xfail(self.conversation.known_failure or "")
        if not result.ok:
            raise NotAsExpected(result)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """The transcript instead of a trace."""
        if isinstance(excinfo.value, NotAsExpected):
            return transcript(excinfo.value.result)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> Tuple[Path, Optional[int], str]:
        """Where the case stands."""
        return self.path, self.conversation.line - 1, self.name


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    """One loop for all cases, apart from the loop of other tests."""
    return asyncio.new_event_loop()


async def _run(conversation: Conversation) -> CaseResult:
    with in_process(loaded_assistant()) as talker:
        return await run_case(conversation, talker)
