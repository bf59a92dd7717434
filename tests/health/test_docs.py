"""The documentation names every command, setting and target."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command

from bot.cli.app import app
from bot.settings import PROJECT, variables

README = (PROJECT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(variables()))
def test_setting_stands_in_the_readme(name: str) -> None:
    assert f"| `{name}` |" in README


def test_readme_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"\| `(BOT_[A-Z_]+)` \|", README))
    assert named == set(variables())


@pytest.mark.parametrize("command", sorted(get_command(app).commands))  # type: ignore[attr-defined]
def test_command_stands_in_the_readme_and_has_help_with_an_example(command: str) -> None:
    assert f"`bot {command}" in README
    text = get_command(app).commands[command].help or ""  # type: ignore[attr-defined]
    assert command == "knowledge" or "Example" in text


def test_links_of_the_readme_lead_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert [target for target in targets if not (PROJECT / target).exists()] == []


def test_the_two_commands_are_the_only_targets() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    documented = re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE)
    assert documented == ["help", "run", "test"]
    assert "make run" in README and "make test" in README
