from pathlib import Path

import jieba
import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import tokenizer
from bot.nlu.tokenizer import PolicyTokenizer
from bot.nlu.vocabulary import policy_terms


@pytest.fixture(scope="module")
def component() -> PolicyTokenizer:
    return PolicyTokenizer(PolicyTokenizer.get_default_config())


def test_terms_of_the_field_stay_whole(component: PolicyTokenizer) -> None:
    split = [
        term
        for term in policy_terms()
        if [t.text for t in component.tokenize(Message({"text": term}), "text")] != [term]
    ]
    assert split == []


def test_tokens_carry_offsets_of_the_message_as_typed(component: PolicyTokenizer) -> None:
    typed = " 居民醫保 的　等待期"
    tokens = component.tokenize(Message({"text": typed}), "text")
    assert [typed[token.start : token.end] for token in tokens] == ["居民醫保", "的", "等待期"]


def test_global_jieba_is_left_alone(component: PolicyTokenizer) -> None:
    assert "待遇等待期" not in jieba.dt.FREQ


def test_changed_dictionary_changes_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = PolicyTokenizer.fingerprint_addon({})
    changed = tmp_path / "terms.txt"
    changed.write_text(tokenizer.TERMS_FILE.read_text("utf-8") + "新词\n", "utf-8")
    monkeypatch.setattr(tokenizer, "TERMS_FILE", changed)
    assert PolicyTokenizer.fingerprint_addon({}) != before
