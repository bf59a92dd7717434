"""JUnit, the HTML page, coverage, JSON."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, List

import pytest

from bot.regress.compare import Change, Comparison
from bot.regress.coverage import KINDS, coverage, table, universe
from bot.regress.junit import junit
from bot.regress.page import marked_diff, page
from bot.regress.results import NotARun, as_json, read_run, summary
from bot.regress.runner import CaseResult
from bot.regress.select import select

CASES = """
- case: 问保费<b>
  tags: [保费]
  given: {city: lanzhou}
  turns: [{user: 保费多少钱一年, topic: premium, contains: ["400 元"]}]
- case: 不对的期望
  tags: [坏, 住院]
  given: {city: shanghai}
  turns: [{user: 三级医院住院一万块报多少, contains: ["1.00 元]]>"], figures: {fund: "1.00"}}]
- case: 已知的失败
  known_failure: 以后修
  turns: [{user: 你好, contains: [没有]}]
"""


@pytest.fixture
async def results(conversations: Callable[..., List[Any]], play: Any) -> List[CaseResult]:
    found: List[CaseResult] = await play(conversations("answers/x.yml", CASES))
    return found


async def test_junit(results: List[CaseResult]) -> None:
    root = ET.fromstring(junit(results))
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("3", "1", "1")
    failed = root.find(".//testcase[@name='不对的期望']")
    assert failed is not None and failed.get("line") == "5"
    failure = failed.find("failure")
    assert failure is not None and failure.get("message") == "第 8 行“三级医院住院一万块报多少”：应有 1.00 元]]>"
    assert failure.text and "学生> 三级医院住院一万块报多少" in failure.text


async def test_page_stands_alone_and_is_escaped(results: List[CaseResult], assistant: Any) -> None:
    covered = coverage(results, universe(assistant.agent.domain))
    compared = Comparison(newly_failing=["n"], changed=[Change("id", 3, "u<", "旧的", "新的")])
    text = page(results, covered, compared, about="model<x>", made=datetime(2025, 10, 15, 12, 0))
    assert re.findall(r"""(?:src|href)=|url\(|@import|https?://(?![^<]*</div>)""", text.split("<script>")[0]) == []
    assert "问保费&lt;b&gt;" in text and "问保费<b>" not in text
    for part in ("2025-10-15 12:00", "model&lt;x&gt;", "新失败 1", "<del>旧</del><ins>新</ins>的", 'data-tags="坏 住院"',
                 'data-outcome="failed"', "期望", "fund = 5820.00", "lanzhou/premium", "碰到了什么"):  # fmt: skip
        assert part in text, part


async def test_coverage_counts_conversations(results: List[CaseResult], assistant: Any) -> None:
    found = {each.kind: each for each in coverage(results, universe(assistant.agent.domain))}
    assert set(found) == set(KINDS)
    assert found["topics"].touched["lanzhou/premium"] == 1 and "shanghai/premium" in found["topics"].missing
    assert found["calculations"].touched["shanghai.inpatient"] == 1
    assert found["parameters"].touched["sh.inpatient.rate.tier3"] == 1
    assert found["intents"].touched["greet"] == 1
    assert found["responses"].touched["utter_greet"] == 1
    assert 0 < found["topics"].share < 0.1
    assert "没有用例碰到" in table(list(found.values()))


async def test_json_is_a_run_that_can_be_read_again(results: List[CaseResult], tmp_path: Path) -> None:
    saved = tmp_path / "run.json"
    saved.write_text(as_json(results), "utf-8")
    cases = read_run(saved)
    assert [case["outcome"] for case in cases] == ["passed", "failed", "known_failure"]
    turn = cases[1]["turns"][0]
    assert (turn["intent"], turn["calculations"][0]["name"]) == ("calculate_inpatient", "shanghai.inpatient")
    assert turn["faults"][1] == {"key": "figures", "expected": "fund = 1.00", "actual": "fund = 5820.00"}
    assert summary(results, 1.25).startswith("3 个用例，5 轮：通过 1，失败 1，已知失败 1，用时 1.2 秒")


@pytest.mark.parametrize("content", ["", "{}", "[]", json.dumps({"version": 0, "cases": []})])
def test_file_that_is_no_run(content: str, tmp_path: Path) -> None:
    saved = tmp_path / "run.json"
    saved.write_text(content, "utf-8")
    with pytest.raises(NotARun, match=r"run\.json"):
        read_run(saved)


def test_select(conversations: Callable[..., List[Any]]) -> None:
    found = conversations("answers/x.yml", CASES)
    assert [each.name for each in select(found, ["坏", "保费"])] == ["问保费<b>", "不对的期望"]
    assert [each.name for each in select(found, [], "answers 不对")] == ["不对的期望"]
    assert [each.name for each in select(found, [], "not 不对 and not 已知")] == ["问保费<b>"]
    assert select(found, ["没有"]) == []


def test_marked_diff_is_escaped() -> None:
    assert marked_diff("a<b", "a>b") == "a<del>&lt;</del><ins>&gt;</ins>b"
