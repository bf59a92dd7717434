"""Tests about the code: rules hold no figures, the package is pure, functions stay short, the docs list everything."""

import ast
import re
from pathlib import Path
from typing import Iterator, List, Tuple

from bot.policy.catalogue import CALCULATIONS
from bot.policy.payment import PaymentInputs
from bot.settings import PROJECT

POLICY = PROJECT / "bot" / "policy"
RULES = [*(POLICY / "shanghai").glob("*.py"), *(POLICY / "lanzhou").glob("*.py")]
ALLOWED = {
    "__future__",
    "ast",
    "calendar",
    "datetime",
    "decimal",
    "difflib",
    "re",
    "types",
    "typing",
    "pydantic",
    "bot",
}
CLOCKS = {"today", "now", "utcnow", "time"}
LONGEST_FUNCTION = 30
TEXTS = [*POLICY.rglob("*.py"), *(PROJECT / "knowledge").rglob("*.yml"), PROJECT / "docs" / "calculations.md"]
COPIED = re.compile(r"[\u4e00-\u9fff]{20,}")


def nodes(paths: List[Path]) -> Iterator[Tuple[str, ast.AST]]:
    """Yield every node with its place."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield f"{path.relative_to(PROJECT)}:{getattr(node, 'lineno', 0)}", node


def test_rules_hold_no_figures() -> None:
    """Take a figure from a parameter: rules.number("sh.…")."""
    found = [
        where
        for where, node in nodes(RULES)
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and node.value not in (0, 1)
    ]
    assert found == []


def test_the_package_is_pure() -> None:
    """No file, no clock, no Rasa: day and book are handed in."""
    found = []
    for where, node in nodes(sorted(POLICY.rglob("*.py"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            names = []
        found += [f"{where} imports {name}" for name in names if name.split(".")[0] not in ALLOWED]
        found += [
            f"{where} imports {name}" for name in names if name.startswith("bot.") and not name.startswith("bot.policy")
        ]
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
        if called or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("open", "print", "float")):
            found.append(f"{where} reads a clock, a file or makes a float")
    assert found == []


def test_functions_are_short_and_explained() -> None:
    long, silent = [], []
    for where, node in nodes(sorted(POLICY.rglob("*.py"))):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LONGEST_FUNCTION and node.name != "_entries":
                long.append(f"{where} {node.name} has {lines} lines")
            if not node.name.startswith("_") and not ast.get_docstring(node) and "validator" not in ast.dump(node):
                silent.append(f"{where} {node.name} has no docstring")
    assert (long, silent) == ([], [])


def test_every_calculation_names_its_rows_in_its_docstring() -> None:
    for entry in CALCULATIONS.values():
        city, numbers = entry.id.split("-")
        for number in numbers.split("/"):
            assert f"{city}-{number}" in (entry.function.__doc__ or ""), entry.name


def test_every_calculation_stands_in_the_docs() -> None:
    text = (PROJECT / "docs" / "calculations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", text, re.M)
    assert sorted(rows) == sorted(CALCULATIONS)
    for entry in CALCULATIONS.values():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{entry.name}` |"))
        assert f"| {entry.id} |" in row
        for name in [*entry.outputs.split(), *(set(entry.model.__fields__) - set(PaymentInputs.__fields__))]:
            assert f"`{name}`" in row, f"docs/calculations.md does not name {name} of {entry.name}"
        assert ("⛔" in row) == issubclass(entry.model, PaymentInputs), f"⛔ marks what pays: {entry.name}"
    for name in PaymentInputs.__fields__:
        assert f"`{name}`" in text


def test_no_sentence_of_a_document_stands_in_the_project(documents: Path) -> None:
    """Write it in your own words."""
    official = "".join(re.sub(r"\s|\*", "", path.read_text(encoding="utf-8")) for path in documents.glob("*.txt"))
    found = []
    for path in TEXTS:
        for run in COPIED.findall(path.read_text(encoding="utf-8")):
            found += [f"{path.name}: {run[i : i + 20]}" for i in range(len(run) - 19) if run[i : i + 20] in official]
    assert found == []
