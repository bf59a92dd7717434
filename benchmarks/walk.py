"""How many files a message crosses from the channel to the reply: those of which a function runs in the turn.

Run: python -m benchmarks.walk. Prints one line for each message of a short talk, by package.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, Set

from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain

from bot.engine.assistant import Assistant
from bot.settings import PROJECT, settings

TALK = ("你好", "我在上海", "三甲住院花了一万能报多少", "那二级呢", "为什么", "大学生保费多少", "什么时候交")
OURS = ("bot", "actions")


class Crossed:
    """The files of this project that run while it is on."""

    def __init__(self) -> None:
        self.files: Set[Path] = set()

    def __enter__(self) -> Crossed:
        sys.setprofile(self._called)
        return self

    def __exit__(self, *failure: object) -> None:
        sys.setprofile(None)

    def _called(self, frame: FrameType, event: str, argument: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and frame.f_code.co_name != "<module>" and path.is_relative_to(PROJECT):
            relative = path.relative_to(PROJECT)
            if relative.parts[0] in OURS:
                self.files.add(relative)

    def __str__(self) -> str:
        packages = Counter("/".join(path.parts[:2]) if path.parts[0] == "bot" else "actions" for path in self.files)
        return f"{len(self.files):3}  " + ", ".join(f"{name} {count}" for name, count in sorted(packages.items()))


async def main() -> None:
    """Say the talk and print what each message crossed; what is read once (knowledge, model) is loaded before."""
    assistant = Assistant.load(settings(), store=InMemoryTrackerStore(Domain.empty()))
    for sender in ("first", "second"):
        for text in TALK:
            with Crossed() as crossed:
                await assistant.turn(text, sender, "terminal")
            if sender == "second":
                print(f"{text}\n  {crossed}")


if __name__ == "__main__":
    asyncio.run(main())
