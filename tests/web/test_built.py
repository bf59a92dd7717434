"""The built widget is what its sources build, is small enough, and asks for nothing that the policy refuses."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from bot.settings import PROJECT

WEB = PROJECT / "web"
STATIC = PROJECT / "bot" / "channels" / "web" / "static"
BUILT = json.loads((STATIC / "build.json").read_text("utf-8"))
SCRIPTS = ["widget.js", "widget.more.js", "widget.en.js"]
CURE = "run: cd web && npm ci && npm run build"


def sources() -> Iterator[Path]:
    """Every file that decides what is built; web/build.mjs has the same list."""
    yield from (WEB / name for name in ("build.mjs", "package.json", "tsconfig.json"))
    for folder in ("public", "src"):
        yield from (path for path in (WEB / folder).rglob("*") if path.is_file())


def test_the_built_files_are_current() -> None:
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(WEB).as_posix(), path) for path in sources()):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    assert digest.hexdigest() == BUILT["sources"], f"the sources of the widget changed; {CURE}"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_built_file_is_not_edited_by_hand(name: str) -> None:
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == BUILT["files"][name]["sha256"], CURE


@pytest.mark.skipif(not (WEB / "node_modules" / "vite").is_dir() or not shutil.which("node"), reason="no node packages")
def test_building_again_gives_the_same(tmp_path: Path) -> None:
    environment = {**os.environ, "WIDGET_OUT": str(tmp_path)}
    subprocess.run(["node", "build.mjs"], cwd=WEB, env=environment, check=True, capture_output=True)
    for name in (*SCRIPTS, "index.html", "demo.html", "demo.css", "build.json"):
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), f"{name} differs; {CURE}"


def test_the_widget_is_within_its_budget() -> None:
    assert len(gzip.compress((STATIC / "widget.js").read_bytes(), 9)) <= 15 * 1024


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_is_evaluated(name: str) -> None:
    assert not re.search(r"\beval\(|new Function|document\.write", (STATIC / name).read_text("utf-8"))


def test_no_text_is_set_as_html() -> None:
    # Preact could; our own code never asks it to
    code = "".join(path.read_text("utf-8") for path in (WEB / "src").rglob("*.ts*"))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML", code, re.IGNORECASE)


@pytest.mark.parametrize("name", ["index.html", "demo.html"])
def test_a_page_has_no_script_or_style_of_its_own(name: str) -> None:
    page = (STATIC / name).read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_loads_nothing_from_elsewhere(name: str) -> None:
    code = (STATIC / name).read_text("utf-8")
    assert set(re.findall(r"https?://[\w.]+", code)) <= {"http://www.w3.org"}
