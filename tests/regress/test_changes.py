"""Two runs compared; golden texts accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest
import yaml

from bot.regress.accept import accept, written
from bot.regress.compare import compare, report
from bot.regress.load import load

Write = Callable[..., List[Any]]


def case(name: str, outcome: str, *texts: str) -> Dict[str, Any]:
    turns = [{"user": f"u{i}", "text": text, "more": "", "buttons": [], "line": i} for i, text in enumerate(texts)]
    return {"id": name, "outcome": outcome, "turns": turns}


def test_comparison() -> None:
    before = [
        case("a", "passed", "一"),
        case("b", "failed", "二"),
        case("c", "passed", "三\n四"),
        case("gone", "passed"),
    ]
    after = [case("a", "failed", "一"), case("b", "passed", "二"), case("c", "passed", "三\n五"), case("new", "failed")]
    found = compare(before, after)
    assert (found.newly_failing, found.fixed, found.added, found.removed) == (["a"], ["b"], ["new"], ["gone"])
    assert [(change.id, change.line, change.diff()) for change in found.changed] == [("c", 0, ["  三", "- 四", "+ 五"])]
    text = report(found)
    assert text.startswith("和以前相比：新失败 1，修好 1，回复变了 1 处\n新失败：a\n修好：b\n变了：c（第 0 行）")


def test_known_failure_that_passes_is_a_new_failure() -> None:
    assert compare([case("a", "known_failure")], [case("a", "fixed")]).newly_failing == ["a"]


def test_nothing_changed() -> None:
    run = [case("a", "passed", "一")]
    assert report(compare(run, run)) == "和以前相比：没有变化"


FILE = """
# a comment that stays
- case: 一
  turns:
  - user: 3q啦
    golden: 旧的   # and this one
    contains: [不客气]
- case: 二
  turns:
  - {user: 拜拜咯, golden: "", contains: [再见]}
  - user: 我在上海
    contains: [记下]
"""


async def test_accept_rewrites_golden_texts_and_nothing_else(conversations: Write, play: Any, tmp_path: Path) -> None:
    results = await play(conversations("a/x.yml", FILE))
    assert [result.outcome for result in results] == ["failed", "failed"]
    done, refused = accept(results)
    assert (done, refused) == (["x.yml:5", "x.yml:9"], [])
    text = (tmp_path / "conversations" / "a" / "x.yml").read_text("utf-8")
    expected = FILE.replace("golden: 旧的", 'golden: "不客气，还有问题随时问。"').replace(
        'golden: ""', 'golden: "再见，保重身体。"'
    )
    assert text == expected.lstrip("\n")
    again = await play(load([tmp_path / "conversations"]))
    assert [result.outcome for result in again] == ["passed", "passed"], text


async def test_block_of_several_lines_is_rewritten(conversations: Write, play: Any, tmp_path: Path) -> None:
    file = """
    - case: 一
      given: {city: shanghai}
      turns:
      - user: 三级医院住院一万块报多少
        golden: |-
          旧的第一行

          旧的第二行
        contains: ["5,820.00"]

      # a comment before the next turn
      - user: 不对，是二级
    """
    done, _ = accept(await play(conversations("a/x.yml", file)))
    text = (tmp_path / "conversations" / "a" / "x.yml").read_text("utf-8")
    assert done == ["x.yml:5"] and "# a comment before the next turn" in text and "旧的" not in text
    assert [result.outcome for result in await play(load([tmp_path / "conversations"]))] == ["passed"], text


async def test_what_cannot_be_accepted_is_said(conversations: Write, play: Any) -> None:
    found = conversations(
        "fragments/f.yml",
        "turns: [{user: 医保费一年多少钱, golden: 旧的}]",
        "a/x.yml",
        """
        - case: 一
          use: [f]
          given: {city: shanghai}
        - case: 二
          use: [f]
          given: {city: lanzhou}
        - case: 表
          table: [{word: 谢谢}]
          turns: [{user: "{word}", golden: "{word}"}]
        """,
    )
    done, refused = accept(await play(found))
    assert done == []
    assert sorted(refused) == [
        "f.yml:1: 几个用例共用这一段，说的却不一样，请手工改",
        "x.yml:9: 里面有表格的 {名字}，请手工改",
    ]


@pytest.mark.parametrize(
    "text", ["一行", "两\n行", "隔\n\n行", " 开头有空格", "", '引号"和\\', "- 像列表", "像: 键", "#"]
)
@pytest.mark.parametrize("column", [None, 4])
def test_written_text_is_read_back(text: str, column: Any) -> None:
    line = f"{{golden: {written(text, column)}}}" if column is None else f"    golden: {written(text, column)}\n"
    assert yaml.safe_load(line)["golden"] == text
