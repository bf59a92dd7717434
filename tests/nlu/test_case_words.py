"""data/case_words.yml: each rule finds what it says it does, and code asks for no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, Tuple

import pytest

from bot.nlu.case.words import CASE_WORDS_FILE, case_words, says
from bot.nlu.text import normalise
from bot.settings import PROJECT

CODE = (
    *sorted((PROJECT / "bot" / "nlu" / "case").glob("*.py")),
    PROJECT / "bot" / "nlu" / "roles" / "extractor.py",
)


def examples(kind: str) -> Iterator[Tuple[str, str]]:
    """(rule, example) of all rules."""
    for name, rule in case_words().items():
        yield from ((name, text) for text in getattr(rule, kind))


@pytest.mark.parametrize("name, text", examples("is_"))
def test_rule_finds_its_examples(name: str, text: str) -> None:
    assert says(name, normalise(text).text)


@pytest.mark.parametrize("name, text", examples("is_not"))
def test_rule_leaves_its_counterexamples_alone(name: str, text: str) -> None:
    assert not says(name, normalise(text).text)


def test_every_rule_is_used_and_every_name_that_is_used_is_a_rule() -> None:
    code = "".join(path.read_text("utf-8") for path in CODE)
    assert [name for name in case_words() if f'"{name}"' not in code] == []
    assert set(re.findall(r'\bsays\("(\w+)"', code)) <= set(case_words())


def test_every_rule_has_both_kinds_of_examples_and_says_what_it_finds() -> None:
    assert [name for name, rule in case_words().items() if not (rule.says and rule.is_ and rule.is_not)] == []


def test_no_example_stands_twice_in_a_rule() -> None:
    for rule in case_words().values():
        assert len({*rule.is_, *rule.is_not}) == len(rule.is_) + len(rule.is_not)


def test_rule_without_a_part_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "case_words.yml"
    path.write_text("together: {says: added, words: 一共, is: [一共]}", "utf-8")
    with pytest.raises(ValueError, match="together"):
        case_words(path)


def test_expression_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "case_words.yml"
    path.write_text("together: {says: added, words: '(一共', is: [一共], is_not: [各]}", "utf-8")
    with pytest.raises(re.error):
        case_words(path)


def test_file_of_the_project_is_the_one_that_is_read() -> None:
    assert CASE_WORDS_FILE == PROJECT / "data" / "case_words.yml"
