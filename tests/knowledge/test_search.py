from __future__ import annotations

from pathlib import Path
from typing import List

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli.knowledge import knowledge_app
from bot.knowledge.base import knowledge
from bot.knowledge.passages import Passage, load_passages
from bot.knowledge.search import EXCERPT, PASSAGE_FLOOR, TOPIC_FLOOR, Search, search, terms
from bot.settings import KNOWLEDGE, PROJECT


def passage(document: str, text: str) -> Passage:
    return Passage(document, document, "一、说明", (1, 2), None, text)


TOPICS_ONLY = Search(knowledge(), [])
UNRELATED = "图书馆闭馆通知，自习室照常开放。"


def questions() -> List[str]:
    files = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((KNOWLEDGE / "inventory").glob("*-*.yml"))]
    return [question for facts in files for fact in facts for question in fact["questions"]]


def out_of_scope() -> List[str]:
    lines = (PROJECT / "data" / "nlu" / "out_of_scope.yml").read_text("utf-8").splitlines()
    return [line.strip()[2:] for line in lines if line.startswith("    - ")]


def test_terms_are_pairs_numbers_and_words() -> None:
    assert terms("医保码，APP 里 12393 怎么查") == ["医保", "保码", "app", "12393"]
    assert terms("醫保碼") == terms("医保码")
    assert terms("怎么办？") == terms("") == []


def test_topics_are_found_by_their_words_best_first() -> None:
    hits = TOPICS_ONLY.topics("港澳台同学用什么证件", "shanghai")
    assert hits[0].topic == "hmt_documents" and len(hits) <= 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score >= TOPIC_FLOOR for hit in hits)
    assert len(TOPICS_ONLY.topics("住院报销比例", limit=1)) == 1


def test_every_title_with_words_enough_finds_its_topic() -> None:
    known = knowledge()
    missed = [
        (city, topic_id)
        for city, topics in known.topics.items()
        for topic_id, topic in topics.items()
        if len(terms(topic.title)) > 3 and topic_id not in [hit.topic for hit in TOPICS_ONLY.topics(topic.title, city)]
    ]
    assert missed == []


def test_topics_of_the_other_city_are_not_offered() -> None:
    known = knowledge()
    for city in known.topics:
        for question in questions()[::25]:
            assert {hit.topic for hit in TOPICS_ONLY.topics(question, city)} <= set(known.topics[city])
    both = [hit.topic for hit in TOPICS_ONLY.topics("住院报销比例是多少", None, limit=50)]
    assert len(both) == len(set(both))


@pytest.mark.parametrize("question", ["红烧肉放不放糖", "", "？？", "asdfghjkl", "x" * 5000])
def test_nothing_is_found_below_the_floor(question: str) -> None:
    found = Search(knowledge(), [passage("notice", UNRELATED)])
    assert found.topics(question) == [] and found.passage(question) is None


def test_floor_of_the_topics_holds_as_measured() -> None:
    inside = [bool(TOPICS_ONLY.topics(question)) for question in questions()]
    outside = [bool(TOPICS_ONLY.topics(line)) for line in out_of_scope()]
    assert sum(inside) / len(inside) > 0.65
    assert sum(outside) / len(outside) < 0.05


def test_floor_of_the_passages_holds_as_measured(documents: Path) -> None:
    found = Search(knowledge(), load_passages(documents, knowledge().book)[0])
    inside = [found.passage(question) is not None for question in questions()]
    outside = [found.passage(line) is not None for line in out_of_scope()]
    assert sum(inside) / len(inside) > 0.45
    assert sum(outside) / len(outside) < 0.03


def test_passage_of_the_city_or_of_no_city() -> None:
    filler = [passage(f"notice{number}", UNRELATED) for number in range(30)]
    text = "校车凭学生证免费乘坐，末班车晚上十点。"
    assert knowledge().book.documents["lz-letter-2025"].city == "lanzhou"
    found = Search(knowledge(), [*filler, passage("lz-letter-2025", text)])
    hit = found.passage("末班校车晚上", "lanzhou")
    assert hit and hit.passage.document == "lz-letter-2025" and hit.score >= PASSAGE_FLOOR
    assert found.passage("末班校车晚上") and found.passage("末班校车晚上", "shanghai") is None
    anywhere = Search(knowledge(), [*filler, passage("school", text)])
    assert anywhere.passage("末班校车晚上", "shanghai") and anywhere.passage("末班校车晚上", "lanzhou")


def test_excerpt_is_the_part_of_the_passage_that_fits() -> None:
    filler = [passage(f"notice{number}", UNRELATED * 30) for number in range(30)]
    long = "食堂六点开门。" * 40 + "末班校车是晚上十点。" + "澡堂八点关门。" * 20
    hit = Search(knowledge(), [*filler, passage("school", long)]).passage("末班校车是不是晚上十点")
    assert hit and "末班校车" in hit.excerpt and len(hit.excerpt) <= EXCERPT and hit.excerpt in long


def test_search_of_the_process_follows_the_setting(environment: object, tmp_path: Path) -> None:
    (tmp_path / "school.md").write_text("# 校车\n末班校车晚上十点从东门发出。\n", "utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"x")
    environment(BOT_DOCUMENTS="")  # type: ignore[operator]
    assert search()._passages == [] and search() is search()
    environment(BOT_DOCUMENTS=str(tmp_path))  # type: ignore[operator]
    assert [each.document for each in search()._passages] == ["school"]


def test_find_shows_topics_and_passage(environment: object, tmp_path: Path) -> None:
    (tmp_path / "school.md").write_text("# 校车\n末班校车晚上十点从东门发出。\n" + "# 通知\n照常开放。\n" * 30, "utf-8")
    environment(BOT_DOCUMENTS=str(tmp_path))  # type: ignore[operator]
    runner = CliRunner()
    found = runner.invoke(knowledge_app, ["find", "港澳台同学用什么证件", "--city", "shanghai"])
    assert found.exit_code == 0 and "hmt_documents" in found.stdout
    assert "原文：" in runner.invoke(knowledge_app, ["find", "末班校车从东门发出"]).stdout
    assert "nothing found" in runner.invoke(knowledge_app, ["find", "红烧肉放不放糖"]).stdout
    assert runner.invoke(knowledge_app, ["find", "住院", "--city", "beijing"]).exit_code == 1
