"""Small case files and a way to run them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any, Callable, List

import pytest

from bot.regress.load import Conversation, load
from bot.regress.runner import CaseResult, in_process, run


@pytest.fixture
def conversations(tmp_path: Path) -> Callable[..., List[Conversation]]:
    """Write case files below a folder `conversations` and load them: conversations("answers/a.yml", "- case: …")."""

    def write(*files: str) -> List[Conversation]:
        root = tmp_path / "conversations"
        for name, text in zip(files[::2], files[1::2]):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"), "utf-8")
        return load([root])

    return write


@pytest.fixture
def play(assistant: Any) -> Callable[[List[Conversation]], Any]:
    """Run conversations against the real model and actions."""

    async def go(chosen: List[Conversation]) -> List[CaseResult]:
        with in_process(assistant) as talker:
            return await run(chosen, talker)

    return go
