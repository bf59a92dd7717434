import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.base import Situation, knowledge
from bot.knowledge.check import check_knowledge
from bot.knowledge.topics import KnowledgeError, load_topics
from bot.settings import KNOWLEDGE, PROJECT

GOOD = """
id: premium
title: 一年交多少钱
importance: required
valid: {from: 2025-01-01, to: 2025-12-31}
short: |
  一年 {sh.premium.student}。
citations:
- {document: sh-qa-2025, section: 问题1, lines: [1, 2]}
"""


def write(root: Path, text: str, name: str = "premium.yml") -> None:
    folder = root / "shanghai" / "topics"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def test_knowledge_of_the_project_has_no_fault() -> None:
    errors, _, counts = check_knowledge(PROJECT)
    assert errors == [], counts


def test_lines_of_a_block_become_one_paragraph(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("  一年 {sh.premium.student}。", "  第一句。\n  第二句。"))
    assert load_topics(tmp_path)["shanghai"]["premium"].short == "第一句。第二句。"


def test_table_has_its_figures_filled_in() -> None:
    answer = knowledge().answer("benefit_table", Situation(today=date(2025, 10, 15), city="shanghai"))
    table = answer.cities[0].table
    assert table is not None and table.columns == ("在哪里看", "门急诊报", "住院起付", "住院报")
    assert table.rows[-1] == ("三级", "50%", "300 元", "60%")


@pytest.mark.parametrize(
    "change, said",
    [
        (("title:", "titel:"), "titel"),
        (("id: premium", "id: price"), "file's name 'premium'"),
        (("importance: required", "importance: high"), "importance"),
        (("citations:", "next: [nowhere]\ncitations:"), "no topic 'nowhere'"),
        (("to: 2025-12-31", "to: 2025-13-31"), "month must be in 1..12"),
        (("citations:", "table: {columns: [医院], rows: [[一级]]}\ncitations:"), "two to four columns, not 1"),
        (("citations:", "table: {columns: [医院, 报], rows: [[一级]]}\ncitations:"), "a row has 1 cells"),
    ],
)
def test_faulty_topic_is_refused_with_its_file(tmp_path: Path, change: tuple, said: str) -> None:
    write(tmp_path, GOOD.replace(*change))
    with pytest.raises(KnowledgeError) as caught:
        load_topics(tmp_path)
    assert any("shanghai/topics/premium.yml" in fault and said in fault for fault in caught.value.faults)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("id: premium", "id: a"))
    write(tmp_path, "- a list", "other.yml")
    with pytest.raises(KnowledgeError) as caught:
        load_topics(tmp_path)
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    "change, said",
    [
        (("一年", "一年 355 元"), "the figure 355 is typed in"),
        (("{sh.premium.student}", "{sh.premium.nothing}"), "names no parameter"),
        (("sh-qa-2025", "sh-qa-1999"), "no document 'sh-qa-1999'"),
        (("citations:", "conflicts: [C99]\ncitations:"), "there is no C99"),
    ],
)
def test_check_finds_what_loading_cannot_see(tmp_path: Path, change: tuple, said: str) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, root, ignore=shutil.ignore_patterns("topics"))
    write(root, GOOD.replace(*change))
    examples = tmp_path / "data" / "nlu"
    examples.mkdir(parents=True)
    (examples / "premium.yml").touch()
    errors, _, _ = check_knowledge(tmp_path)
    assert any(said in error for error in errors), errors
