"""Worked examples as data: read the YAML files, run one, tell what differs."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Dict, List

import yaml

from bot.policy.book import PolicyBook
from bot.policy.catalogue import calculate

CASES = Path(__file__).parent / "cases"
TODAY = date(2025, 10, 15)
KEYS = {
    "id", "name", "calculation", "input", "status", "today", "cohort", "as_of", "outputs", "low", "high", "rows",
    "alternatives", "assumptions", "conflicts", "unknowns", "missing",
}  # fmt: skip


@cache
def worked_examples() -> List[Dict[str, Any]]:
    """All cases of all files, each with its file."""
    cases = []
    for path in sorted(CASES.rglob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            cases.append({**case, "file": path.relative_to(CASES).with_suffix("").as_posix()})
    return cases


def faults(case: Dict[str, Any], book: PolicyBook) -> List[str]:
    """Return what differs from the expectation: exact equality, no tolerance."""
    today = date.fromisoformat(str(case.get("today", TODAY)))
    result = calculate(case["calculation"], case["input"], book=book, today=today, cohort=case.get("cohort"))
    plain = result.to_json()
    found: Dict[str, Any] = {
        "status": plain["status"], "outputs": plain["outputs"], "low": plain["low"], "high": plain["high"],
        "as_of": plain["as_of"], "unknowns": plain["unknowns"],
        "assumptions": [item["id"] for item in plain["assumptions"]],
        "conflicts": [item["id"] for item in plain["conflicts"]],
        "missing": [item["field"] for item in plain["missing"]],
        "rows": {
            table: {column: [row[column] for row in plain["rows"][table]] for column in columns}
            for table, columns in case.get("rows", {}).items()
        },
        "alternatives": {
            item["id"]: item["alternative"] for item in plain["assumptions"] if item["id"] in case.get("alternatives", {})
        },
    }  # fmt: skip
    checked = [key for key in found if key in case or key in ("status", "outputs")]
    expected = {**case, "low": case.get("low"), "high": case.get("high")}
    checked += [key for key in ("low", "high") if key not in checked]
    return [f"{key}: {found[key]!r}, expected {expected[key]!r}" for key in checked if found[key] != expected[key]]
