"""docs/operations.md and the alert rules name what there is."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Set

import pytest
import yaml

from bot.ops.metrics import REGISTRY
from bot.settings import PROJECT, variables

PAGE = (PROJECT / "docs" / "operations.md").read_text("utf-8")
RULES: Dict[str, Any] = yaml.safe_load((PROJECT / "deploy" / "prometheus" / "alerts.yml").read_text("utf-8"))
ALERTS: List[Dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
OUTSIDE = {"up"}
"""Series that Prometheus itself makes."""


def exported() -> Dict[str, Set[str]]:
    """Each name that a query may use, with its labels."""
    found: Dict[str, Set[str]] = {}
    for collector, names in REGISTRY._collector_to_names.items():
        labels = set(getattr(collector, "_labelnames", ()))
        for name in names:
            found[name] = labels | ({"le"} if name.endswith("_bucket") else set())
    for family in REGISTRY.collect():  # what the client library itself adds
        found.update({sample.name: set(sample.labels) for sample in family.samples if sample.name not in found})
    found["campus_model_info"] = {"model", "version"}
    return found


def queries() -> List[str]:
    """The expressions of the rules and of the page."""
    return [rule["expr"] for rule in ALERTS] + [
        line.partition("#")[0].strip()
        for block in re.findall(r"```promql\n(.*?)```", PAGE, re.S)
        for line in block.splitlines()
    ]


@pytest.mark.parametrize("query", queries())
def test_a_query_uses_metrics_and_labels_that_there_are(query: str) -> None:
    known = exported()
    names = set(re.findall(r"\b(?:campus|process|python)_[a-z_]+", query)) | (
        {"up"} & set(re.findall(r"\bup\b", query))
    )
    assert names and names <= set(known) | OUTSIDE
    for name, selectors in re.findall(r"(\w+)\{([^}]*)\}", query):
        for label in re.findall(r"(\w+)\s*[=!~]", selectors):
            assert label == "job" or label in known[name], f"{name} has no label {label}"
    assert query.count("(") == query.count(")") and query.count("{") == query.count("}")


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_a_rule_has_the_shape_that_prometheus_reads_and_stands_on_the_page(rule: Dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"[A-Z][A-Za-z]+", rule["alert"]) and isinstance(rule["expr"], str)
    assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
    assert rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["summary"]
    assert rule["alert"] in PAGE


def test_the_rules_are_named_once_and_in_groups() -> None:
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS) and set(RULES) == {"groups"}
    assert all(set(group) == {"name", "rules"} for group in RULES["groups"])


def test_every_metric_of_ours_stands_on_the_page() -> None:
    families = {family.name for family in REGISTRY.collect() if family.name.startswith("campus_")}
    told = set(re.findall(r"\| `(campus_\w+)`", PAGE))
    assert {re.sub(r"_(total|info)$", "", name) for name in told} == families


def test_the_page_names_settings_that_there_are() -> None:
    assert set(re.findall(r"\bBOT_[A-Z_]+\b", PAGE)) <= set(variables())


def test_every_log_field_stands_on_the_page() -> None:
    for field in ("time", "level", "logger", "event", "channel", "outcome", "route", "ms", "conversation", "error_id",
                  "error", "trace", "place"):  # fmt: skip
        assert f"`{field}`" in PAGE


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", PAGE)
    assert targets and [one for one in targets if not (PROJECT / "docs" / one).resolve().exists()] == []
