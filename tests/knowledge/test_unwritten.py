"""What no document tells is said to be unwritten, by name and with whom to ask, and only while it is what is asked about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.dialogue.respond import action_for
from bot.dialogue.sources import Sources
from bot.dialogue.talk import Talk
from bot.dialogue.turn import UserTurn
from bot.knowledge.base import knowledge
from bot.knowledge.unwritten import load_unwritten, render_unwritten
from bot.nlu.entities import entity_finder
from bot.nlu.text import comparable, normalise
from tests.dialogue.cases import ON, Dialogue, amount, entity

THINGS = load_unwritten()
CLEANING = entity("unwritten", "dental_cleaning")


@pytest.mark.parametrize("thing", sorted(THINGS))
def test_no_document_names_it(thing: str, documents: Path) -> None:
    """A thing that a new document names must leave knowledge/unwritten.yml."""
    for document in knowledge().book.documents.values():
        text = comparable((documents / document.file).read_text("utf-8"))
        assert [word for word in THINGS[thing].words if comparable(word) in text] == [], document.file


def test_no_word_means_two_things() -> None:
    words = [word for thing in THINGS.values() for word in thing.words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("city, name", [("shanghai", "上海"), ("lanzhou", "兰州"), (None, "上海和兰州")])
@pytest.mark.parametrize("thing", sorted(THINGS))
def test_reply_names_the_thing_the_city_and_whom_to_ask(thing: str, city: Any, name: str) -> None:
    reply = render_unwritten(THINGS[thing], city)
    assert reply.text.startswith(THINGS[thing].title) and f"{name}的文件没有写" in reply.text
    assert THINGS[thing].ask in reply.text and "12393" in reply.text
    assert [one.message for one in reply.suggestions] == ["转人工"]


@pytest.mark.parametrize(
    "written", ["洗牙: {title: 洗牙, words: [洗牙]}", "洗牙: {title: 洗牙, words: [洗牙], ask: 医院, say: 不报}"]
)
def test_a_bad_file_names_the_key(written: str, tmp_path: Path) -> None:
    (tmp_path / "unwritten.yml").write_text(written, "utf-8")
    with pytest.raises(ValidationError, match=r"ask|say"):
        load_unwritten(tmp_path)


@pytest.mark.parametrize("message", ["洗牙能报吗", "潔牙報不報", "我想去洗牙"])
def test_thing_is_found_in_a_message(message: str) -> None:
    found = [(one.entity, one.value) for one in entity_finder().find(normalise(message))]
    assert ("unwritten", "dental_cleaning") in found


# --- in a talk ---


@pytest.mark.parametrize("city, name", [("shanghai", "上海"), ("lanzhou", "兰州")])
def test_student_is_told_that_it_is_unwritten(city: str, name: str) -> None:
    student = Dialogue(city=city)
    (said,) = student.say("洗牙能报吗", "outpatient_rate", CLEANING, reading="new", route="offer")
    assert f"洗牙报不报，{name}的文件没有写" in said


def test_it_is_said_beside_an_open_question_which_is_put_again() -> None:
    student = Dialogue(city="shanghai")
    (question,) = student.begins_stay()
    said, again = student.say("洗牙能报吗", "nlu_fallback", CLEANING, reading="new", route="offer")
    assert "文件没有写" in said and question in again


def action(*entities: Any, **more: Any) -> str:
    """The action for a message that names the thing, said first in a talk."""
    turn = UserTurn(
        "洗牙…", entities=[CLEANING, *entities], **{"intent": "calculate_outpatient", "route": "offer", **more}
    )
    return action_for(turn, Talk(city="shanghai"), Sources(knowledge(), ON))


def test_beside_a_bill_it_is_a_part_of_the_bill() -> None:
    """门诊洗牙花了三百: what was paid is worked out."""
    case = {"visits": [{"care": "outpatient", "bill": "300.00"}]}
    assert action(entity("care", "outpatient"), amount("300"), case=case) == "action_calculate"
    assert action(entity("level", "3")) == "action_calculate"
    assert action() == "action_unwritten"


def test_surely_known_topic_is_answered() -> None:
    """体检 may stand in a question on something that the documents do tell."""
    sure = {"intent": "remote_filing", "route": "answer", "ranking": [{"name": "remote_filing", "confidence": 0.9}]}
    assert action(**sure) == "action_answer"
    unsure = {**sure, "ranking": [{"name": "remote_filing", "confidence": 0.5}]}
    assert action(**unsure) == "action_unwritten"


def test_urgent_goes_first() -> None:
    assert action(intent="emergency", route="urgent") == "action_urgent"
