"""docs/security.md promises what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import PROJECT, variables

PAGE = (PROJECT / "docs" / "security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"tests/[\w/]+\.py::\w+", PAGE)))
ROWS = [line for line in PAGE.split("## Threats")[1].split("## What remains")[0].splitlines() if line.startswith("| ")][1:]


@pytest.mark.parametrize("name", NAMED)
def test_a_named_test_is_there(name: str) -> None:
    path, _, function = name.partition("::")
    assert re.search(rf"^(?:async )?def {function}\(", Path(PROJECT / path).read_text("utf-8"), re.MULTILINE)


def test_every_threat_names_its_test() -> None:
    assert len(ROWS) >= 25
    assert [row.split("|")[1].strip() for row in ROWS if "tests/" not in row.split("|")[3]] == []


def test_settings_and_files_that_are_named_exist() -> None:
    assert set(re.findall(r"\bBOT_[A-Z_]+\b", PAGE)) <= set(variables())
    for path in re.findall(r"`(deploy/[\w.]+)`|(tests/[\w/]+\.yml)", PAGE):
        assert (PROJECT / "".join(path)).exists(), path


def test_every_public_path_stands_in_the_table() -> None:
    exposed = PAGE.split("## What is exposed")[1].split("## What is worth")[0]
    rules = (PROJECT / "deploy" / "nginx" / "site.conf").read_text("utf-8")
    public = re.findall(r"location = (\S+)\s+\{[^}]*proxy_pass", rules)
    assert len(public) > 8
    assert [path for path in public if f"`{path}`" not in exposed and f"`{path.replace('/webhooks/web', '')}`" not in exposed] == []
