"""What the images hold, without a Docker engine: the files that a Dockerfile copies, and the packages that it installs.

The packages of the light image are really installed, into `.venv-actions` (a minute, then kept until they change).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List

import pytest

from bot.settings import PROJECT
from tests.database import postgres_database
from tests.deploy.tools import image_files
from tests.engine.test_action_server import free_port, wait_for
from tests.test_action_server import action_call, call

DOCKER = PROJECT / "deploy" / "docker"
LIGHT = PROJECT / ".venv-actions"
BOT = "from bot.cli import main; main()"
PRODUCTION = {"BOT_ENVIRONMENT": "production", "BOT_SECRET": "7d1c0b5e93fa4826e5b1a09c37d846f2"}


def image(folder: Path, dockerfile: str) -> Path:
    """A folder with what a Dockerfile copies."""
    for name in image_files(DOCKER / dockerfile):
        source, target = PROJECT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return folder


@pytest.fixture(scope="module")
def python() -> Path:
    """Python with the packages of the light image and no other."""
    requirements = DOCKER / "actions-requirements.txt"
    parts = (sys.version, requirements.read_text(), (PROJECT / "constraints.txt").read_text())
    stamp, digest = LIGHT / "made-of", hashlib.sha256("\0".join(parts).encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != digest:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(LIGHT)], check=True)
        pip = [str(LIGHT / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        pip += ["--constraint", str(PROJECT / "constraints.txt")]
        subprocess.run([*pip, "setuptools<81", "wheel"], check=True)
        subprocess.run([*pip, "--requirement", str(requirements)], check=True)
        stamp.write_text(digest)
    return LIGHT / "bin" / "python"


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return image(tmp_path_factory.mktemp("actions-image"), "actions.Dockerfile")


@pytest.fixture(scope="module")
def environment_of_the_image(light: Path) -> Iterator[Dict[str, str]]:
    with postgres_database() as url:
        yield {**PRODUCTION, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(light), "PYTHONDONTWRITEBYTECODE": "1",
               "BOT_DATABASE_URL": url, "BOT_TODAY": "2025-10-15"}  # fmt: skip


def files(folder: Path) -> List[str]:
    return sorted(f"{path.relative_to(folder)} {path.stat().st_mtime_ns}" for path in folder.rglob("*"))


def test_the_light_image_has_neither_rasa_nor_tensorflow(python: Path) -> None:
    listed = json.loads(subprocess.check_output([str(python), "-m", "pip", "list", "--format=json"]))
    names = {one["name"].lower() for one in listed}
    assert "rasa-sdk" in names and not names & {"rasa", "tensorflow", "numpy", "scikit-learn", "spacy"}


def test_the_light_image_does_all_its_work_and_writes_nothing(
    python: Path, light: Path, environment_of_the_image: Dict[str, str]
) -> None:
    before = files(light)

    def bot(*arguments: str) -> str:
        command = [str(python), "-c", BOT, *arguments]
        done = subprocess.run(
            command, cwd=light, env=environment_of_the_image, capture_output=True, text=True, timeout=90
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert bot("knowledge", "check")
    assert bot("database", "upgrade").startswith("the database is at revision ")
    assert bot("purge", "--older-than", "90d", "--dry-run").startswith("would remove 0 conversations")
    port = free_port()
    process = subprocess.Popen(
        [str(python), "-c", BOT, "actions", "--port", str(port)], cwd=light, env=environment_of_the_image
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, 60)
        status, result, _ = call(f"http://127.0.0.1:{port}/webhook", action_call())
        assert status == 200 and "个人交 355 元" in result["responses"][0]["text"]
        # one that asks the database
        status, result, _ = call(
            f"http://127.0.0.1:{port}/webhook",
            action_call("action_ticket_status", "查询 T8K2MNPQ3", "ticket_status"),
        )
        assert status == 200 and result["responses"][0]["response"] == "utter_ticket_unknown"
    finally:
        process.terminate()
        assert process.wait(20) == 0
    assert files(light) == before


def test_the_files_of_the_assistant_image_are_enough(model: Path, tmp_path: Path) -> None:
    folder = image(tmp_path, "assistant.Dockerfile")
    shutil.copytree(model.parent, folder / "models")
    before = files(folder)
    done = subprocess.run(
        [sys.executable, "-c", BOT, "ask", "上海三甲住院花了两万报多少", "--json"],
        cwd=folder,
        env={**PRODUCTION, "PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1",
             "HOME": "/nonexistent", "MPLCONFIGDIR": "/tmp", "BOT_TODAY": "2025-10-15"},
        capture_output=True,
        text=True,
        timeout=90,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout)[0]["custom"]["card"]["kind"] == "calculation"
    assert files(folder) == before
