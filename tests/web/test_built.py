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
CURE = "run: cd web && npm ci && npm run build"


def sources() -> Iterator[Path]:
    """Every file that decides what is built; web/sources.mjs has the same list."""
    yield from (WEB / name for name in ("package.json", "sources.mjs", "tsconfig.json", "vite.config.ts"))
    for folder in ("public", "src"):
        yield from (path for path in (WEB / folder).rglob("*") if path.is_file())


def test_the_built_file_is_current() -> None:
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(WEB).as_posix(), path) for path in sources()):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    assert digest.hexdigest() == BUILT["sources"], f"the sources of the widget changed; {CURE}"
    assert hashlib.sha256((STATIC / "widget.js").read_bytes()).hexdigest() == BUILT["widget"], f"edited by hand; {CURE}"


@pytest.mark.skipif(not (WEB / "node_modules" / "vite").is_dir() or not shutil.which("node"), reason="no node packages")
def test_building_again_gives_the_same(tmp_path: Path) -> None:
    environment = {**os.environ, "WIDGET_OUT": str(tmp_path)}
    subprocess.run(["npx", "vite", "build"], cwd=WEB, env=environment, check=True, capture_output=True)
    for name in ("widget.js", "widget.en.js", "index.html", "demo.html", "demo.css", "build.json"):
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), f"{name} differs; {CURE}"


def test_the_widget_is_within_its_budget() -> None:
    assert len(gzip.compress((STATIC / "widget.js").read_bytes(), 9)) <= 15 * 1024


def test_nothing_is_evaluated_and_no_text_is_set_as_html() -> None:
    code = (STATIC / "widget.js").read_text("utf-8")
    assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", code)


@pytest.mark.parametrize("name", ["index.html", "demo.html"])
def test_a_page_has_no_script_or_style_of_its_own(name: str) -> None:
    page = (STATIC / name).read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_the_widget_loads_nothing_from_elsewhere() -> None:
    code = (STATIC / "widget.js").read_text("utf-8")
    assert set(re.findall(r"https?://[\w.]+", code)) <= {"http://www.w3.org"}
