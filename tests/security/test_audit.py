"""What is accepted is what is pinned and what is said of it is so; the audit itself needs the network (docs/security.md)."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import requires
from pathlib import Path
from typing import Dict, List

import pytest
import yaml

from bot.settings import PROJECT
from deploy.audit import accepted, command
from tests.deploy.tools import tool

ENTRIES = {str(entry["package"]): entry for entry in accepted()}
OURS = [path for folder in ("bot", "actions") for path in sorted((PROJECT / folder).rglob("*.py"))]


def pinned() -> Dict[str, str]:
    lines = (PROJECT / "constraints.txt").read_text().splitlines()
    return {name.lower().replace("_", "-"): version for name, version in (line.split("==") for line in lines if "==" in line)}


def test_every_entry_names_a_version_that_is_pinned() -> None:
    versions = pinned()
    wrong = {name: each["version"] for name, each in ENTRIES.items() if versions.get(name) != str(each["version"])}
    assert wrong == {}, "raised? then look at what deploy/accepted.yml says of it"
    assert len(ENTRIES) == len(accepted())


def test_every_entry_has_ids_and_a_reason() -> None:
    ids = [one for each in ENTRIES.values() for one in each["ids"]]
    assert [one for one in ids if not re.fullmatch(r"CVE-\d{4}-\d{4,}|GHSA(-[a-z0-9]{4}){3}|PYSEC-\d{4}-\d+", one)] == []
    assert len(set(ids)) == len(ids)
    assert [name for name, each in ENTRIES.items() if len(each["because"]) < 40 or not each["held_by"]] == []


@pytest.mark.parametrize("name", [name for name, each in ENTRIES.items() if each["held_by"].startswith("rasa")])
def test_what_rasa_is_said_to_hold_it_holds(name: str) -> None:
    said = ENTRIES[name]["held_by"].split(" takes ")[1].split(";")[0]
    wanted = [line.split(" ; ")[0] for line in requires("rasa") or () if re.match(rf"{name}[\[ ]", line)]
    specifiers = {frozenset(re.findall(r"\((.*)\)", line)[0].split(",")) for line in wanted}
    assert frozenset(said.split(",")) in specifiers


def sources(pattern: str) -> List[str]:
    """Where something stands in our own code."""
    return [str(path.relative_to(PROJECT)) for path in OURS if re.search(pattern, path.read_text("utf-8"))]


def test_the_reasons_hold() -> None:
    config = yaml.safe_load((PROJECT / "config.yml").read_text("utf-8"))
    components = [each["name"] for each in (*config["pipeline"], *config["policies"])]
    assert [name for name in components if not name.startswith("bot.")] == []  # TensorFlow, Keras, skops
    assert sources(r"^\s*(?:import|from) (?:tensorflow|keras|skops|pymongo|dns|sentry_sdk|google\.protobuf)\b") == []
    assert sources(r"\b(?:EmailStr|NameEmail|validate_email)\b") == []  # pydantic
    # aiohttp's server only in the phone of `bot wechat simulate`, on this machine
    assert sources(r"\baiohttp\.web\b|\bfrom aiohttp import .*\bweb\b") == ["bot/channels/wechat/phone.py"]
    assert sources(r"RASA_TELEMETRY_ENABLED.{0,20}false") != []  # sentry-sdk


def test_a_package_that_could_not_be_looked_up_fails_the_audit() -> None:
    run = command(PROJECT / "constraints.txt", "pypi")
    assert "--strict" in run
    assert [run[place + 1] for place, word in enumerate(run) if word == "--ignore-vuln"] == [
        one for each in accepted() for one in each["ids"]
    ]


def test_the_tool_takes_what_it_is_given() -> None:
    told = subprocess.run([tool("pip-audit"), "--help"], capture_output=True, text=True, check=True).stdout
    options = {word for word in command(Path("x"), "pypi") if word.startswith("--")}
    assert [option for option in sorted(options) if option not in told] == []


def test_the_widget_ships_no_package_but_those_it_is_built_from() -> None:
    """npm's findings are about building and testing: nothing is installed where the widget runs."""
    package = (PROJECT / "web" / "package.json").read_text("utf-8")
    assert '"devDependencies"' in package and '"dependencies"' not in package
