import copy
from pathlib import Path

import pytest

from bot.examples import ExampleError, example, read_examples

GOOD = 'version: "3.1"\nnlu:\n- intent: premium\n  examples: |\n    - 一年多少钱\n    - 保费几块\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "premium.yml"
    path.write_text(text, "utf-8")
    return path


def test_examples_are_read_in_order(tmp_path: Path) -> None:
    found = [(one.get("text"), one.get("intent")) for one in read_examples([written(tmp_path, GOOD)])]
    assert found == [("一年多少钱", "premium"), ("保费几块", "premium")]


@pytest.mark.parametrize(
    "text, said",
    [
        ("intents: []\n", "takes `version` and `nlu`"),
        ("nlu:\n- regex: x\n  examples: |\n    - a\n", "found \\['examples', 'regex'\\]"),
        ("nlu:\n- intent: a\n  examples: |\n    一年多少钱\n", "does not begin with"),
    ],
)
def test_fault_names_the_file_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ExampleError, match=f"premium.yml.*{said}"):
        list(read_examples([written(tmp_path, text)]))


def test_copy_is_independent_and_equal_until_something_is_added() -> None:
    one = example("一年多少钱", "premium")
    other = copy.deepcopy(one)
    assert other == one and hash(other) == hash(one)
    other.set("text_tokens", [])
    assert other != one and one.get("text_tokens") is None
    assert example("一年多少钱", "waiting") != one
