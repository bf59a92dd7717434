"""Commands that the tests of the deployment run, and what happens where they are missing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bot.settings import PROJECT


def missing(message: str) -> None:
    """Skip with the reason; with CI set fail."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def tool(name: str) -> str:
    """A command of deploy/tools.txt."""
    path = PROJECT / ".venv-tools" / "bin" / name
    if not path.is_file():
        missing(f"{path} is not there; `make test` installs it (deploy/tools.txt)")
    return str(path)


def nginx() -> str:
    """The proxy itself."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not found:
        missing("nginx is not there; on Debian `apt-get install nginx-light`, which `make test` does as root")
    return str(found)


def image_files(dockerfile: Path) -> list[str]:
    """What a Dockerfile copies from the project's folder."""
    lines = dockerfile.read_text("utf-8").splitlines()
    copies = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    return sorted({name for names in copies for name in names})
