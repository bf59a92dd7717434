"""The role model on a small set of annotated lines."""

from __future__ import annotations

from typing import List

import pytest

from bot.examples import role_example
from bot.nlu.mentions.find import find_mentions
from bot.nlu.message import read_message
from bot.nlu.roles.extractor import annotated
from bot.nlu.roles.model import KNOWN_ROLES, NONE, Annotated, Roled, RoleModel, labels_of, said_before
from bot.nlu.text import normalise

LINES = {
    '住院花了[{}]{{"entity": "amount", "role": "bill"}}，能报多少': (9000, 7600, 12400, 8300),
    '看门诊花了[{}]{{"entity": "amount", "role": "bill"}}元': (320, 415, 680, 270),
    '来回打车[{}]{{"entity": "amount", "role": "excluded"}}': (36, 52, 48, 64),
    '打车去医院花掉[{}]{{"entity": "amount", "role": "excluded"}}块': (25, 31, 44, 57),
    '里面自费[{}]{{"entity": "amount", "role": "outside"}}': (2100, 860, 1300, 540),
    '其中自费药[{}]{{"entity": "amount", "role": "outside"}}元': (900, 450, 1700, 620),
    '我住[{}]{{"entity": "number", "role": "other"}}号楼': (7, 12, 3, 9),
}


@pytest.fixture(scope="module")
def examples() -> List[Annotated]:
    """28 annotated lines of seven kinds."""
    return [annotated(role_example(line.format(value))) for line, values in LINES.items() for value in values]


@pytest.fixture(scope="module")
def model(examples: List[Annotated]) -> RoleModel:
    return RoleModel().fit(examples)


def roles(model: RoleModel, text: str, before: str = "") -> List[Roled]:
    read = read_message(text)
    return model.roles(read.text, read.mentions, said_before(before))


def test_roles_of_like_sentences_are_found(model: RoleModel) -> None:
    found = roles(model, "住院花了5100，里面自费730，来回打车41")
    assert [each.role for each in found] == ["bill", "outside", "excluded"]
    assert [each.mention.text for each in found] == ["5100", "730", "41"]


def test_probabilities_of_the_roles_of_a_mention_sum_to_one(model: RoleModel) -> None:
    for each in roles(model, "住院花了5100，里面自费730，我住5号楼"):
        others = [share for _, share in each.others]
        assert 0 < each.probability <= 1
        assert others == sorted(others, reverse=True)
        assert each.share([*KNOWN_ROLES, NONE]) == pytest.approx(1, abs=0.1)
        assert each.share([each.role]) == pytest.approx(each.probability)
        assert each.share([]) == 0


def test_message_without_numbers_has_no_roles(model: RoleModel) -> None:
    assert roles(model, "住院能报多少") == []


def test_model_survives_as_bytes(model: RoleModel) -> None:
    again = RoleModel(model.content)
    for text in ("住院花了5100，里面自费730", "打车31", "第3次", "１２床"):
        assert roles(again, text) == roles(model, text)


def test_model_that_is_not_fitted_has_no_content() -> None:
    with pytest.raises(ValueError, match="not fitted"):
        _ = RoleModel().content
    with pytest.raises(ValueError, match="not fitted"):
        roles(RoleModel(), "花了300")


def test_one_role_alone_teaches_nothing(examples: List[Annotated]) -> None:
    with pytest.raises(ValueError, match="two different roles"):
        RoleModel().fit(examples[:8])
    with pytest.raises(ValueError, match="two different roles"):
        RoleModel().fit([])


def test_marks_find_their_mentions_in_the_message_as_typed() -> None:
    typed = "  住院花了　１２，０００元，报60%，排3号"
    normal = normalise(typed)
    start = typed.index("１２")
    labels = labels_of(Annotated(typed, "", ((start, start + 6, "bill"),)), normal, find_mentions(normal.text))
    assert labels == ["bill", "rule", NONE]


def test_who_spoke_before_is_kept_apart_from_what_was_said() -> None:
    assert said_before("") == ""
    assert said_before("我：住院花了９０００") == "我住院花了9000"
    assert said_before("助手：花了多少？") == "bot花了多少?"
    assert said_before("花了多少？").startswith("bot")
