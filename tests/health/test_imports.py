"""Imports point one way: channels → engine → actions → dialogue → knowledge → policy; dialogue and policy are pure."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Iterator, List, Optional, Tuple

import pytest

from bot.settings import PROJECT

ALLOWED = {
    "bot/policy": {"bot.policy"},
    "bot/knowledge": {"bot.knowledge", "bot.nlu.text", "bot.policy", "bot.reply", "bot.settings"},
    "bot/dialogue": {"bot.dialogue", "bot.knowledge", "bot.policy", "bot.reply", "bot.settings"},
    "bot/nlu": {"bot.nlu", "bot.desk.numbers", "bot.knowledge", "bot.settings"},
    "bot/nlu/mentions": {"bot.nlu.mentions"},
    "bot/nlu/case": {"bot.nlu.case", "bot.nlu.mentions", "bot.nlu.roles.model", "bot.settings"},
    "bot/nlu/reading": {"bot.nlu.reading", "bot.nlu.text", "bot.nlu.vocabulary", "bot.settings"},
    "bot/nlu/roles/features.py": {"bot.nlu.mentions", "bot.nlu.tokenizer"},
    "bot/nlu/roles/model.py": {"bot.nlu.mentions", "bot.nlu.roles.features", "bot.nlu.text"},
    "bot/nlu/roles": {
        "bot.nlu.case",
        "bot.nlu.context",
        "bot.nlu.entities",
        "bot.nlu.mentions",
        "bot.nlu.message",
        "bot.nlu.roles",
        "bot.nlu.text",
        "bot.nlu.tokenizer",
        "bot.nlu.vocabulary",
        "bot.settings",
    },
    "bot/channels": {
        "actions.base",
        "bot.channels",
        "bot.desk.feedback",
        "bot.engine.assistant",
        "bot.knowledge",
        "bot.ops.findings",
        "bot.ops.metrics",
        "bot.ops.reference",
        "bot.privacy",
        "bot.settings",
        "bot.store",
    },
    "bot/cli": {
        "bot.action_server",
        "bot.channels",
        "bot.cli",
        "bot.desk",
        "bot.engine",
        "bot.evaluation",
        "bot.knowledge",
        "bot.ops",
        "bot.policy",
        "bot.regress",
        "bot.server",
        "bot.settings",
        "bot.store",
    },
    "bot/engine": {
        "actions.base",
        "actions.desk",
        "bot.channels.guard",
        "bot.channels.limits",
        "bot.channels.output",
        "bot.desk.retention",
        "bot.desk.tickets",
        "bot.dialogue.respond",
        "bot.dialogue.sources",
        "bot.dialogue.talk",
        "bot.dialogue.turn",
        "bot.engine",
        "bot.knowledge.base",
        "bot.ops.metrics",
        "bot.ops.turns",
        "bot.settings",
        "bot.store",
    },
    "bot/ops": {"bot.engine", "bot.knowledge", "bot.ops", "bot.settings", "bot.store"},
    "bot/evaluation": {
        "bot.dialogue.answering",
        "bot.dialogue.facts",
        "bot.dialogue.talk",
        "bot.dialogue.visits",
        "bot.evaluation",
        "bot.importer",
        "bot.knowledge",
        "bot.nlu",
        "bot.policy",
        "bot.settings",
    },
    "bot/store": {"bot.store", "bot.ops.metrics", "bot.settings"},
    "bot/desk": {"bot.desk", "bot.store", "bot.knowledge", "bot.policy", "bot.privacy", "bot.settings"},
    "bot/regress": {
        "bot.regress",
        "bot.cli.quiet",
        "bot.desk",
        "bot.dialogue",
        "bot.engine",
        "bot.examples",
        "bot.knowledge",
        "bot.nlu.text",
        "bot.policy",
        "bot.settings",
        "bot.store",
    },
    "actions": {
        "actions",
        "bot.desk",
        "bot.dialogue",
        "bot.knowledge.base",
        "bot.knowledge.render",
        "bot.ops.turns",
        "bot.policy.errors",
        "bot.reply",
        "bot.settings",
        "bot.store.engine",
        "bot.store.schema",
    },
}
LEAVES = {
    # everything may count and log, so what it needs for that leads nowhere else
    "bot/ops/metrics.py": set(),
    "bot/ops/reference.py": {"bot.settings"},
    "bot/ops/turns.py": {"bot.ops.metrics", "bot.ops.reference"},
}
IMPURE = {
    "os",
    "io",
    "time",
    "random",
    "pathlib",
    "requests",
    "aiohttp",
    "sqlalchemy",
    "rasa",
    "rasa_sdk",
    "yaml",
    "logging",
}


def imports(folder: str) -> Iterator[Tuple[Path, int, str]]:
    place = PROJECT / folder
    for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: List[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                names = [_file(f"{module}.{alias.name}") or module for alias in node.names]
            yield from ((path, getattr(node, "lineno", 0), name) for name in names)


def _file(module: str) -> Optional[str]:
    """The name, if it is a module of ours: `from bot.ops import metrics` imports bot.ops.metrics."""
    path = PROJECT.joinpath(*module.split("."))
    return module if module.startswith(("bot.", "actions.")) and path.with_suffix(".py").is_file() else None


def test_imports_point_one_way() -> None:
    faults = [
        f"{path.relative_to(PROJECT)}:{line} imports {name}; {folder} may import {sorted(allowed)}"
        for folder, allowed in ALLOWED.items()
        for path, line, name in imports(folder)
        if name.split(".")[0] in ("bot", "actions") and not any(name == a or name.startswith(a + ".") for a in allowed)
    ]
    assert faults == []


@pytest.mark.parametrize("file", sorted(LEAVES))
def test_what_every_layer_uses_leads_nowhere_else(file: str) -> None:
    found = {name for _, _, name in imports(file) if name.split(".")[0] in ("bot", "actions")}
    assert found <= LEAVES[file]


def test_policy_reads_no_file_no_clock_and_no_network() -> None:
    faults = [
        f"{path.relative_to(PROJECT)}:{line} imports {name}"
        for path, line, name in imports("bot/policy")
        if name.split(".")[0] in IMPURE
    ]
    faults += [
        f"{path.relative_to(PROJECT)}:{number} asks the clock: {line.strip()}"
        for path in sorted((PROJECT / "bot" / "policy").rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if ".today()" in line or ".now()" in line
    ]
    assert faults == []


PURE = (
    "bot/nlu/mentions",
    "bot/nlu/case/assemble.py",
    "bot/nlu/case/types.py",
    *(
        f"bot/dialogue/{path.name}"
        for path in sorted((PROJECT / "bot" / "dialogue").glob("*.py"))
        if path.stem not in ("phrases", "requests")  # they read data/phrases.yml and data/rules
    ),
)


@pytest.mark.parametrize("place", PURE)
def test_what_reads_numbers_and_keeps_cases_touches_nothing_outside(place: str) -> None:
    """A message gives the same mentions, case and facts wherever and whenever it is read."""
    assert [f"{path.name}:{line} {name}" for path, line, name in imports(place) if name.split(".")[0] in IMPURE] == []


def test_the_dialogue_knows_neither_rasa_nor_the_nlu() -> None:
    """What a message does to the talk is decided without them: a talk can be tried by hand."""
    foreign = ("rasa", "rasa_sdk", "actions", "bot.nlu")
    assert [
        f"{path.name}:{line} imports {name}"
        for path, line, name in imports("bot/dialogue")
        if any(name == one or name.startswith(f"{one}.") for one in foreign)
    ] == []


def test_every_package_has_its_row() -> None:
    packages = {path.parent.relative_to(PROJECT).as_posix() for path in (PROJECT / "bot").glob("*/__init__.py")}
    assert {*packages, "actions"} <= set(ALLOWED)


def test_every_package_of_the_nlu_has_its_row() -> None:
    packages = {path.parent.relative_to(PROJECT).as_posix() for path in (PROJECT / "bot" / "nlu").rglob("__init__.py")}
    assert packages <= set(ALLOWED)
