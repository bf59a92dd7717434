"""docs/web-api.yml against the running server: schemathesis sends what it allows, and much that it does not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import List

import pytest
import yaml

from bot.settings import PROJECT
from tests.channels.web.test_web_channel import Server, server

DESCRIPTION = PROJECT / "docs" / "web-api.yml"
TOOL = PROJECT / ".venv-tools" / "bin" / "st"
__all__ = ["server"]


@pytest.fixture
def tool() -> Path:
    if not TOOL.is_file():
        message = f"{TOOL} is not there; `make test` installs it (deploy/tools.txt)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return TOOL


def test_every_address_of_the_channel_is_described() -> None:
    from bot.channels.web.channel import WebChannel

    paths = yaml.safe_load(DESCRIPTION.read_text("utf-8"))["paths"]
    described = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    routes: List[str] = [f"{method} {path}" for path, method, _ in WebChannel.__new__(WebChannel).table()]
    assert set(routes) == described


def test_server_keeps_to_its_description(server: Server, tool: Path) -> None:
    command = [str(tool), "run", str(DESCRIPTION), "--url", server.base, "--max-examples", "12", "--seed", "1"]
    done = subprocess.run(
        [*command, "-H", f"Authorization: Bearer {server.begin()}", "--exclude-checks", "ignored_auth"],
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout[-6000:]
