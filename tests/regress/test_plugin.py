"""Case files as pytest nodes, in a pytest of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.settings import PROJECT

CONFTEST = "from bot.regress.pytest_plugin import pytest_collect_file\n"
CASES = """
- case: 好的
  tags: [标签]
  table: [{word: 你好}, {word: 您好}]
  turns: [{user: "{word}", contains: [上海]}]
- case: 坏的
  turns: [{user: 你好, contains: [不会有的]}]
- case: 已知的
  known_failure: 以后修
  turns: [{user: 你好, contains: [不会有的]}]
"""


def pytest_on(folder: Path, *arguments: str) -> str:
    (folder / "conftest.py").write_text(CONFTEST)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", str(folder), *arguments],
        capture_output=True, text=True, timeout=120, cwd=folder, env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    return done.stdout


def test_nodes_run_and_fail_with_their_transcript(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(CASES, "utf-8")
    out = pytest_on(tmp_path)
    assert "PASSED a.yml::好的[你好]" in out and "PASSED a.yml::好的[您好]" in out, out
    assert "FAILED a.yml::坏的" in out and "XFAIL a.yml::已知的 - 以后修" in out
    assert "学生> 你好" in out and "不会有的" in out and "Traceback" not in out
    assert "1 failed, 2 passed, 1 xfailed" in out


def test_nodes_are_chosen_by_words_and_tags(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(CASES, "utf-8")
    assert "2/4 tests collected" in pytest_on(tmp_path, "--collect-only", "-k", "标签")


def test_fault_of_the_format_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("- case: c\n  turns: [{user: u, x: 1}]\n", "utf-8")
    out = pytest_on(tmp_path, "--collect-only")
    assert "a.yml:2: turns.0.x：没有“x”这个键" in out and "Traceback" not in out
