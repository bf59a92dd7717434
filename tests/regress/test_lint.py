"""Each linter finds what it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest

from bot.regress import lint
from bot.regress.lint_data import Line, marked_lines, test_lines, training_lines

test_lines.__test__ = False  # type: ignore[attr-defined]


def line(text: str, intent: str = "a", where: str = "x.yml:1") -> Line:
    return Line(text, where, intent)


def test_duplicates() -> None:
    lines = [
        line("你好吗", "a", "x.yml:1"),
        line("你好吗？", "a", "x.yml:2"),
        line("你好吗", "b", "y.yml:1"),
        line("别的"),
    ]
    assert [(fault.where, fault.message) for fault in lint.duplicates(lines)] == [
        ("x.yml:2", "“你好吗？” stands already (x.yml:1); keep one"),
        ("y.yml:1", "“你好吗” stands already under a (x.yml:1); keep one"),
    ]


def test_leaks() -> None:
    training = [line("医保费一年多少钱"), line("上海")]
    tests = [line("医保费，一年多少钱？", where="t.yml:3"), line("上海", where="t.yml:4"), line("别的句子呢")]
    assert [fault.where for fault in lint.leaks(training, tests)] == ["t.yml:3"]


def test_responses(tmp_path: Path) -> None:
    (tmp_path / "data" / "rules").mkdir(parents=True)
    (tmp_path / "actions").mkdir()
    (tmp_path / "domain.yml").write_text(
        "intents: [greet]\n"
        "responses: {utter_greet: [], utter_ruled: [], utter_coded: [], utter_nobody: []}\n"
    )
    (tmp_path / "data" / "rules" / "r.yml").write_text("- action: utter_ruled\n")
    (tmp_path / "actions" / "a.py").write_text("say('utter_coded')\nsay('utter_absent')\n")
    assert [(fault.check, fault.where) for fault in lint.responses(tmp_path)] == [
        ("unused response", "domain.yml: utter_nobody"),
        ("missing response", "actions/a.py:2"),
    ]


def test_entity_that_cuts_a_token() -> None:
    parsed: Dict[str, Any] = {
        "text_tokens": [[0, 2], [2, 4]],
        "entities": [
            {"entity": "level", "start": 1, "end": 3},
            {"entity": "level", "start": 0, "end": 4},
            *({"entity": name, "start": 1, "end": 2} for name in ("amount", "count", "ordinal", "years", "deductible")),
        ],
    }
    assert lint.cut_tokens("学校医保", parsed) == [("level", "校医")]


class Parser:
    """An assistant that understands what it is told to."""

    def __init__(self, meanings: Dict[str, Any]) -> None:
        self._meanings = meanings

    async def parse(self, text: str) -> Dict[str, Any]:
        intent, route = self._meanings.get(text, ("nlu_fallback", "offer"))
        return {"intent": {"name": intent}, "route": route, "entities": []}


@pytest.mark.parametrize(
    "title, message, message_part",
    [
        ("查保费", "医保费一年多少钱", None),
        ("打招呼", "医保费一年多少钱", "“打招呼” typed means greet, the button premium"),
        ("查保费", "/premium", "is a command"),
        ("查保费", "听不懂的", "is not understood (route offer)"),
    ],
)
async def test_buttons(title: str, message: str, message_part: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"医保费一年多少钱": ("premium", "answer"), "查保费": ("premium", "answer"), "打招呼": ("greet", "chat")}
    monkeypatch.setattr(lint, "buttons", lambda: [("here", title, message)])
    found: List[Any] = [fault async for fault in lint._buttons(Parser(known))]
    assert [message_part in fault.message for fault in found] == ([] if message_part is None else [True])


def test_buttons_are_found_in_domain_knowledge_and_code() -> None:
    places = {where.split(":")[0].split(" ")[0] for where, _, _ in lint.buttons()}
    assert {"domain.yml", "topic", "dialogue", "bot/dialogue/talking.py", "bot/knowledge/render.py"} <= places


def test_lines_have_their_places() -> None:
    assert next(each for each in training_lines() if each.intent == "premium").where == "data/nlu/premium.yml:5"
    conversations = [each for each in test_lines() if "conversations" in each.where]
    assert len(conversations) > 250 and all(each.where.rsplit(":", 1)[1].isdigit() for each in conversations)


def test_lines_with_marked_numbers_are_read_without_their_marks(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "nlu" / "roles"
    folder.mkdir(parents=True)
    (folder / "author.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: inform\n  examples: |\n'
        '    - 花了[600]{"entity": "amount", "role": "bill"}，[二级](level)\n'
        "- intent: inform\n  examples:\n  - text: |\n"
        '      [800]{"entity": "amount", "role": "bill"}\n    metadata:\n      before: "助手：花了多少？"\n'
    )
    assert [(each.text, each.where) for each in marked_lines(tmp_path)] == [
        ("花了600，二级", "data/nlu/roles/author.yml#1"),
        ("800", "data/nlu/roles/author.yml#2"),
    ]


def test_sentences_that_money_is_measured_on_are_test_lines() -> None:
    """The hidden half of them; the other half teaches the roles of numbers."""
    assert sum("blind/money" in each.where for each in test_lines()) == 600
