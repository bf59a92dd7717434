"""docs/conversations.md: its examples run and every key of the format stands in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, List

import pytest

from bot.regress.format import CalculationExpected, Case, Given, Turn
from bot.regress.load import load_file
from bot.regress.runner import in_process, run
from bot.regress.transcript import transcript
from bot.settings import PROJECT

PAGE = (PROJECT / "docs" / "conversations.md").read_text("utf-8")
EXAMPLES: List[str] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("model", [Case, Given, Turn, CalculationExpected])
def test_every_key_stands_in_the_page(model: Any) -> None:
    assert [name for name in model.__fields__ if not re.search(rf"[`{{, ]{name}[`:]", PAGE)] == []


@pytest.mark.parametrize("example", EXAMPLES)
async def test_example_passes(example: str, tmp_path: Path, assistant: Any) -> None:
    path = tmp_path / "example.yml"
    path.write_text(example, "utf-8")
    with in_process(assistant) as talker:
        results = await run(load_file(path), talker)
    assert [transcript(result) for result in results if result.outcome != "passed"] == []
