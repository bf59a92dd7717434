"""`bot knowledge check`, `coverage` and `page`: what keeps the knowledge right."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.base import knowledge
from bot.knowledge.check import check_knowledge
from bot.knowledge.coverage import document_coverage, facts_by_topic, load_inventory, report
from bot.knowledge.page import page
from bot.settings import KNOWLEDGE, PROJECT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the check reads."""
    shutil.copytree(KNOWLEDGE, tmp_path / "knowledge")
    shutil.copytree(PROJECT / "bot" / "policy", tmp_path / "bot" / "policy")
    examples = tmp_path / "data" / "nlu"
    examples.mkdir(parents=True)
    for topic in knowledge().topic_ids:
        (examples / f"{topic}.yml").touch()
    return tmp_path


def test_fault_names_file_and_line(project: Path) -> None:
    path = project / "knowledge" / "lanzhou" / "topics" / "premium.yml"
    lines = path.read_text("utf-8").splitlines()
    number = next(index for index, line in enumerate(lines) if "{lz.premium" in line)
    lines[number] = lines[number].replace("{lz.premium", "{lz.premuim", 1)
    path.write_text("\n".join(lines), "utf-8")
    errors, _, _ = check_knowledge(project)
    assert any(error.startswith(f"knowledge/lanzhou/topics/premium.yml:{number + 1}: ") for error in errors), errors


def test_parameter_that_nothing_uses_is_warned_of(project: Path) -> None:
    path = project / "knowledge" / "lanzhou" / "parameters" / "contacts.yml"
    text = path.read_text("utf-8")
    first = text.split("- id: ")[1]
    orphan = first.replace(first.splitlines()[0], "lz.zz.unused", 1)
    path.write_text(text + "\n- id: " + orphan, "utf-8")
    errors, warnings, _ = check_knowledge(project)
    assert errors == []
    assert any("lz.zz.unused" in warning for warning in warnings)


def test_topics_past_their_validity_are_warned_of_from_the_next_day(project: Path) -> None:
    def ended(day: date) -> list:
        return [warning for warning in check_knowledge(project, day)[1] if "ended on" in warning]

    assert ended(date(2025, 12, 31)) == []
    assert len(ended(date(2026, 1, 1))) == 2


def test_topic_that_no_fact_asks_for_is_warned_of(project: Path) -> None:
    source = project / "knowledge" / "shanghai" / "topics" / "hotline.yml"
    copy = source.with_name("hotline_two.yml")
    copy.write_text(source.read_text("utf-8").replace("id: hotline", "id: hotline_two", 1), "utf-8")
    (project / "data" / "nlu" / "hotline_two.yml").touch()
    assert any("hotline_two" in warning for warning in check_knowledge(project)[1])


def test_topic_without_examples_is_an_error(project: Path) -> None:
    (project / "data" / "nlu" / "premium.yml").unlink()
    assert any("data/nlu/premium.yml is missing" in error for error in check_knowledge(project)[0])


def test_every_document_has_facts_and_every_topic_a_fact() -> None:
    inventory = load_inventory(KNOWLEDGE)
    rows = document_coverage(knowledge(), inventory)
    assert {row.document for row in rows} == set(knowledge().book.documents)
    assert all(row.questions >= 2 * row.facts for row in rows)
    assert all(count > 0 for counts in facts_by_topic(knowledge(), inventory).values() for count in counts.values())
    assert report(knowledge(), inventory)[-1] == f"{sum(row.facts for row in rows)} facts in all"


def test_page_of_all_answers_is_up_to_date() -> None:
    assert (PROJECT / "docs" / "knowledge.md").read_text("utf-8") == page(knowledge()), "run `bot knowledge page`"


def test_page_holds_every_topic_with_validity_and_source() -> None:
    text = page(knowledge())
    for city, topics in knowledge().topics.items():
        for topic in topics.values():
            assert f'<a id="{city}-{topic.id}"></a>' in text and f"有效期 {topic.valid.first}" in text
    assert text.count("依据：《") >= sum(len(topics) for topics in knowledge().topics.values())
    assert "{" not in text
